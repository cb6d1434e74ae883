"""What the system checks when a filing is submitted: dates and certificates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from app.errors import Invalid
from app.smallworks.facts import Facts, Worker

SOON = timedelta(days=30)
EMERGENCY_GRACE = timedelta(days=1)
"""An emergency repair may be filed within 24 hours after it began; dates know only days."""


def refuse_faults(facts: Facts, today: date, banned: Mapping[str, str]) -> None:
    """Raises Invalid with every date and certificate that does not hold, and whoever is banned."""
    faults = {**banned, **dict(_date_faults(facts, today))}
    faults.update(_certificate_faults(facts, today))
    if faults:
        raise Invalid(f"有 {len(faults)} 处需要修改", faults)


def warnings(facts: Facts, today: date) -> tuple[str, ...]:
    """What is no fault but a reviewer should know."""
    soon = [
        f"{worker.name}的特种作业证 {worker.valid_to} 到期"
        for worker in facts.workers
        if worker.valid_to and _needed_until(facts, today) <= worker.valid_to < today + SOON
    ]
    late = ["抢修工程，开工后补报"] if facts.emergency and _begun(facts, today) else []
    return (*soon, *late)


def _date_faults(facts: Facts, today: date) -> Iterator[tuple[str, str]]:
    start, end = facts.planned_start, facts.planned_end
    earliest = today - EMERGENCY_GRACE if facts.emergency else today
    if start and start < earliest:
        words = "抢修应在开工后 24 小时内备案" if facts.emergency else "计划开工日期不能早于今天"
        yield "planned_start", words
    if start and end and end < start:
        yield "planned_end", "计划完工日期不能早于计划开工日期"


def _certificate_faults(facts: Facts, today: date) -> Iterator[tuple[str, str]]:
    for worker in facts.workers:
        if worker.valid_to and worker.valid_to < _needed_until(facts, today):
            yield _field(worker), "证件在完工前已过期，请更换人员或更新证件"


def _needed_until(facts: Facts, today: date) -> date:
    """A certificate must be in force to the end of the work."""
    return facts.planned_end or facts.planned_start or today


def _begun(facts: Facts, today: date) -> bool:
    return facts.planned_start is not None and facts.planned_start < today


def _field(worker: Worker) -> str:
    return f"workers.{worker.place}.cert_valid_to"
