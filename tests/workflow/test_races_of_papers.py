"""Races about papers: numbers of one series, two who void, two who set the same text, one form."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.smallworks import papers
from app.smallworks.models import Paper
from app.smallworks.papers.models import Service
from app.workflow.text_models import TextBlock
from tests.workflow import make
from tests.workflow.people import NOON, unit, who
from tests.workflow.test_races import RACERS, ROUNDS, Track, lost, track, tracks, won

__all__ = ["track", "tracks"]
KIND = "rectification_notice"
STREET, DISTRICT = "420502002", "420502"


def issued() -> Paper:
    """An order by the township, whose head is 赵屿."""
    made, street = make.case(), unit(STREET)
    with transaction() as work:
        return papers.issue(work, made, KIND, {}, NOON, unit=street)


def test_papers_of_one_unit_get_numbers_without_gap_or_twin(track: Track) -> None:
    cases = [make.case().id for _ in range(RACERS)]
    street, district = unit(STREET).id, unit(DISTRICT).id
    numbers: dict[str, list[str]] = {street: [], district: []}
    for _ in range(ROUNDS):
        for place, found in numbers.items():
            parts = [{"verb": "paper", "case": one, "unit": place, "kind": KIND} for one in cases]
            found += won(track.race(*parts))
    last = RACERS * ROUNDS
    assert [sorted(found) for found in numbers.values()] == [
        [f"宜西学院小散改〔2026〕{n:04}号" for n in range(1, last + 1)],
        [f"宜西小散改〔2026〕{n:04}号" for n in range(1, last + 1)],
    ]


def test_of_those_who_void_at_once_one_does(track: Track) -> None:
    for _ in range(ROUNDS):
        paper = issued()
        parts = [
            {"verb": "void", "who": who(key).id, "paper": paper.id, "why": f"{key} 发现写错了"}
            for key in ("zhao", "han")
        ]
        answers = track.race(*parts, *parts)
        assert len(won(answers)) == 1
        assert [answer["lost"] for answer in lost(answers)] == ["这份文书已经作废"] * 3
        session().rollback()
        row = session().get_one(Paper, paper.id)
        assert row.void_by_id in {who("zhao").id, who("han").id}


def test_of_those_who_set_a_text_at_once_every_version_is_kept(track: Track, town: Session) -> None:
    unit_id = unit(DISTRICT).id
    answers = []
    for round_ in range(ROUNDS):
        answers += track.race(*(
            {"verb": "word", "who": who("jin").id, "unit": unit_id, "text": f"{round_} {n}"}
            for n in range(RACERS)
        ))  # fmt: skip
    town.rollback()
    kept = town.scalars(select(TextBlock.version).order_by(TextBlock.version)).all()
    assert len(won(answers)) + len(lost(answers)) == len(answers)
    assert list(kept) == list(range(1, len(won(answers)) + 1))


def test_one_form_posted_many_times_at_once_serves_once(track: Track, town: Session) -> None:
    paper = issued()
    part = {"verb": "serve", "who": who("zhao").id, "paper": paper.id, "key": "the same"}
    answers = track.race(*[part] * RACERS)
    assert len(set(won(answers))) == 1
    town.rollback()
    assert town.scalar(select(func.count(Service.id))) == 1
