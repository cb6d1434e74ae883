"""Of several who order one site to stop at the same moment, one does, and the others hear who."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from PIL import Image
from sqlalchemy import select

from app.db import session
from app.smallworks.models import Work
from app.smallworks.stops.models import StopBreach, StopOrder
from app.workflow import events
from app.workflow.models import Case
from tests.smallworks.stops import site
from tests.smallworks.town import Town, staff
from tests.workflow.test_races import ROUNDS, Track, lost, track, tracks, won

__all__ = ["track", "tracks"]
ORDERING = {"wenruoqing": "闻若青", "shecundong": "佘存栋", "muyulan": "穆玉兰"}


def photo() -> str:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(made, "JPEG")
    return made.getvalue().hex()


def ordering(work: Work, account: str, at: datetime) -> dict[str, Any]:
    return {
        "verb": "stop", "who": staff(account, at).id, "work": work.id, "own": site.SEEN,
        "photo": photo(),
    }  # fmt: skip


def test_of_stops_of_one_work_at_once_one_stands_and_the_others_hear_who(
    town: Town, track: Track
) -> None:
    for turn in range(ROUNDS):
        work = site.filed(town, name=f"第 {turn} 处外墙修补")
        answers = track.race(*(ordering(work, account, town.at) for account in ORDERING))
        session().rollback()
        session().expire_all()
        (order,) = session().scalars(select(StopOrder).where(StopOrder.work_id == work.id))
        assert won(answers) == [order.id]
        first = order.ordered_by.name
        assert [one["who"] for one in lost(answers)] == [first, first]
        assert all(f"已由{first}于" in one["lost"] for one in lost(answers))
        stops = (Case.subject_id == work.case_id) & (Case.process_key == "stop_work")
        assert [one.id for one in session().scalars(select(Case).where(stops))] == [order.case_id]
        assert not session().scalars(select(StopBreach)).all()
        waiting = site.case_of(work, "start_report")
        assert site.verbs(waiting).count("held") == 1
        assert events.broken_link(waiting.events) is None
        assert session().get_one(Work, work.id).state == "stopped"
