"""What the domain's keys are called on pages and papers."""

from __future__ import annotations

from types import MappingProxyType

KINDS = MappingProxyType({"small_work": "小散工程", "odd_job": "零星作业"})
RISKS = MappingProxyType({"low": "低风险", "medium": "中风险", "high": "高风险"})
STATES = MappingProxyType(
    {
        "in_review": "审核中",
        "filed": "已备案",
        "in_progress": "施工中",
        "rectifying": "整改中",
        "stopped": "已停工",
        "completed": "已完工待核",
        "closed": "已销案",
        "referred": "已转办施工许可",
        "rejected": "不予备案",
        "withdrawn": "已撤回",
        "lapsed": "逾期失效",
        "cancelled": "已注销",
    }
)
"""What became of a work; `referred` stays until the permit is there or given up."""
TONES = MappingProxyType(
    {
        "in_review": "blue",
        "filed": "green",
        "in_progress": "green",
        "rectifying": "amber",
        "stopped": "red",
        "completed": "blue",
        "closed": "grey",
        "referred": "amber",
        "rejected": "red",
        "withdrawn": "grey",
        "lapsed": "grey",
        "cancelled": "grey",
    }
)
"""The colour of each state's badge."""
RESULTS = MappingProxyType(
    {
        "approved": "已备案",
        "rejected": "不予备案",
        "withdrawn": "已撤回",
        "lapsed": "逾期失效",
        "referred": "已转办施工许可",
    }
)
