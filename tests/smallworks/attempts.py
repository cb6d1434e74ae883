"""One attempt at a work: who tries it, when, at what, and what they write into forms."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from app.clock import local
from app.db import session
from app.identity import queries
from app.identity.actor import Actor
from app.smallworks.models import Work
from app.smallworks.patrols.models import Hazard
from app.workflow import attachments, desks
from app.workflow.attachments import Home
from app.workflow.models import Case, Task
from tests.smallworks.stops.site import picture
from tests.smallworks.town import STAFF, staff

Row = TypeVar("Row")
ACCOUNTS = (*STAFF, "wenruoqing", "cuizhishan", "chuhuaijin", "qiaowangshu", "luyuanqiu")
GROUNDS = ("general", "overdue", "incomplete", "stop_breach")
CHANGES = ("contractor", "dates", "content", "extension", "cancel")


def words(at: datetime, dice: random.Random) -> dict[str, Any]:
    """An answer for every field of every form; a form takes its own and drops the rest."""
    today = local(at).date()
    return {
        "opinion": "已核实，按规定办理", "missing_items": ["contract"], "findings": "现场情况属实",
        "checked_on": today.isoformat(), "checkers": "佘存栋、闻若青", "consistent": "true",
        "measures_in_place": "true", "permit_no": "宜建〔2026〕施许 0021 号", "days": "3",
        "permit_date": today.isoformat(), "permit_issuer": "区住建局", "scope": "all",
        "abandoned_note": "业主不再施工", "started_on": today.isoformat(), "more_days": "2",
        "site_manager": "冼南橘", "briefed_on": today.isoformat(), "briefed_by": "冼南橘",
        "briefed_count": "4", "wish": dice.choice(["resume", "resume", "resume", "abandon"]),
        "measures": "安全带已配齐", "site_cleared": "true", "extend_days": "2",
        "extend_reason": "护栏材料明天到货", "statement": "当时正在整改，请核实",
        "reason": "现场条件有变化", "stars": "4", "public_fact": "2026年11月，经责令整改逾期不改。",
        "bound": ["contractor"],
        "actual_end": today.isoformat(), "shared_or_structural": "false", "self_accepted": "true",
        "owner_name": "鄢小满", "owner_phone": "13900002222", "builder_kind": "unknown",
        "planned_end": (today + timedelta(days=90)).isoformat(), "reply": "已经处理",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt: who, when, at which work, with which dice."""

    at: datetime
    dice: random.Random
    work_id: str

    @property
    def work(self) -> Work:
        return session().get_one(Work, self.work_id)

    @property
    def stranger(self) -> Actor:
        """Any official, whether or not it is theirs."""
        return staff(self.dice.choice(ACCOUNTS), self.at)

    @property
    def inspector(self) -> Actor:
        """Mostly one who may; now and then one who may not."""
        near = ("wenruoqing", "luyuanqiu", "shecundong", "muyulan", "tangjichuan", "chaiyiling")
        return staff(self.dice.choice(near), self.at)

    @property
    def owner(self) -> Actor:
        return queries.actor_for(session().get_one(Case, self.work.case_id).applicant_id, self.at)

    def cases(self, key: str = "") -> list[Case]:
        """Cases about the work, of a process: the open ones, else those of an old page."""
        mine = select(Case).where(Case.subject_id == self.work.case_id)
        mine = mine.where(Case.process_key == key) if key else mine
        return _fresh(list(session().scalars(mine.order_by(Case.id))), lambda one: not one.ended_at)

    def tasks(self) -> list[Task]:
        """Tasks of its cases: the open ones, else those of an old page."""
        rows = select(Task).join(Case, Case.id == Task.case_id)
        mine = rows.where(Case.subject_id == self.work.case_id).order_by(Task.id)
        return _fresh(list(session().scalars(mine)), lambda one: one.status == "open")

    def rightful(self, task: Task) -> Actor:
        """Somebody whose task it is; who that is the grants say."""
        if task.person_id:
            return queries.actor_for(task.person_id, self.at)
        if task.claimed_by_id:
            return queries.actor_for(task.claimed_by_id, self.at)
        able = [who for who in self._everybody() if desks.hold_for(who, task)]
        return self.dice.choice(able) if able else self.stranger

    def _everybody(self) -> list[Actor]:
        return [staff(account, self.at) for account in ACCOUNTS]

    def pick(self, rows: list[Any]) -> Any:
        """One of them. Raises Nothing where there is none."""
        if not rows:
            raise Nothing
        return self.dice.choice(rows)

    def hazards(self) -> list[Hazard]:
        rows = select(Hazard).where(Hazard.work_id == self.work_id).order_by(Hazard.id)
        return list(session().scalars(rows))

    def files(self, who: Actor, *fields: str) -> list[str]:
        """Photos that are laid in before a case is opened."""
        return [
            attachments.attach(who, Home(), replace(picture(), field=name), at=self.at).id
            for name in fields
        ]


def _fresh(rows: list[Row], is_fresh: Callable[[Row], bool]) -> list[Row]:
    return [one for one in rows if is_fresh(one)] or rows


class Nothing(Exception):
    """There is nothing at this work that the verb could be tried on."""
