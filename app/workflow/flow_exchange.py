"""Flows carried between the store and a folder: laid down, compared, brought in by publishing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.db import session
from app.engine.telling import Difference
from app.identity.actor import Actor
from app.identity.models import Unit
from app.workflow import flow_folder, publishing, receiving, versions
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication, Publishing
from app.workflow.queries import flows
from app.workflow.studio import wording

_LAYOUT = Difference("changed", "", "只有图形的位置或写法不同")


@dataclass(frozen=True, slots=True)
class Carried:
    """A process whose files in the folder are otherwise than those in force, in words."""

    key: str
    files: Mapping[str, str]
    differences: Sequence[Difference]


def lay_down(
    work: Session, unit: Unit, root: Path, only: str = "", *, at: datetime
) -> tuple[int, list[str]]:
    """Write what is in force for a unit into a folder; how many flows, and what is new there."""
    found = {}
    for key in flows.keys(work):
        version = versions.in_force(work, unit, key, at=at)
        if version is not None and only in ("", key):
            found[key] = version.files
    lying = flow_folder.read(root, flows.keys(work))
    return len(found), flow_folder.write(root, {**lying, **found})


def differing(
    work: Session, unit: Unit, root: Path, only: str = "", *, at: datetime
) -> list[Carried]:
    """What bringing the folder in would change for a unit. Raises BrokenProcess, Invalid."""
    found = []
    for key, lying in flow_folder.read(root, flows.keys(work)).items():
        if only not in ("", key):
            continue
        sent = receiving.received({name: text.encode() for name, text in lying.items()}, key)
        whole = publishing.completed(work, unit, key, sent, at=at)
        after = flow_folder.used(whole, key)
        force = versions.in_force(work, unit, key, at=at)
        if force is None or force.files != after:
            found.append(Carried(key, after, _said(force, after, key)))
    return found


def _planned(unit_id: str, one: Carried, how: Publishing, at: datetime) -> bool:
    plan = versions.waiting(session(), unit_id, one.key, at=at)
    return plan is not None and (plan.files, plan.starts_on) == (one.files, how.starts_on)


def _said(force: ProcessVersion | None, after: Mapping[str, str], key: str) -> Sequence[Difference]:
    if force is None:
        return [Difference("added", "", f"新增流程 {key}")]
    return wording.differing(force.files, after, key) or [_LAYOUT]


def judge(unit_id: str, carried: Sequence[Carried], *, despite: bool, at: datetime) -> None:
    """Whether all of them can be published. Raises what publishing would raise for the first."""
    for one in carried:
        unit = session().get_one(Unit, unit_id)
        publishing.judged(unit, one.files, one.key, despite=despite, at=at)


def bring_in(
    actor: Actor, unit_id: str, carried: Sequence[Carried], how: Publishing, *, at: datetime
) -> list[ProcessVersion]:
    """Publish them, each by the one command; nothing, where one of them would be refused.

    What waits already for the same day is left alone, so that the same again does nothing.
    """
    versions.refuse_day(how.starts_on, at)
    due = [one for one in carried if not _planned(unit_id, one, how, at)]
    judge(unit_id, due, despite=how.despite, at=at)
    made = []
    for one in due:
        files = {name: text.encode() for name, text in one.files.items()}
        wanted = Publication(
            unit_id, one.key, files, how.reason, despite=how.despite, starts_on=how.starts_on,
            by_operator=True,
        )  # fmt: skip
        made.append(publishing.publish(actor, wanted, at=at))
    return made
