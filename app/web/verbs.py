"""The page of a verb: what it is about, what it will come to, what to say; and the menu of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from app.workflow.models import Case, Task
from app.workflow.offers import Offer

PAGES: Mapping[str, str] = {
    "add_signer": "signers.add",
    "remove_signer": "signers.choose",
    "give_back": "handing.give_back",
    "fetch_back": "handing.fetch_back",
    "transfer": "handing.transfer",
    "delegate": "handing.delegate",
    "act_for": "handing.act_for",
    "answer": "talk.answer",
    "urge": "talk.urge",
    "copy": "talk.copy",
    "ask": "talk.ask",
    "comment": "talk.comment",
    "send_back": "steering.send_back",
    "recall": "steering.recall",
    "jump": "steering.jump",
    "terminate": "steering.terminate",
    "suspend": "steering.suspend",
    "resume": "steering.resume",
    "unbar": "steering.unbar",
}
"""Offer -> the endpoint of its page, for one task or for one case."""


@dataclass(frozen=True, slots=True)
class Verb:
    """What the page of a verb says."""

    title: str
    action: str  # the address that does it
    back: str
    button: str
    grave: bool = False
    lines: Sequence[str] = ()  # what will happen, a sentence each
    reason: str = ""  # the label of its words; none are asked for where empty
    must_say: bool = False


def page(
    template: str, verb: Verb, case: Case, faults: Mapping[str, str] | None = None, **more: Any
) -> str:
    """The page as it stands, or once more with what was typed and what is wrong with it."""
    typed = request.form if request.method == "POST" else {}
    return render_template(
        template, verb=verb, case=case, faults=faults or {}, typed=typed,
        key=secrets.token_urlsafe(16), **more,
    )  # fmt: skip


def menu(offers: Sequence[Offer], case: Case, task: Task | None = None) -> list[dict[str, Any]]:
    """The offers as links to their pages."""
    whose: dict[str, Any] = {"task_id": task.id} if task else {"case_id": case.id}
    return [
        {"label": one.words, "grave": one.grave, "url": url_for(PAGES[one.key], **whose)}
        for one in offers
    ]
