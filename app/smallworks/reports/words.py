"""What the keys of reports are called on pages, and what a reporter is told."""

from __future__ import annotations

from types import MappingProxyType

KINDS = MappingProxyType({"unfiled": "未备案施工", "complaint": "投诉"})
SOURCES = MappingProxyType({"inspector": "巡查发现", "desk": "部门转办", "citizen": "群众举报"})
CASE_STATES = MappingProxyType(
    {"urged": "已督促备案", "ordered": "已责令停工", "escalated": "乡镇处置中"}
)
RESULTS = MappingProxyType(
    {
        "filed": "已提交备案",
        "stopped": "已停止施工",
        "handled": "已处理",
        "untrue": "情况不实",
        "outside": "不属管理范围",
        "transferred": "已移送执法",
    }
)
STATES = MappingProxyType({"open": "核实中", **CASE_STATES, **RESULTS})
"""How a report stands: `SiteReport.state`."""
TONES = MappingProxyType(
    {
        "open": "blue",
        "urged": "amber",
        "ordered": "red",
        "escalated": "amber",
        "filed": "green",
        "stopped": "green",
        "handled": "green",
        "untrue": "grey",
        "outside": "grey",
        "transferred": "grey",
    }
)
"""The colour of each state's badge."""
TOLD = MappingProxyType(
    {
        "filed": "经核实，工程已经提交备案",
        "stopped": "经核实，工程已经停止施工",
        "handled": "反映的问题已经处理",
        "untrue": "经核实，反映的情况与现场不符",
        "outside": "经核实，不属于小散工程和零星作业管理范围，请向有关部门反映",
        "transferred": "经核实，已移送执法部门处理",
    }
)
"""The first sentence of the answer to whoever reported."""
