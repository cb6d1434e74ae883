"""Saved views of the inbox: mine, those that my units share, and how much waits in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from itertools import groupby

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.identity.actor import Actor
from app.workflow import search
from app.workflow.habits import SavedView
from app.workflow.models import Case, Task
from app.workflow.queries import boxes, inbox
from app.workflow.queries.boxes import NOTHING
from app.workflow.queries.inbox import Asked
from app.workflow.queries.pages import MOST_COUNTED

_NAMES = tuple(field.name for field in fields(Asked))


def reach(work: Session, actor: Actor) -> Sequence[SavedView]:
    """The views of this person, then those that colleagues of their units share."""
    units = {hold.unit_id for hold in actor.holds}
    shared = and_(SavedView.unit_id.in_(units), SavedView.person_id != actor.id)
    found = work.scalars(
        select(SavedView).where(or_(SavedView.person_id == actor.id, shared)).order_by(SavedView.id)
    ).all()
    return sorted(found, key=lambda view: view.person_id != actor.id)


def one(work: Session, actor: Actor, view_id: str) -> SavedView:
    """A view that this person may open. Raises NotFound."""
    found = next((view for view in reach(work, actor) if view.id == view_id), None)
    if found is None:
        raise NotFound("没有这个视图，可能已经删除或者不再共享")
    return found


def first(views: Sequence[SavedView], actor: Actor) -> SavedView | None:
    """What this person's inbox opens with, if they chose one."""
    return next((view for view in views if view.first and view.person_id == actor.id), None)


def asked(view: SavedView) -> Asked:
    """The filters of a view; a word that is no filter any more narrows nothing."""
    return Asked(**{name: view.asked.get(name, "") for name in _NAMES})


def counts(work: Session, actor: Actor, views: Sequence[SavedView]) -> Mapping[str, str]:
    """How many of the most urgent MOST_COUNTED of its box each view holds; `12+` where more wait.

    One statement for each box in which a view looks, however many views there are. A word that
    stands in more cases than that is not looked for, and its view has no number.
    """
    told: dict[str, str] = {}
    waiting = [view for view in views if view.box != boxes.DONE]
    for box, group in groupby(sorted(waiting, key=lambda view: view.box), lambda view: view.box):
        found, here = boxes.ranges(work, actor, box), list(group)
        if not found:
            told |= dict.fromkeys((view.id for view in here), "0")
            continue
        top = boxes.page(found, NOTHING, None, MOST_COUNTED).subquery()
        held = [_held(work, view) for view in here]
        row = work.execute(
            select(func.count(), *held)
            .select_from(top)
            .join(Task, Task.id == top.c.id)
            .join(Case, Case.id == Task.case_id)
        ).one()
        more = "+" if row[0] >= MOST_COUNTED else ""
        numbers = zip(here, row[1:], strict=True)
        told |= {view.id: f"{number}{more}" for view, number in numbers if number is not None}
    return told


def _held(work: Session, view: SavedView) -> ColumnElement[int]:
    """The number of one view; nothing where what it looks for stands in too many cases."""
    narrowed = inbox.narrowing(work, replace(asked(view), q=""))
    fits = and_(true(), *narrowed.tasks, *narrowed.cases)
    hits = search.first(work, view.asked.get("q", ""), MOST_COUNTED + 1)
    if hits is None:
        return func.count(case((fits, 1)))
    found = select(func.count()).select_from(hits.subquery()).scalar_subquery()
    number = func.count(case((and_(fits, Case.id.in_(hits)), 1)))
    return case((found <= MOST_COUNTED, number))
