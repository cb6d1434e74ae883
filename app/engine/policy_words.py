"""How each `flow:` attribute is written: one reader for each, which reports what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from app.engine.types import Limit, Outcome, Party, Sign

RECIPIENTS = frozenset({"subject", "parent", "child"})
LABELS: Mapping[str, str] = {
    "approve": "通过",
    "return": "退回补正",
    "reject": "不予通过",
    "submit": "提交",
    "refer": "转办施工许可",
    "escalate": "报上级",
    "withdraw": "撤回",
}
MAX_OUTCOMES = 8

_FORM = re.compile(r"[a-z][a-z0-9_-]{0,39}/[a-z][a-z0-9_-]{0,39}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LIMIT = re.compile(r"([1-9]\d{0,2})(wd|h)")
_VOTE = re.compile(r"vote:([1-9]\d?|100)")
LABEL_LENGTH = 20

Report = Callable[[str, str], None]
"""(code, message): takes down a fault of the element that is being read."""


def form(text: str, report: Report) -> str:
    """The name of a form; empty where the element names none."""
    if text and not _FORM.fullmatch(text):
        report(
            "flow-form", f"的表单名“{text}”写法不对，应为“目录/名称”，只用小写字母、数字和连字符"
        )
    return text


def word(text: str, attribute: str, report: Report) -> str:
    """A word of ours, as results and actions are."""
    if not _WORD.fullmatch(text):
        report("flow-word", f"的 {attribute}“{text}”写法不对，只用小写字母、数字和下划线")
    return text


def action(text: str, report: Report) -> str:
    """The action that a service task must name."""
    if text:
        return word(text, "flow:action", report)
    report("flow-action", "是服务任务，请选一个“系统动作”（flow:action）")
    return ""


def decision(text: str, report: Report) -> str:
    """The table that a decision task must name."""
    if not text:
        report("flow-decision", "是决策任务，请选“决策表”（flow:decision）")
    return text


def recipient(text: str, report: Report) -> str:
    """Whom a thrown message is for."""
    if text not in RECIPIENTS:
        report("flow-to", "要发出消息，请选“发给”谁（flow:to：subject、parent 或 child）")
    return text


def outcomes(text: str, report: Report) -> tuple[Outcome, ...]:
    """A task that names none has one button, 提交."""
    found: dict[str, Outcome] = {}
    for part in text.split() or ["submit"]:
        key, _, label = part.partition(":")
        label = label or LABELS.get(key, "")
        if not _WORD.fullmatch(key):
            report("flow-outcomes", f"的办理结果“{key}”写法不对，只用小写字母、数字和下划线")
        elif key in found:
            report("flow-outcomes", f"的办理结果“{key}”写了两次，请删除一个")
        elif not 0 < len(label) <= LABEL_LENGTH:
            report(
                "flow-outcomes",
                f"的办理结果“{key}”请在冒号后写上按钮文字，不超过 {LABEL_LENGTH} 个字",
            )
        found[key] = Outcome(key, label)
    if len(found) > MAX_OUTCOMES:
        report("flow-outcomes", f"的办理结果超过 {MAX_OUTCOMES} 个，请减少")
    return tuple(found.values())


def limit(text: str, report: Report) -> Limit | None:
    """A limit of a step or of a whole case; none where it says nothing."""
    if not text:
        return None
    if found := _LIMIT.fullmatch(text):
        return Limit(int(found[1]), found[2])
    report("flow-sla", f"的时限“{text}”写法不对，应如 3wd（3 个工作日）或 48h（48 小时）")
    return None


def stops(text: str, report: Report) -> bool:
    """Whether the limit of the whole case stands still meanwhile."""
    if text not in {"", "stop"}:
        report("flow-clock", f"的 flow:clock“{text}”不认识，要暂停整件时限请写 stop，否则删除")
    return text == "stop"


def sign(text: str, parties: int, report: Report) -> Sign:
    """How several parties decide."""
    if parties > 1 and text in {"", "one"}:
        report("flow-sign", "有多个签署方，请选“会签方式”（flow:sign：any、all、vote 或 order）")
    if vote := _VOTE.fullmatch(text):
        return Sign("vote", int(vote[1]))
    if text in {"", "one", "any", "all", "order"}:
        return Sign(text or "one")
    report("flow-sign", f"的会签方式“{text}”写法不对，可用：one、any、all、vote:60、order")
    return Sign()


def each(text: str, signing: str, parties: Sequence[Party], report: Report) -> bool:
    """Whether everybody of a party signs, and not one of them."""
    if text not in {"", "person"}:
        report("flow-each", f"的 flow:each“{text}”不认识，要岗位上每个人都签请写 person，否则删除")
    elif text and signing in {"", "one"}:
        report("flow-each", "要每个人都签，请选“会签方式”（flow:sign：any、all、vote 或 order）")
    elif text and any("applicant" in party.roles for party in parties):
        report("flow-each", "有申请人签署，不能勾选“岗位上每个人都要签”（flow:each），请去掉")
    return text == "person"
