"""The folder of bytes: what was put is there, however a sweep falls in with it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import crashing
from app.workflow.store import FileStore

LONG_AGO = time.time() - 10 * 24 * 3600
PHOTO = b"the same photo"


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    """A store with a photo that nobody names and nobody put for days."""
    made = FileStore(tmp_path)
    name = made.put(PHOTO)
    os.utime(tmp_path / name[:2] / name[2:], (LONG_AGO, LONG_AGO))
    return made


@pytest.fixture
def meanwhile() -> Iterator[Callable[[Callable[[], object]], None]]:
    """Does something at the moment at which a sweep has looked and not yet taken."""

    def arrange(act: Callable[[], object]) -> None:
        def once(place: str) -> None:
            if place == "sweep":
                crashing.watchers.clear()
                act()

        crashing.watchers.append(once)

    yield arrange
    crashing.watchers.clear()


def _sweep(store: FileStore) -> list[bool]:
    edge = datetime.now(UTC) - timedelta(days=1)
    return [store.delete(name, unless_after=edge) for name in store.names(before=edge)]


def test_bytes_put_again_as_they_are_swept_stay(
    store: FileStore, tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    meanwhile(lambda: store.put(PHOTO))
    assert _sweep(store) == [False]
    assert store.get(store.put(PHOTO)) == PHOTO
    assert len(list(tmp_path.glob("??/*"))) == 1


def test_of_two_sweeps_one_takes_the_bytes(
    store: FileStore, tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    other: list[list[bool]] = []
    meanwhile(lambda: other.append(_sweep(store)))
    assert _sweep(store) == [False]
    assert other == [[True]]
    assert list(tmp_path.glob("??/*")) == []


def test_swept_bytes_can_be_put_again(store: FileStore) -> None:
    assert _sweep(store) == [True]
    assert store.get(store.put(PHOTO)) == PHOTO
