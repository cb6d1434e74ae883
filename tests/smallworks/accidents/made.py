"""Accidents as the township registers them."""

from __future__ import annotations

from typing import Any

from app.workflow import commands
from app.workflow.commands.filing import Filing
from app.workflow.models import Case
from tests.smallworks.town import COMMUNITY, Town, staff

FELL = {
    "happened_on": "2026-11-20", "happened_time": "14:30", "place": "沿江大道 88 号",
    "sector": "odd_job", "project_type": "facade_cleaning", "dead": "1", "injured": "0",
    "cause": "fall", "description": "清洗外墙时吊绳断裂，一人坠落。", "reported_on": "2026-11-20",
    "reported_time": "15:10", "late": "false", "concealed": "false",
}  # fmt: skip


def register(town: Town, by: str = "tangjichuan", place: str = COMMUNITY, **changed: Any) -> Case:
    """The township registers an accident."""
    filing = Filing("accident", place, {**FELL, **changed})
    return commands.file_values(staff(by, town.at), filing, at=town.at)


def confirmed(town: Town, **changed: Any) -> Case:
    """Registered, and confirmed by the emergency department."""
    return town.decide(register(town, **changed), "yuzhengyan", "approve", opinion="属实")
