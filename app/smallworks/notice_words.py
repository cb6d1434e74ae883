"""What the domain tells people of: its kinds of notices."""

from __future__ import annotations

from app.workflow.notice_kinds import EVERYBODY, NoticeKind

KINDS = (
    NoticeKind("start", "报告开工", whom=EVERYBODY),
    NoticeKind("paper", "文书送达", whom=EVERYBODY, must=True),
    NoticeKind("ordered", "责令整改", whom=EVERYBODY, must=True),
    NoticeKind("ordered_again", "再次责令整改", whom=EVERYBODY, must=True),
    NoticeKind("stopped", "停工、复工", whom=EVERYBODY, must=True),
    NoticeKind("term_over", "工期、整改期限已满", whom=EVERYBODY, must=True),
    NoticeKind("closed", "销案", whom=EVERYBODY),
    NoticeKind("patrol_due", "巡查任务"),
    NoticeKind("patrol_handed", "巡查改派"),
)
