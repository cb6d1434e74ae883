"""Kinds of notices: what each is called, how it reads as shipped, and what may be filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.workflow.wording import Block, Sheet

SAID, STEP = "text", "step"
"""The hole for words that the caller has put together itself."""
OF_CASE: Mapping[str, str] = MappingProxyType(
    {"name": "办件名称", "case": "受理号", "place": "地点"}
)
"""What every notice about a case may say."""
_BY, _STEP, _WHY = ("by", "经办人"), (STEP, "环节"), ("reason", "理由")
_UNTIL, _UNIT, _SAID = ("until", "期限"), ("unit", "单位"), (SAID, "本次通知的内容")
STAFF, EVERYBODY = "staff", "everybody"
TEXTS = "notice"
"""What texts of notices are called among those that are set."""


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind: its name, its text as shipped, and the holes that only this kind has."""

    key: str
    title: str
    text: str = "{text}"
    holes: tuple[tuple[str, str], ...] = (_SAID,)
    whom: str = STAFF
    must: bool = False  # nobody switches it off in the product
    placed: bool = True  # it is about a case, whose place says whose text counts

    @property
    def offered(self) -> Mapping[str, str]:
        """Everything that its text may have filled in, and what that is."""
        return {**OF_CASE, **dict(self.holes)}

    @property
    def sheet(self) -> Sheet:
        """Its text, as city and districts may set it."""
        block = Block(self.key, self.title, self.text)
        return Sheet(TEXTS, self.title, (block,), self.offered, "notice_text_set", most=200)


@dataclass(frozen=True, slots=True)
class _Kinds:
    known: dict[str, NoticeKind] = field(default_factory=dict)


_kinds = _Kinds()


def register(*kinds: NoticeKind) -> None:
    """Make kinds known; by the workflow below, and by a domain's `install`."""
    _kinds.known.update({kind.key: kind for kind in kinds})


def of(key: str) -> NoticeKind:
    """The kind of this key; one that nobody declared is our error."""
    return _kinds.known[key]


def every(*, staff: bool = True) -> list[NoticeKind]:
    """The kinds that officials, or else the public, may be told of."""
    return [kind for kind in _kinds.known.values() if staff or kind.whom == EVERYBODY]


def every_text() -> Sheet:
    """The texts of all kinds that may be set, to be read together."""
    blocks = tuple(Block(one.key, one.title, one.text) for one in every() if one.placed)
    return Sheet(TEXTS, "通知", blocks, {}, "notice_text_set")


register(
    NoticeKind("returned", "退回补正", whom=EVERYBODY, must=True),
    NoticeKind("result", "办理结果", whom=EVERYBODY),
    NoticeKind("lapsing", "补正期限将到", whom=EVERYBODY),
    NoticeKind("held", "中止、恢复办理", whom=EVERYBODY),
    NoticeKind(
        "ended", "终止办理", "“{name}”已由{by}终止：{reason}", (_BY, _WHY), EVERYBODY, must=True
    ),
    NoticeKind(
        "sent_back", "退回重办", "{by}把“{name}”退回到“{step}”：{reason}", (_BY, _STEP, _WHY),
        must=True,
    ),
    NoticeKind("recalled", "收回", "“{name}”的“{step}”已由{by}收回，不用再办", (_BY, _STEP)),
    NoticeKind("jumped", "跳转", "“{name}”由{by}跳转到“{step}”：{reason}", (_BY, _STEP, _WHY)),
    NoticeKind("flow_moved", "流程更新", "“{name}”的流程已更新，{text}"),
    NoticeKind(
        "flow_asked", "流程送审", "{by}请您批准发布{text}，在“流程”页办理", (_BY, _SAID), must=True,
        placed=False,
    ),
    NoticeKind("flow_answered", "流程送审答复", "{unit}：{text}", (_UNIT, _SAID), placed=False),
    NoticeKind("transferred", "转办", "{by}把“{name}”的“{step}”转给您办理", (_BY, _STEP)),
    NoticeKind(
        "delegated", "委派", "{by}请您就“{name}”的“{step}”提出意见：{reason}", (_BY, _STEP, _WHY)
    ),
    NoticeKind("given_back", "委派交回", "{by}已对“{name}”提出意见，请您办理", (_BY, _STEP)),
    NoticeKind("fetched_back", "委派收回", "{by}已收回请您提意见的“{name}”", (_BY, _STEP)),
    NoticeKind("substitute", "代理", "{by}：{text}", (_BY, _SAID), placed=False),
    NoticeKind("acted_for", "代办", "“{name}”的“{step}”已由{by}代您办理", (_BY, _STEP)),
    NoticeKind("freed", "退回本岗位", "“{name}”的“{step}”{text}", (_STEP, _SAID)),
    NoticeKind("signer_added", "加签", "{by}请您会签“{name}”的“{step}”", (_BY, _STEP)),
    NoticeKind("signer_removed", "减签", "“{name}”的“{step}”不用您会签了", (_BY, _STEP)),
    NoticeKind("assigned", "指定办理人", "{by}指定您办理“{name}”的“{step}”", (_BY, _STEP)),
    NoticeKind(
        "vacant", "无人可办", "“{name}”的“{step}”在{unit}无人可办，{text}", (_STEP, _UNIT, _SAID),
        must=True,
    ),
    NoticeKind("due_soon", "将要到期", "“{name}”的“{step}”{until}到期", (_STEP, _UNTIL)),
    NoticeKind("overdue", "超期", "“{name}”的“{step}”已于{until}到期，请尽快办理", (_STEP, _UNTIL)),
    NoticeKind(
        "escalated", "超期督办", "{unit}的“{name}”在“{step}”超期，期限是{until}，请督促办理",
        (_STEP, _UNTIL, _UNIT), must=True,
    ),
    NoticeKind("copied", "抄送", "{by}把“{name}”抄送给您：{reason}", (_BY, _WHY)),
    NoticeKind(
        "asked", "征求意见", "{by}就“{name}”征求您的意见，请在{until}前回复", (_BY, _UNTIL)
    ),
    NoticeKind("answered", "意见回复", "{by}回复了您就“{name}”征求的意见", (_BY,)),
    NoticeKind(
        "opinion_due", "意见将到期", "“{name}”征求您的意见，{until}到期，还没有回复", (_UNTIL,)
    ),
    NoticeKind("urged", "催办", "{by}催办“{name}”的“{step}”：{reason}", (_BY, _STEP, _WHY)),
    NoticeKind("mentioned", "批注提到", "{by}在“{name}”的批注中提到了您", (_BY,)),
    NoticeKind("alarm", "安全告警", must=True, placed=False),
)  # fmt: skip
