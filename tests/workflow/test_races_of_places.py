"""Races about places: two administrators who change the same divisions at once."""

from __future__ import annotations

from app.db import session
from app.identity.models import Division
from app.workflow.models import Event
from tests.workflow import make
from tests.workflow.people import HERE, NEXT, who
from tests.workflow.test_races import Track, lost, track, tracks, won

__all__ = ["track", "tracks"]
WAYS = (
    ("merge", [HERE, NEXT], [(NEXT, "四方堰社区居民委员会")]),
    ("merge", [HERE, NEXT], [(HERE, "解放路社区")]),
    ("rename", [HERE], [(HERE, "解放社区")]),
)


def test_of_changes_of_one_place_at_once_one_is_made(track: Track) -> None:
    case = make.case()
    parts = [
        {"verb": "reshape", "who": who("ning").id, "kind": kind, "sources": sources, "targets": to}
        for kind, sources, to in WAYS
    ]
    answers = track.race(*parts)
    assert len(won(answers)) == 1
    assert all("宁远山已于2026-11-23 12:00办理" in told["lost"] for told in lost(answers))
    session().expire_all()
    ended = [session().get_one(Division, code).valid_to is not None for code in (HERE, NEXT)]
    moved = session().query(Event).filter_by(case_id=case.id, verb="rehomed").count()
    assert sum(ended) <= 1
    assert moved == ended[0]
