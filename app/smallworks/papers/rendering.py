"""From a paper's row to its file: made soon after it is issued, kept, and made again if lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import minute
from app.db import session, transaction
from app.errors import NotFound
from app.smallworks.models import Paper
from app.smallworks.papers import blocks, layout
from app.smallworks.papers.kinds import KINDS
from app.workflow import attachments, jobs
from app.workflow.models import Attachment
from app.workflow.store import FOLDERS, FileStore

PICTURES = frozenset({"photos", "after", "photo", "signature"})
"""The names in facts under which ids of photos stand."""
_shelf: list[FileStore] = []


def keep_in(folder: Path) -> None:
    """Where rendered papers lie: apart from attachments, whose sweep knows nothing of them."""
    _shelf[:] = [FileStore(folder)]
    FOLDERS[folder.name] = ("文书", Paper.stored)


def render(paper_id: str) -> bytes:
    """The paper's PDF; made and kept if there is none yet. Run twice, it makes the same file."""
    paper = session().get(Paper, paper_id)
    if paper is None:
        raise NotFound("没有这份文书")
    if paper.stored:
        with suppress(FileNotFoundError):  # a lost file is made again
            return _shelf[0].get(paper.stored)
    content = layout.compile_pdf(_page(session(), paper))
    stored = _shelf[0].put(content)
    with transaction() as work:
        work.get_one(Paper, paper_id).stored = stored
    return content


def _page(work: Session, paper: Paper) -> layout.Page:
    """What is laid out: the frozen facts, and whether the paper still counts."""
    kind = KINDS[paper.kind]
    void = {"mark": "作废", "voided": minute(paper.void_at)} if paper.void_at else {}
    facts = {**paper.facts, "title": kind.title, **void}
    facts["said"] = facts.get("said") or _as_shipped(paper)
    shown = pictures(work, paper.facts)
    return layout.Page(kind.layout, facts, f"/check/{paper.code}", paper.issued_at, shown)


def _as_shipped(paper: Paper) -> Mapping[str, blocks.Said]:
    """The texts of a paper that was issued before texts were kept with papers."""
    texts = {block.name: block.text for block in blocks.of_kind(paper.kind)}
    return blocks.filled(paper.kind, texts, paper.facts)


def pictures(work: Session, facts: Mapping[str, Any]) -> dict[str, bytes]:
    """The photos that facts name, as they are kept; those whose bytes are lost are left out."""
    found: dict[str, bytes] = {}
    named = set(_named(facts))
    for row in work.scalars(select(Attachment).where(Attachment.id.in_(named))):
        with suppress(NotFound):
            found[row.id] = attachments.opened(row).content
    return found


def _named(value: Any) -> Iterator[str]:
    """Every id under a name that is for photos."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in PICTURES:
                yield from [inner] if isinstance(inner, str) else inner
            else:
                yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def render_job(payload: jobs.Payload, _dedupe: str, _at: datetime) -> None:
    """Background work: a paper is there before anybody asks for it."""
    render(payload["paper"])
