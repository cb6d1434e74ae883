"""What the keys of accidents are called on pages and in workbooks."""

from __future__ import annotations

from types import MappingProxyType

SECTORS = MappingProxyType(
    {"small_work": "小散工程", "odd_job": "零星作业", "other": "其他工矿商贸"}
)
CAUSES = MappingProxyType(
    {
        "fall": "高处坠落",
        "object": "物体打击",
        "collapse": "坍塌",
        "electric": "触电",
        "machine": "机械伤害",
        "lifting": "起重伤害",
        "poison": "中毒和窒息",
        "fire": "火灾、爆炸",
        "vehicle": "车辆伤害",
        "other": "其他",
    }
)
RESULTS = MappingProxyType({"confirmed": "已确认", "dropped": "不作为事故登记"})
STATES = MappingProxyType({"registered": "待确认", "replaced": "已更正", **RESULTS})
"""How one version stands: `Accident.state`."""
