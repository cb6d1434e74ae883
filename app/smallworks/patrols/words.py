"""What the keys of this room are called on pages and papers."""

from __future__ import annotations

from types import MappingProxyType

GROUPS = MappingProxyType(
    {
        "papers": "证照手续",
        "person": "人员防护",
        "height": "高处作业",
        "power": "临时用电",
        "hot_work": "动火作业",
        "confined": "有限空间",
        "demolition": "拆除作业",
        "excavation": "开挖作业",
        "lifting": "吊装作业",
        "order": "消防与秩序",
    }
)
"""The groups of the checklist, in the order in which they are asked."""
RESULTS = MappingProxyType({"ok": "合格", "bad": "不合格", "none": "不涉及"})
GRADES = MappingProxyType({"general": "一般隐患", "major": "重大隐患"})
CONCLUSIONS = MappingProxyType(
    {"normal": "正常", "verbal": "口头整改", "rectify": "限期整改", "stop": "责令停工"}
)
"""From the mildest to the hardest."""
FILES = MappingProxyType({"hazard": "隐患照片", "site": "现场照片", "signature": "签名"})
"""What a visit's files are, which answer no field of a form."""
MEANS = MappingProxyType(
    {
        "normal": "没有隐患，记录存档，系统安排下次巡查。",
        "verbal": "隐患当场改好，记录存档，不另下通知书。",
        "rectify": "系统出具责令整改通知书，施工方按期整改并回传照片，再由他人复查。",
        "stop": "立即生效，其他办件中止；乡镇（街道）负责人限时确认，复查并批准后才能复工。",
    }
)
"""What each conclusion brings about."""
REASONS = MappingProxyType(
    {
        "planned": "按计划",
        "unplanned": "临时巡查",
        "report": "核实举报",
        "stopped": "停工期间",
        "banned": "施工方被清除出市场",
        "completion": "到期未报完工",
        "start": "开工首查",
    }
)
LEVELS = MappingProxyType(
    {"community": "社区（村）", "township": "乡镇（街道）", "department": "主管部门"}
)
PLANS = MappingProxyType(
    {"start": "开工首查", "risk": "按风险等级", "flagged": "有危险作业", "stopped": "停工期间"}
)
FLAGS = MappingProxyType(
    {
        "height": "室外 2 米以上高处",
        "hot_work": "人员密集场所动火",
        "confined": "有限空间",
        "excavation": "开挖 3 米以上或邻近管线",
        "demolition": "拆除",
        "lifting": "吊装",
        "structure": "涉及承重结构",
        "scaffold": "吊篮、脚手架",
    }
)
"""The circumstances of a filing by which a checklist item may be asked."""
