"""The sample's visits: inspectors go where the plans send them; some wait, one is found bad."""

from __future__ import annotations

import io
from datetime import datetime

from sqlalchemy import select

from app.db import session
from app.identity.actor import Actor
from app.smallworks.models import Work
from app.smallworks.patrols import checklist, commands, photographs, turns, visiting
from app.smallworks.patrols.changes import Sent
from app.smallworks.patrols.commands import Begin
from app.smallworks.patrols.models import Patrol
from app.smallworks.patrols.photographs import Shot
from app.smallworks.sample.days import Days
from app.smallworks.sample.files import photo
from app.smallworks.sample.people import Cast
from app.workflow import commands as workflow
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case

FIRST, LAST = 9, 0
"""From how many working days ago to how many somebody goes."""
WAITING = frozenset({"四方堰小暑面馆空调安装", "墨池巷邱家老屋屋檐修补"})
"""Sites that nobody has been to in time."""
BAD = "四方堰小区 5 栋屋面防水重做"
_FOUND = {"person_helmet": "屋面两名工人没有戴安全帽", "order_stack": "卷材和煤气罐堆在楼梯口"}
_SIGNED = "何必盈"


def go(cast: Cast, days: Days, at: datetime) -> None:
    """Make every visit that is open at a moment, but those that wait."""
    if at >= days.moment(LAST + 1, "00:00"):
        _find(cast, at)
    open_ = select(Patrol).join(Case, Patrol.case_id == Case.id).where(Case.ended_at.is_(None))
    for patrol in session().scalars(open_.order_by(Patrol.id)).all():
        row = patrol.work
        if row is None or row.name in WAITING or patrol.level != "community":
            continue
        if patrol.started_at is not None:
            continue  # somebody is there
        who = cast.post(row.division_code, "inspector", at)
        _visit(who, patrol, {}, at)


def _find(cast: Cast, at: datetime) -> None:
    """On the last morning somebody passes a site unplanned, and finds it bad."""
    row = session().scalars(select(Work).where(Work.name == BAD, Work.state == "filed")).first()
    if row is not None and session().scalars(visiting.unfinished(row.case_id)).first() is None:
        who = cast.post(row.division_code, "inspector", at)
        _visit(who, commands.begin(who, Begin(work_id=row.id), at=at), _FOUND, at)


def _visit(who: Actor, patrol: Patrol, found: dict[str, str], at: datetime) -> None:
    patrol = commands.start(who, patrol.id, at=at)
    asked = [item.code for item in checklist.of_patrol(session(), patrol)]
    values = {
        "answers": {code: "bad" if code in found else "ok" for code in asked},
        "inspectors": [{"name": who.name, "number": ""}, {"name": "网格员", "number": ""}],
        "signed_name": _SIGNED,
        "hazards": [
            {"client_id": f"item-{code}", "text": text}
            for code, text in found.items()
            if code in asked
        ],
    }
    commands.save(who, patrol.id, Sent(patrol.revision, values), at=at)
    for code in found:
        shot = Shot(f"hazard:item-{code}", "隐患.jpg", io.BytesIO(photo(found[code])))
        photographs.take(who, patrol.id, shot, at=at)
    task = turns.visit_task(session(), session().get_one(Case, patrol.case_id))
    if task is not None:
        outcome = "rectify" if found else "normal"
        workflow.decide(who, task.id, Decision(outcome), at=at)
