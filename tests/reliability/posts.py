"""What people send: each post is plain words, so that another process can send the same again."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db import session, transaction
from app.workflow import commands, definitions, holds
from app.workflow.commands.drafts import Screen, save_draft, start_draft
from app.workflow.commands.filing import Filing
from app.workflow.commands.moving import Moving
from app.workflow.commands.tasks import Decision
from app.workflow.models import Attachment, Case, ProcessVersion
from app.workflow.publishing import Publication, publish
from app.workflow.studio import outlook
from tests.reliability.house import ABOUT, House, loose_files
from tests.smallworks.town import COMMUNITY, FORM, credit_code
from tests.workflow.works import WHY

REASON = {"opinion": "请补充完整后再报", "missing_items": ["contract"]}
PERMIT = {"permit_no": "420502202612010101", "permit_date": "2026-11-20"}
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "approve": {"opinion": "同意"},
    "return": REASON,
    "reject": {"opinion": "不符合备案条件"},
    "refer": {"opinion": "超出限额"},
    "escalate": {"opinion": "请上级研究"},
    "permitted": PERMIT,
    "abandoned": {"opinion": "业主放弃施工", "abandoned_note": "业主放弃施工"},
}


@dataclass(frozen=True, slots=True)
class Post:
    """One press of a button: `key` is that of the form's rendering, `who` an account."""

    verb: str
    who: str
    key: str
    target: str = ""
    outcome: str = ""


def values(key: str) -> dict[str, Any]:
    """A start form, a little different for every key; one in twelve is over the limit."""
    draw = random.Random(key)  # noqa: S311 - repeatable on purpose
    made = {**FORM, "contractor_credit_code": credit_code()}
    made["address"] = f"沿江大道 {draw.randrange(10**6)} 号"
    if draw.random() < 1 / 12:
        made |= {"investment_wan": "88", "area_sqm": "1200"}
    return made


def send(house: House, post: Post, at: datetime) -> str:
    """Do it, and return what the sender is told: the id of the case, task or version."""
    return _SENDERS[post.verb](house, post, at)


def _file(house: House, post: Post, at: datetime) -> str:
    me = house.actors[post.who]
    filing = Filing("filing", COMMUNITY, values(post.key), loose_files(me), post.key)
    return commands.file_values(me, filing, at=at).id


def _file_draft(house: House, post: Post, at: datetime) -> str:
    return commands.file_case(house.actors[post.who], post.target, post.key, at=at).id


def _claim(house: House, post: Post, at: datetime) -> str:
    return commands.claim(house.actors[post.who], post.target, post.key, at=at).id


def _release(house: House, post: Post, at: datetime) -> str:
    return commands.release(house.actors[post.who], post.target, post.key, at=at).id


def _decide(house: House, post: Post, at: datetime) -> str:
    sent = values(post.target) if post.outcome == "submit" else ANSWERS[post.outcome]
    made = Decision(post.outcome, sent, post.key)
    return commands.decide(house.actors[post.who], post.target, made, at=at).id


def _withdraw(house: House, post: Post, at: datetime) -> str:
    return commands.withdraw(house.actors[post.who], post.target, post.key, at=at).id


def _about(house: House, post: Post, at: datetime) -> str:
    filing = Filing(ABOUT.key, values={"title": post.key}, key=post.key)
    return commands.file_about(house.actors[post.who], post.target, filing, at=at).id


def _hold(house: House, post: Post, at: datetime) -> str:
    """Hold the case `target`, or lift it; `outcome` is the case that holds."""
    me, what = house.actors[post.who], {"hold": holds.hold, "lift": holds.lift}[post.verb]
    why = (WHY,) if post.verb == "hold" else ()
    with transaction() as work:
        by = work.get_one(Case, post.outcome)
        what(work, post.target, *why, by, me, at=at)  # type: ignore[operator]
    return post.target


def _publish(house: House, post: Post, at: datetime) -> str:
    """The district publishes the shipped flow with a title of its own."""
    form = json.loads(definitions.shipped_files("filing")["forms/smallworks/filing.json"])
    form["title"] = f"备案申请 {post.outcome}"
    files = {"filing.json": json.dumps(form, ensure_ascii=False).encode()}
    wanted = Publication(post.target, "filing", files, "改标题", post.key)
    return publish(house.actors[post.who], wanted, at=at).id


def _begin_move(house: House, post: Post, at: datetime) -> str:
    """Every case that a preview offers goes onto the version `target`; the key is asked first."""
    me, version = house.actors[post.who], session().get_one(ProcessVersion, post.target)
    found = outlook.outlook(session(), me, version, {}, at)
    seen = {line.case.id: line.seq for line in found.fit} or {"nobody": 0}
    session().rollback()
    return commands.begin_move(me, Moving(post.target, seen, "改标题", key=post.key), at=at).id


def _undo_move(house: House, post: Post, at: datetime) -> str:
    return commands.undo_move(house.actors[post.who], post.target, at=at).id


_SENDERS = {
    "file": _file, "file_draft": _file_draft, "claim": _claim, "release": _release,
    "decide": _decide, "withdraw": _withdraw, "publish": _publish, "about": _about,
    "hold": _hold, "lift": _hold, "begin_move": _begin_move, "undo_move": _undo_move,
}  # fmt: skip


def draft(house: House, who: str, at: datetime) -> str:
    """A draft filled in and ready to be submitted."""
    me = house.actors[who]
    made = start_draft(me, "filing", COMMUNITY, at=at)
    save_draft(me, made.id, Screen(values(made.id)), at=at)
    files = loose_files(me)
    for name in files:
        session().get_one(Attachment, name).draft_id = made.id
    session().commit()
    return made.id
