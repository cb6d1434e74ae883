"""The words of changes: what each fact that changes is called, and why some may not."""

from __future__ import annotations

from types import MappingProxyType

LABELS = MappingProxyType(
    {
        "contractor_name": "施工方", "site_manager": "现场负责人",
        "planned_start": "计划开工", "planned_end": "计划完工", "content": "作业内容",
        "state": "工程状态",
    }
)  # fmt: skip
"""What a fact that changes is called."""
REFUSED = MappingProxyType(
    {
        "extension": "该工程延期次数已满，不能再延期；确需继续施工的，请重新备案",
        "dates": "该工程已经开工，不能改计划工期，请改为申请延期",
    }
)
"""What is said where the table of rules does not allow a change of this kind."""
REFUSED_ANY = "按本地规定不能办理这项变更，请咨询所在社区（村）"
