"""The one way to commit: what a command may not find, nor do, when it begins to write."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.identity.models import Unit


def _adds(work: Session) -> None:
    work.add(Unit(name="西陵区园林局", kind="department", level="county"))


def _changes(work: Session) -> None:
    _first(work).name = "西陵区园林局"


def _removes(work: Session) -> None:
    work.delete(_first(work))


def _first(work: Session) -> Unit:
    return work.scalars(select(Unit).order_by(Unit.id).limit(1)).one()


@pytest.mark.parametrize("change", [_adds, _changes, _removes])
def test_what_was_changed_before_the_lock_is_refused_and_gone(
    work: Session, change: Callable[[Session], None]
) -> None:
    before = _names(work)
    change(work)
    with pytest.raises(RuntimeError, match="before the transaction began: Unit"), transaction():
        pass
    with transaction():
        pass
    assert _names(work) == before


def test_what_was_only_read_may_be_read_before(work: Session) -> None:
    name = _first(work).name
    with transaction() as writing:
        _first(writing).name = f"{name}（新）"
    assert f"{name}（新）" in _names(work)


def test_a_command_calls_no_command(work: Session) -> None:
    with (
        transaction(),
        pytest.raises(RuntimeError, match="may not call a command"),
        transaction(),
    ):
        pass


def _names(work: Session) -> list[str]:
    work.rollback()
    return list(work.scalars(select(Unit.name).order_by(Unit.id)))
