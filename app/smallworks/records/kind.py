"""The kind of case that a bad record is: the hooks that the workflow calls."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from sqlalchemy.orm import Session

from app.engine import Bounds
from app.smallworks import papers
from app.smallworks.records import binding, deciding, ledger, proposing, recusal, words
from app.workflow.kinds import CaseKind, Extra
from app.workflow.models import Case
from app.workflow.reads import Reads

KEY = "bad_record"
PROPOSE = "bad_record:propose"


def extras(work: Session, case: Case, staff: bool) -> Sequence[Extra]:
    """What was counted, for officials; and the papers."""
    issued = papers.extras(work, case, staff)
    record = proposing.of_case(work, case)
    if record is None or not staff:
        return issued
    before = ledger.points(work, record.contractor_id, case.touched_at)
    own = record.points if record.state not in ledger.COUNTED else 0
    told = f"本次记 {record.points} 分，近 12 个月累计 {before + own} 分"
    if record.ban_proposed:
        told += "，建议清除出市场"
    href = f"/contractors/{record.contractor_id}"
    who = Extra("warning", "当事人身份", binding.identity(record))
    return [who, Extra("warning", "记分", told, href), *issued]


KIND = CaseKind(
    KEY,
    describe=proposing.describe,
    needs=MappingProxyType(
        {
            "smallworks/bad_record_decision": deciding.DECIDE,
            "smallworks/bad_record_answer": deciding.DECIDE,
        }
    ),
    routing=proposing.routing,
    decided=deciding.decided,
    on_submitted=proposing.on_submitted,
    on_ended=deciding.on_ended,
    on_erased=deciding.on_erased,
    actions=MappingProxyType(
        {
            "serve_notice": deciding.serve_notice,
            "hand_over": deciding.hand_over,
            "publish_record": deciding.publish_record,
        }
    ),
    extras=extras,
    states=words.CASE_STATES,
    results=words.RESULTS,
    routing_names=frozenset(
        {
            *(f"ground_{key}" for key in words.GROUNDS),
            *("ground", "repeated", "points_before", "bans_before", "banned", "decided_on"),
            "reporter_decides",
        }
    ),
    routing_words={"repeated": "重复提请"},
    reads=MappingProxyType(
        {
            "smallworks/bad_record": Reads(("grounds", "fact")),
            "smallworks/bad_record_decision": Reads(
                ("public_fact", "legal_rep_id", "until_fixed"),
                {"bound": (binding.CONTRACTOR, binding.LEGAL_REP)},
            ),
        }
    ),
    routing_values={
        **{f"ground_{key}": (True, False) for key in words.GROUNDS},
        **dict.fromkeys(("repeated", "banned", "reporter_decides"), (True, False)),
        "ground": ("", *words.GROUNDS),
    },
    routing_bounds=dict.fromkeys(("points_before", "bans_before"), Bounds("integer", low=0)),
    value_words={"ground": words.GROUNDS},
    settled=frozenset({"repeated", "ground", *(f"ground_{key}" for key in words.GROUNDS)}),
    levels_needed=2,
    approving=frozenset({"expired", "repaired"}),
    starter=PROPOSE,
    about=True,
    may_open=proposing.may_open,
    addressee=proposing.addressee,
    open_to_owner=False,
    recuses=recusal.recuses,
    goes_on_while_held=True,
    steered=False,
)
