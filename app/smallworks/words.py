"""What the domain's keys are called on pages and papers."""

from __future__ import annotations

from types import MappingProxyType

KINDS = MappingProxyType({"small_work": "小散工程", "odd_job": "零星作业"})
RISKS = MappingProxyType({"low": "低风险", "medium": "中风险", "high": "高风险"})
STATES = MappingProxyType(
    {
        "in_review": "审核中",
        "filed": "已备案",
        "referred": "已转办施工许可",
        "rejected": "不予备案",
        "withdrawn": "已撤回",
        "lapsed": "逾期失效",
    }
)
"""What became of a work; `referred` stays until the permit is there or given up."""
RESULTS = MappingProxyType(
    {
        "approved": "已备案",
        "rejected": "不予备案",
        "withdrawn": "已撤回",
        "lapsed": "逾期失效",
        "referred": "已转办施工许可",
    }
)
