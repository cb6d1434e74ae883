"""The door to SpiffWorkflow: the only package that knows it. Plain values in, plain values out.

Nothing here knows people, pages or tables. `parse` keeps nothing: the caller caches by version.
"""

from app.engine.check import Bounds, Law, Vocabulary, check
from app.engine.decisions import Decision, read_decisions
from app.engine.gate_xml import unreadable
from app.engine.migration import migrate
from app.engine.moves import move
from app.engine.outline import OutlineStep, outline
from app.engine.parse import parse
from app.engine.process import Process
from app.engine.run import cancel, complete, deliver, start, waiting, wake
from app.engine.translate import translate
from app.engine.types import (
    Action,
    Data,
    Limit,
    Message,
    OpenTask,
    Outcome,
    Party,
    Scalar,
    Sign,
    Step,
    TaskPolicy,
    Workdays,
)

__all__ = [
    "Action",
    "Bounds",
    "Data",
    "Decision",
    "Law",
    "Limit",
    "Message",
    "OpenTask",
    "Outcome",
    "OutlineStep",
    "Party",
    "Process",
    "Scalar",
    "Sign",
    "Step",
    "TaskPolicy",
    "Vocabulary",
    "Workdays",
    "cancel",
    "check",
    "complete",
    "deliver",
    "migrate",
    "move",
    "outline",
    "parse",
    "read_decisions",
    "start",
    "translate",
    "unreadable",
    "waiting",
    "wake",
]
