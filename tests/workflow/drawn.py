"""Small processes of these tests, drawn in a few lines and published by the command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app import engine
from app.db import transaction
from app.workflow import commands, freezing, publishing, receiving
from app.workflow.commands.filing import Filing
from app.workflow.commands.tasks import Decision
from app.workflow.freezing import Ready
from app.workflow.models import Case, ProcessVersion
from app.workflow.publishing import Publication
from tests.engine.drawings import document, end, flow, flows, gate, node, review, start
from tests.workflow import make
from tests.workflow.people import HERE, NOON, unit, who


def form(key: str, title: str, properties: Mapping[str, Any], *required: str) -> bytes:
    """A form file."""
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return json.dumps({"key": key, "title": title, "schema": schema, "ui": {}}).encode()


TEXT = {"type": "string", "title": "说明", "maxLength": 200}
APPLY = form(
    "demo/apply",
    "申请",
    {
        "title": {**TEXT, "title": "名称"},
        "amount": {"type": "number", "title": "金额", "x-route": True},
        "phone": {**TEXT, "title": "电话"},
    },
    "title",
)
REVIEW = form("demo/review", "审核", {"opinion": TEXT})


def files(key: str, bpmn: str) -> dict[str, bytes]:
    """What is uploaded to publish it."""
    return {f"{key}.bpmn": bpmn.encode(), "apply.json": APPLY, "review.json": REVIEW}


def publish(key: str, bpmn: str, code: str = "4205", at: datetime = NOON) -> ProcessVersion:
    """Publish it for the unit of a division."""
    wanted = Publication(unit(code).id, key, files(key, bpmn), "试验")
    return publishing.publish(None, wanted, at=at)


def freeze_unproved(key: str, bpmn: str, code: str = "4205", at: datetime = NOON) -> None:
    """A version that was published before what is wrong with it could be seen."""
    kept = receiving.received(files(key, bpmn), key)
    process = engine.parse(kept, key)
    with transaction() as work:
        version = ProcessVersion(
            key=key, unit_id=unit(code).id, title=process.title, files=kept,
            checksum=Ready(process, kept).checksum, reason="试验", published_at=at,
        )  # fmt: skip
        freezing.freeze(work, None, version, process, "flow_published")


def file(key: str, title: str = "申请一件事", when: datetime = NOON, **answers: Any) -> Case:
    """Ann files a case of it."""
    wanted = Filing(key, HERE, {"title": title, **answers})
    return commands.file_values(who("ann", when), wanted, at=when)


def decide(made: Case, key: str, outcome: str, when: datetime = NOON) -> Case:
    """Somebody decides their task of this case, with a word of reason."""
    task = make.task(made, key)
    said = Decision(outcome, {"opinion": "说明理由"})
    return commands.decide(who(key, when), task.id, said, at=when)


def two_levels(key: str, limit: str = "1wd") -> str:
    """Community, then township; a no of either ends it."""
    return document(
        start(),
        review("first", "community", "approve reject", flow_sla=limit),
        review("second", "township", "approve reject"),
        *(gate(f"{step}_gate") for step in ("first", "second")),
        end("yes", "approved"),
        end("no", "rejected"),
        flows("begin", "first", "first_gate"),
        flow("first_gate", "second", 'outcome = "approve"'),
        flow("first_gate", "no", 'outcome = "reject"'),
        flows("second", "second_gate"),
        flow("second_gate", "yes", 'outcome = "approve"'),
        flow("second_gate", "no", 'outcome = "reject"', key="second-no"),
        key=key,
    )


def joint(key: str, sign: str, **changed: str) -> str:
    """The community checks; then township, district and its housing department sign together."""
    together = {
        "flow_role": "head; district_gov_user; district_dept_user",
        "flow_scope": "township; district; district:housing",
        "flow_form": "demo/review",
        "flow_outcomes": "approve return reject",
        "flow_sign": sign,
        "flow_sla": "2wd",
        **changed,
    }
    return document(
        start(),
        review("first", "community", "approve:通过"),
        node("userTask", "together", "会签", **together),
        gate("settled"),
        end("yes", "approved"),
        end("back", "returned"),
        end("no", "rejected"),
        flows("begin", "first", "together", "settled"),
        flow("settled", "yes", 'outcome = "approve"'),
        flow("settled", "back", 'outcome = "return"'),
        flow("settled", "no", 'outcome = "reject"'),
        key=key,
    )
