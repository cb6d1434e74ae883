"""What was done in a case, put into words: who, in which post, what, when, and what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from app.clock import minute
from app.identity.actor import Actor
from app.identity.words import post_name
from app.web import steered
from app.web.display import of_public, party
from app.workflow import chasing, deadlines, kinds, remarks
from app.workflow.barring import AGAIN
from app.workflow.events import WHOM
from app.workflow.idling import IDLE
from app.workflow.leaving import FREED
from app.workflow.models import Case, Event
from app.workflow.queries.casefile import CaseFile
from app.workflow.reach import may_name
from app.workflow.unmasking import UNMASKED, WHY

VERBS: Mapping[str, str] = MappingProxyType({
    "filed": "提交申报", "resubmitted": "补正后重新提交", "claimed": "签收", "released": "退还",
    "withdrew": "撤回申报", "lapsed": "逾期未补正，自动失效", "timed": "到期自动流转",
    "messaged": "收到消息", "opened": "由关联办件发起", "broke": "流程异常，本次办理未生效",
    "retried": "重试异常步骤", "held": "中止办理", "unheld": "恢复办理",
    "freed": "办理人离岗，任务退回本岗位", "transferred": "转办", "delegated": "委派",
    "given_back": "交回意见", "fetched_back": "收回委派", "acted_for": "代办",
    "taken_back": "收回转办", "unbarred": "解除回避",
    "barred_again": "手机号经验证，恢复回避",
    "erased": "删除个人信息",
    "copied": "抄送", "seen": "已阅", "asked": "征求意见", "answered": "回复意见",
    "commented": "批注", "urged": "催办",
    "vacant": "无人可办", "assigned": "指定办理人",
    "signer_added": "加签", "signer_removed": "减签",
    "recalled": "收回", "jumped": "跳转", "terminated": "终止办理", "suspended": "挂起",
    "unsuspended": "恢复办理", "sent_back": "退回",
    UNMASKED: "查看完整证件号、电话", "attached": "上传材料", "detached": "撤换材料",
})  # fmt: skip
RED = frozenset({"return", "reject"})
BACK = {IDLE: "签收后未办，任务退回", AGAIN: "办理人应当回避，任务退回本岗位"}
"""Why a task was taken back."""
WHERE = {"before": "前加签", "beside": "并签", "after": "后加签"}
"""Where a signer was added."""
INNER = frozenset({
    "copied", "seen", "asked", "answered", "commented",
    "vacant", "assigned", "signer_added", "signer_removed", "unbarred",
    "barred_again",
})  # fmt: skip
"""What officials say to each other."""
QUIET = frozenset({
    "claimed", "released", "freed", "attached", "detached", "saved", "transferred", "delegated",
    "given_back", "fetched_back", "acted_for", "taken_back",
})  # fmt: skip
"""Events that the record folds away."""


def lines(file: CaseFile, me: Actor, seen: int = 0) -> list[dict[str, str]]:
    """The record, newest first; what one person did again and again stands in one line.

    What others did after the event that was seen last is `fresh`.
    """
    read = [event for event in reversed(file.events) if shown(event, me)]
    fresh = {event.seq for event in read if event.seq > seen and event.actor_id != me.id}
    told = [
        (event.actor_id, {**entry(event, file, me), "fresh": "yes" if event.seq in fresh else ""})
        for event in read
    ]
    alike = groupby(told, key=lambda line: (line[0], {**line[1], "when": ""}))
    return [_folded([line for _by, line in run]) for _same, run in alike]


def shown(event: Event, me: Actor) -> bool:
    """Whether this person reads of it at all."""
    if event.verb == chasing.CHASED and not me.staff:
        return chasing.rung_of(event) >= deadlines.RED
    return me.staff or event.verb not in (*QUIET, *INNER, "messaged")


def _folded(run: Sequence[dict[str, str]]) -> dict[str, str]:
    """Lines that differ in their time alone, newest first, as one with the first and last time."""
    last, first = run[0], run[-1]["when"]
    if len(run) == 1:
        return last
    until = last["when"].removeprefix(first[:11])  # the day once, where it is the same
    when = first if last["when"] == first else f"{first} 至 {until}"
    return {**last, "act": f"{last['act']} {len(run)} 次", "when": when}


def entry(event: Event, file: CaseFile, me: Actor) -> dict[str, str]:
    """One line of the record."""
    return {
        "who": _who(event, file, me),
        "unit": _post(event, file, me),
        "act": _act(event, file) + _whom(event, file, me),
        "tone": _tone(event),
        "shape": "ret" if _tone(event) == "red" else "",
        "when": minute(event.at),
        "opinion": _opinion(event, file, me),
    }


def _tone(event: Event) -> str:
    if event.outcome in RED or event.verb in steered.RED:
        return "red"
    return "green" if event.outcome == "approve" else ""


def _who(event: Event, file: CaseFile, me: Actor) -> str:
    """Who did it: by name among officials, else by unit."""
    if event.actor is None:
        return "系统"
    if may_name(me, file.case, event.actor_id):
        principal = event.in_name_of.name if event.in_name_of else ""
        return f"{event.actor.name}（代{principal}）" if principal else event.actor.name
    return event.unit.name if event.unit else "工作人员"


def _post(event: Event, file: CaseFile, me: Actor) -> str:
    """Under which assignment it was done."""
    if event.unit is None:
        theirs = event.actor_id in (file.case.applicant_id, file.case.filed_by_id)
        return party(file.case) if event.actor and theirs else ""
    post = post_name(event.role, event.position)
    return f"{event.unit.name} {post}".strip() if me.staff else post


def _act(event: Event, file: CaseFile) -> str:
    if event.verb == chasing.CHASED:
        return _chased(event, file)
    if event.verb != "decided":
        verb = steered.act(event, file) or _verb(event, file.case)
        return verb + steered.straight_back(event, file)
    policy = file.then(event).process.tasks.get(event.element)
    labels = {outcome.key: outcome.label for outcome in policy.outcomes} if policy else {}
    said = (policy.name if policy else "", labels.get(event.outcome, event.outcome))
    act = " ".join(dict.fromkeys(filter(None, said)))  # a step named for its outcome: once
    came_to = kinds.of(file.case.process_key).came_to(event.routing)
    act = f"{act}：{came_to}" if came_to else act
    return act + steered.straight_back(event, file)


def _whom(event: Event, file: CaseFile, me: Actor) -> str:
    """To whom it was done, for officials."""
    ids = str(event.routing.get(WHOM, "")).split()
    names = "、".join(file.named[one] for one in ids if one in file.named)
    return f"：{names}" if names and me.staff else ""


def _verb(event: Event, case: Case) -> str:
    if event.verb == "opened" and case.parent_id is None:
        return "发起" if event.actor else "系统自动发起"
    if event.verb == "filed" and not of_public(case):
        return "发起"
    if event.verb == FREED and event.outcome in BACK:
        return BACK[event.outcome]
    if event.verb == "rehomed":
        return f"区划变更，由{event.routing['from']}转{event.routing['to']}管辖"
    if event.verb == "vacant":
        return _vacant(event)
    if event.verb == "signer_added":
        return WHERE[event.outcome]
    if event.verb == UNMASKED:
        return f"{VERBS[UNMASKED]}：{WHY[event.outcome]}"
    said = {**VERBS, **kinds.verbs_of(case.process_key)}
    heard = said.get(event.outcome) if event.verb == "messaged" else None
    return heard or said.get(event.verb, event.verb)


def _chased(event: Event, file: CaseFile) -> str:
    rung = chasing.rung_of(event)
    late = f"超期满 {rung} 个工作日，督办" if rung > deadlines.RED else "超期，督办"
    step = file.then(event).process.names.get(event.element, "整件办理")
    return f"{step} {late if rung >= deadlines.RED else '将到期，提醒'}"


def _vacant(event: Event) -> str:
    said, up = event.routing["from"], event.routing["to"]
    return f"{said}无人可办，{f'转{up}办理' if up else '等待指定办理人'}"


def _opinion(event: Event, file: CaseFile, me: Actor) -> str:
    """What was written with it; the public reads the reasons of decisions only."""
    if me.staff and (words := remarks.said(event.submission)):
        return words
    if event.submission is None or event.verb != "decided":
        return steered.for_applicant(event, file)
    if not me.staff and event.outcome not in (*RED, "refer"):
        return ""
    form = file.then(event).form(event.submission.form)
    values = form.unseal(event.submission.values, show_secrets=False)
    facts = [fact for group in form.facts(values) for fact in group.facts]
    said = [fact.text if fact.key == "opinion" else f"{fact.label}：{fact.text}" for fact in facts]
    return "；".join(text for text in said if text)
