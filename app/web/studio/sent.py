"""What a form of the table of steps sends, as the edit that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from werkzeug.datastructures import MultiDict

from app.engine.drafting import (
    AddOutcome,
    Change,
    DropOutcome,
    Edit,
    InsertAfter,
    InsertBefore,
    Level,
    Remove,
    Way,
)
from app.engine.policy_words import LABELS
from app.engine.types import Limit, Party, Sign, TaskPolicy
from app.errors import Invalid
from app.identity.words import LEVELS
from app.workflow.studio.steps import StepTable

Sent = MultiDict[str, str]
APPLICANT = "applicant"
OWN = "case"
NEW = "new"
MOST_PARTIES = 8
_SHARE = re.compile(r"[1-9]\d?|100")
_AMOUNT = re.compile(r"[1-9]\d{0,2}")


def _plain(text: str) -> str:
    """Without what a drawing cannot hold: marks that pasting brings along, and line ends."""
    return "".join(each for each in " ".join(text.split()) if each.isprintable())


def edits_of(posted: Sent, table: StepTable, step: str) -> list[Edit]:
    """The edits of one form, one after the other. Raises Invalid with the fields at fault."""
    sent = MultiDict((name, _plain(text)) for name, text in posted.items(multi=True))
    match sent.get("do", ""):
        case "change":
            return list(_changes(sent, table.row(step).policy))
        case "before":
            return [InsertBefore(step, _level(sent, table, step, after=False))]
        case "after":
            flow = sent.get("flow", "")
            return [InsertAfter(step, flow, _level(sent, table, step, after=True))]
        case "remove":
            return [Remove(step, sent.get("flow", ""))]
    raise Invalid("没有说明要改什么，请回到步骤表重新选")


def _changes(sent: Sent, policy: TaskPolicy) -> Iterator[Edit]:
    """What is typed of the step, then the outcomes that go and the one that comes."""
    yield _change(sent, policy)
    for key in sent.getlist("drop"):
        yield DropOutcome(policy.element, key)
    if sent.get("outcome", "") or sent.get("label", ""):
        yield AddOutcome(policy.element, _added(sent, policy))


def _change(sent: Sent, policy: TaskPolicy) -> Change:
    mode = sent.get("sign", "one")
    share = sent.get("share", "")
    if mode == "vote" and not _SHARE.fullmatch(share):
        raise Invalid("票签要写比例", {"share": "写 1 到 100 的整数"})
    labels = tuple((each.key, sent.get(f"label_{each.key}", "")) for each in policy.outcomes)
    return Change(
        step=policy.element,
        name=sent.get("name", ""),
        parties=tuple(_parties(sent)),
        form=sent.get("form", ""),
        labels=labels,
        limit=_limit(sent),
        sign=Sign(mode, int(share) if mode == "vote" else 0),
        each=sent.get("each") == "1",
    )


def _parties(sent: Sent) -> Iterator[Party]:
    found = 0
    for at in range(MOST_PARTIES):
        if roles := sent.getlist(f"role_{at}"):
            found += 1
            yield _party(sent, at, roles)
    if not found:
        raise Invalid("请选办理人", {"role_0": "至少选一个岗位或角色"})


def _party(sent: Sent, at: int, roles: list[str]) -> Party:
    if APPLICANT in roles:
        if len(roles) > 1:
            raise Invalid("申请人要单独一方", {f"role_{at}": "申请人不能和工作人员选在同一方"})
        return Party((APPLICANT,), OWN)
    level, industry = sent.get(f"level_{at}", ""), sent.get(f"industry_{at}", "")
    if level not in LEVELS:
        raise Invalid("请选哪一级办理", {f"level_{at}": "选哪一级办理"})
    return Party(tuple(roles), f"{level}:{industry}" if industry else level)


def _limit(sent: Sent) -> Limit | None:
    unit: Literal["wd", "h", ""] = "wd" if sent.get("unit") == "wd" else "h"
    if sent.get("unit", "") not in {"wd", "h"}:
        return None
    amount = sent.get("amount", "")
    if not _AMOUNT.fullmatch(amount):
        raise Invalid("时限写得不对", {"amount": "写 1 到 999 的整数，不限时请选“不限时”"})
    return Limit(int(amount), unit)


def _level(sent: Sent, table: StepTable, step: str, *, after: bool) -> Level:
    party = next(iter(_parties(sent)))
    if party.scope == OWN:
        raise Invalid("新增的一级由工作人员办理", {"role_0": "审核环节不能由申请人办理"})
    chosen = sent.getlist("way")
    ways = tuple(
        Way(way.key, sent.get(f"label_{way.key}", "") or way.label, way.target)
        for at, way in enumerate(table.like(step, after=after))
        if at == 0 or way.key in chosen
    )
    lane = LEVELS[party.scope.partition(":")[0]]
    return Level(sent.get("name", ""), party, sent.get("form", ""), ways, _limit(sent), lane)


def _added(sent: Sent, policy: TaskPolicy) -> Way:
    taken = {each.key for each in policy.outcomes}
    key = sent.get("outcome", "")
    if key == NEW:
        key = next(each for n in range(1, 20) if (each := f"choice_{n}") not in taken)
    elif key not in LABELS:
        raise Invalid("请选是什么结果", {"outcome": "选一个结果"})
    label = sent.get("label", "").strip() or LABELS.get(key, "")
    return Way(key, label, sent.get("target", ""))
