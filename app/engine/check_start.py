"""The last check: SpiffWorkflow reads the bundle, and a case of it is begun and thrown away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from app import engine
from app.engine.feel import FeelError
from app.errors import BrokenProcess, Finding

_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def check_start(files: Mapping[str, bytes], key: str) -> Iterator[Finding]:
    """Only for a bundle without findings. Whatever the engine raises becomes one finding."""
    try:
        process = engine.parse(files, key)
    except BrokenProcess as broken:
        yield from broken.findings or [Finding("parse", key, broken.message)]
        return
    except (
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
    ) as fault:
        yield Finding(
            "parse", key, f"流程引擎读不懂这张图（{type(fault).__name__}），请联系系统管理员"
        )
        return
    try:
        engine.start(process, {}, at=_AT, workdays=_days)
    except BrokenProcess as broken:
        if not _for_want_of_data(broken):
            yield from broken.findings or [Finding("start", key, broken.message)]


def _days(moment: datetime, days: int) -> datetime:
    return moment + timedelta(days=days)


def _for_want_of_data(broken: BrokenProcess) -> bool:
    """An empty case has no routing values; that the first decision misses one is no fault."""
    cause: BaseException | None = broken
    while cause is not None:
        if isinstance(cause, FeelError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
