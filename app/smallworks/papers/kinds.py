"""The kinds of papers (文书): the mark in the number, the title, the layout, who may check it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper: its mark in the number, its title, and its layout in `papers/`."""

    mark: str
    title: str
    layout: str
    hangs: bool = False  # posted at the site: anybody who scans it may read its public words


KINDS = MappingProxyType(
    {
        "receipt": Kind("备", "备案回执", "receipt", hangs=True),
        "risk_notice": Kind("险", "风险告知书", "risk_notice"),
        "permit_notice": Kind("告", "报建（施工许可）告知单", "permit_notice"),
        "correction": Kind("补", "补正通知书", "correction"),
        "rejection": Kind("拒", "不予备案通知书", "rejection"),
        "patrol_record": Kind("查", "巡查记录表", "patrol_record"),
        "rectification_notice": Kind("改", "责令整改通知书", "rectification_notice"),
        "second_notice": Kind("催", "第二次整改通知书", "rectification_notice"),
        "reinspection": Kind("复", "整改复查意见书", "reinspection"),
        "site_stop": Kind("现", "现场停工通知书", "stop_notice", hangs=True),
        "stop_notice": Kind("停", "停工通知书", "stop_notice", hangs=True),
        "resume_notice": Kind("工", "复工通知书", "resume_notice", hangs=True),
        "bad_record_notice": Kind("诫", "不良行为告知书", "bad_record_notice"),
        "bad_record_decision": Kind("决", "不良行为决定书", "bad_record_decision"),
        "completion_receipt": Kind("完", "完工回执", "completion_receipt", hangs=True),
        "change_notice": Kind("变", "变更决定书", "change_notice"),
    }
)
"""What is numbered when it is issued."""
SHEETS = MappingProxyType(
    {
        "application": "备案申请表",
        "commitment": "安全承诺书",
        "sign_off": "审批流程记录表",
        "service_receipt": "送达回证",
    }
)
"""What bears no number of its own: the number of its case, or of the paper that was served."""


def title_of(kind: str) -> str:
    """What a kind of paper or sheet is called."""
    return KINDS[kind].title if kind in KINDS else SHEETS[kind]
