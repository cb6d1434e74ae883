"""Idempotency keys: the same key again gets the first answer, and nothing happens twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.crashing import point
from app.db import insert_if_new
from app.errors import Conflict
from app.workflow.backstage import SubmitKey

KEPT = timedelta(days=7)
OTHER_USE = "这个 Idempotency-Key 已用于另一项操作，请换一个新的再提交"


class _Answer(dict[str, Any]):
    """What a key came to. Asked for what another verb would have kept, it is another's key."""

    def __missing__(self, name: str) -> Any:
        raise Conflict(OTHER_USE)


def first_answer(
    work: Session,
    person_id: str,
    key: str,
    at: datetime,
    result: dict[str, Any] | None = None,
) -> dict[str, Any] | None:
    """None if this key is new (and is now taken); otherwise what its first use came to.

    `result` is what this use will come to, where that is known before it is done; otherwise
    `keep_answer` follows. It names the verb: a key answers for what it was first used for and
    nothing else, or whoever has used one could read any task by it. Asked with RETURNING: the row
    count of an INSERT that may do nothing cannot be trusted.
    """
    if not key:
        return None
    take = insert_if_new(work, SubmitKey).returning(SubmitKey.key)
    row = {"person_id": person_id, "key": key[:80], "at": at, "result": result}
    taken = work.connection().execute(take, row).scalar()
    if taken is not None:
        point("key")
        return None
    found: dict[str, Any] | None = work.scalar(
        select(SubmitKey.result).where(SubmitKey.person_id == person_id, SubmitKey.key == key[:80])
    )
    if found is None:
        raise Conflict("这次提交正在办理中，请稍后刷新查看")
    if result is not None and found != result:
        raise Conflict(OTHER_USE)
    return _Answer(found)


def answer(work: Session, person_id: str, key: str) -> dict[str, Any] | None:
    """What this key came to, if it was used for anything; asking does not take it."""
    if not key:
        return None
    mine = (SubmitKey.person_id == person_id) & (SubmitKey.key == key[:80])
    found: dict[str, Any] | None = work.scalar(select(SubmitKey.result).where(mine))
    return None if found is None else _Answer(found)


def keep_answer(work: Session, person_id: str, key: str, result: dict[str, Any]) -> None:
    """Remember what the first use of this key came to."""
    if key:
        work.execute(
            update(SubmitKey)
            .where(SubmitKey.person_id == person_id, SubmitKey.key == key[:80])
            .values(result=result)
        )
        point("answer")


def forget_old(work: Session, at: datetime) -> None:
    """Drop keys older than a week; called by the background, inside its transaction."""
    work.execute(delete(SubmitKey).where(SubmitKey.at < at - KEPT))
