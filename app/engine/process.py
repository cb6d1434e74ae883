"""A parsed process: what the house asks of it, and the specs that SpiffWorkflow runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.engine.types import Limit, TaskPolicy

Path = tuple[str, ...]
"""The sub-processes and call activities around an element, outermost first."""


@dataclass(frozen=True, slots=True, eq=False)
class Process:
    """One version of a process, shared by all its cases. Nothing in it changes after `parse`.

    `names` holds every flow node, `routing` the variables that conditions, timers and decisions
    read. `start_message` is the message that opens a case, where the start event names one.
    """

    key: str
    title: str
    start_form: str
    start_message: str
    limit: Limit | None
    """Of the whole case, beside those of its steps."""
    tasks: Mapping[str, TaskPolicy]
    actions: Mapping[str, str]
    acts: frozenset[str]
    """The elements that carry something out: an action, or a message that is sent."""
    results: Mapping[str, str]
    names: Mapping[str, str]
    routing: frozenset[str]
    steps: tuple[str, ...] = field(repr=False)
    """The human steps in drawing order."""
    repeated: frozenset[str] = field(repr=False)
    """The human steps that the flow can come back to."""
    paths: Mapping[str, tuple[Path, ...]] = field(repr=False)
    """Every way in which each flow node can be reached through sub-processes and calls."""
    spec: Any = field(repr=False)
    scopes: Mapping[str, Any] = field(repr=False)
    """The specs of the sub-processes and called processes, by id."""
