"""What the outside saw: who sent what, and what they were told. One file a process, so that a kill
costs at most a last line.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from app.errors import Refusal
from tests.reliability.house import append
from tests.reliability.posts import Post


class Journal:
    """One process's part of the history."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def wants(self, post: Post, person: str) -> None:
        """Before it is sent: it may be done even if nobody lives to hear of it."""
        self._write("want", post, person)

    def told(self, post: Post, person: str, answer: str) -> None:
        """It was acknowledged, so it must be there for ever."""
        self._write("ack", post, person, answer=answer)

    def refused(self, post: Post, person: str, why: Refusal) -> None:
        """A named no."""
        self._write("no", post, person, answer=type(why).__name__)

    def failed(self, post: Post, person: str, fault: Exception) -> None:
        """Anything else: excused only if the store itself was gone."""
        self._write("fault", post, person, answer=repr(fault)[:300], excused=lost_store(fault))

    def _write(self, what: str, post: Post, person: str, **more: Any) -> None:
        line = {"what": what, "person": person, **asdict(post), **more}
        append(self._path, json.dumps(line, ensure_ascii=False))


def lost_store(fault: Exception) -> bool:
    """Whether the server went away; a deadlock, a lock not given or a broken rule is no excuse."""
    if not isinstance(fault, DBAPIError) or not hasattr(fault.orig, "sqlstate"):
        return False  # a file does not go away
    return fault.connection_invalidated or fault.orig.sqlstate in (None, "57P01", "57P02", "57P03")


@dataclass
class History:
    """The whole of it. An act is known by who sent it and its key."""

    acks: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    posts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    mail: Counter[str] = field(default_factory=Counter)

    @classmethod
    def read(cls, folder: Path) -> History:
        """Everything that the processes of this folder wrote down."""
        made = cls()
        for path in sorted(folder.glob("journal-*.jsonl")):
            for line in _lines(path):
                made._take(line)
        sent = folder / "outbox.txt"
        made.mail.update(sent.read_text().split() if sent.exists() else [])
        return made

    def _take(self, line: dict[str, Any]) -> None:
        act = (line["person"], line["key"])
        what = line["what"]
        self.counts[what] += 1
        if what == "want":
            self.posts[act] = line
        elif what == "ack":
            self.acks.setdefault(act, set()).add(line["answer"])
        elif what == "fault" and line["excused"]:
            self.counts["excused"] += 1
        elif what == "fault":
            self.faults.append(f"{line['verb']}: {line['answer']}")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for text in path.read_text().splitlines():
        try:
            yield json.loads(text)
        except ValueError:
            continue  # the last line of a process that was killed
