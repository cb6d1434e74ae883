"""From a paper's row to its file: made soon after it is issued, kept, and made again if lost."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from app.db import session, transaction
from app.errors import NotFound
from app.smallworks.models import Paper
from app.smallworks.papers import layout
from app.smallworks.papers.kinds import KINDS
from app.workflow import jobs
from app.workflow.store import FOLDERS, FileStore

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
    facts = {**paper.facts, "title": KINDS[paper.kind].title}
    page = layout.Page(KINDS[paper.kind].layout, facts, f"/check/{paper.code}", paper.issued_at)
    content = layout.compile_pdf(page)
    stored = _shelf[0].put(content)
    with transaction() as work:
        work.get_one(Paper, paper_id).stored = stored
    return content


def render_job(payload: jobs.Payload, _dedupe: str, _at: datetime) -> None:
    """Background work: a paper is there before anybody asks for it."""
    render(payload["paper"])
