"""What the keys of bad records are called on pages."""

from __future__ import annotations

from types import MappingProxyType

GROUNDS = MappingProxyType(
    {
        "general": "一般隐患",
        "major": "重大隐患",
        "overdue": "逾期不整改",
        "incomplete": "整改不彻底",
        "disobey": "不服从管理",
        "stop_breach": "违反停工决定施工",
        "unfiled": "告知后仍未备案施工",
        "false_papers": "提供虚假材料",
        "accident": "发生生产安全事故",
    }
)
CASE_STATES = MappingProxyType(
    {
        "hearing": "待陈述申辩",
        "deciding": "待主管部门决定",
        "published": "公示中",
        "appealed": "异议处理中",
        "repairing": "信用修复审核中",
    }
)
RESULTS = MappingProxyType(
    {
        "merged": "已并入前次提请",
        "dismissed": "不予列入",
        "revoked": "决定已撤销",
        "repaired": "信用已修复",
        "expired": "期满移出",
    }
)
STATES = MappingProxyType({"proposed": "审核中", "recorded": "公示中", **RESULTS})
"""How a record stands: `BadRecord.state`."""
TONES = MappingProxyType(
    {
        "proposed": "blue",
        "recorded": "red",
        "merged": "grey",
        "dismissed": "grey",
        "revoked": "grey",
        "repaired": "green",
        "expired": "grey",
    }
)
"""The colour of each state's badge."""


def grounds(keys: list[str]) -> str:
    """The grounds of a record in one line."""
    return "、".join(GROUNDS.get(key, key) for key in keys)
