"""What pages and lists call the states of hazards and verdicts."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import MappingProxyType

from app.clock import local

GRADES = MappingProxyType({"general": "一般隐患", "major": "重大隐患"})
STATES = MappingProxyType({"open": "待整改", "answered": "待复查", "closed": "已销号"})
PASS, FAIL = "pass", "fail"
VERDICTS = MappingProxyType({PASS: "合格", FAIL: "不合格"})
LATE = "late"
NARROWED = MappingProxyType({**STATES, LATE: "已逾期"})
"""What the register is narrowed by; overdue is no state of its own."""
VERBS = MappingProxyType(
    {"answered": "填写整改情况", "verified": "逐条复查", "reopened": "重新打开隐患"}
)

FILES = MappingProxyType({"answer": "整改后照片", "check": "复查照片"})
"""What the files of single hazards are, which answer no field of a form."""


def left(deadline: datetime | None, at: datetime) -> str:
    """How long there still is, or how long it is past, as people say it."""
    if deadline is None:
        return ""
    gap = deadline - at
    if gap < timedelta(0):
        return f"已逾期 {_length(-gap)}"
    if local(deadline).date() == local(at).date():
        return f"今天 {local(deadline):%H:%M} 到期"
    return f"还剩 {_length(gap)}"


def _length(gap: timedelta) -> str:
    hours = int(gap.total_seconds() // 3600)
    if hours < 1:
        return "不到 1 小时"
    days, hours = divmod(hours, 24)
    if not days:
        return f"{hours} 小时"
    return f"{days} 天" if not hours or days > 2 else f"{days} 天 {hours} 小时"


def until(deadline: datetime | None) -> str:
    """3月12日 23:59, with the year where it is another one."""
    if deadline is None:
        return "未定"
    when = local(deadline)
    return f"{when.month}月{when.day}日 {when:%H:%M}"
