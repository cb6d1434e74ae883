"""The kind of case that an accident is: the hooks that the workflow calls."""

from __future__ import annotations

from types import MappingProxyType

from app.smallworks.accidents import registering, words
from app.smallworks.accidents.reach import CONFIRM, COORDINATES, READ
from app.workflow.kinds import CaseKind

KEY = "accident"
RECORD = "accident:record"

KIND = CaseKind(
    KEY,
    describe=registering.describe,
    routing=registering.routing,
    on_submitted=registering.on_submitted,
    on_ended=registering.on_ended,
    on_erased=registering.on_erased,
    actions=MappingProxyType({"confirm_accident": registering.confirm_accident}),
    results=words.RESULTS,
    starter=RECORD,
    needs=MappingProxyType({"smallworks/accident_confirm": CONFIRM}),
    reader=READ,
    coordinator=COORDINATES,
    open_to_owner=False,
    goes_on_while_held=True,
    steered=False,
    reads=MappingProxyType({"smallworks/accident": registering.READS}),
)
