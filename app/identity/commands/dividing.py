"""三员分立 turned on by who keeps the platform alone; changed or turned off by two of the three."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.clock import local
from app.db import transaction
from app.errors import Conflict, Forbidden, NotFound
from app.identity import audit, changes, duties, leaving, lineups, posts, queries
from app.identity.account_models import DutyChange
from app.identity.actor import Actor
from app.identity.lineups import Lineup
from app.identity.models import Person, Unit
from app.identity.posts import Post
from app.identity.reach import THREE
from app.identity.units import city
from app.identity.words import post_name

_ONE_ALONE = "三员分立由平台管理员开启"
_ONE_OF_THREE = "三员分立由三员之一提出变更、另一员确认"


def propose(actor: Actor, wanted: Lineup, reason: str, *, at: datetime) -> bool:
    """Turn it on at once; once it is on, only propose, for another of the three to confirm.

    Returns whether it is done.
    """
    why = changes.reason(reason)
    with transaction() as work:
        unit, apart = _entered(work, actor)
        if duties.proposed(work) is not None:
            raise Conflict("已有一项变更等待确认，请先确认或撤下")
        if not (apart or wanted.apart):
            raise Conflict("没有实行三员分立，不用停止")
        lineups.check(work, actor, wanted)
        row = DutyChange(apart=wanted.apart, reason=why, proposed_by_id=actor.id, proposed_at=at)
        row.system_id, row.security_id = wanted.system or None, wanted.security or None
        row.audit_id, row.platform_id = wanted.audit or None, wanted.platform or None
        work.add(row)
        work.flush()
        if apart:
            _refuse_hindered(lineups.plan(work, wanted, actor.day))
            _record(work, actor, "duties_proposed", row, at=at)
        else:
            _carry_out(work, actor, unit, row, "duties_apart", at=at)
    return not apart


def confirm(actor: Actor, change_id: str, *, at: datetime) -> None:
    """Carry out what another of the three proposed."""
    with transaction() as work:
        unit, row = _waiting(work, actor, change_id)
        if row.proposed_by_id == actor.id:
            raise Forbidden("这项变更是您提出的，须由另一员确认")
        lineups.check(work, actor, lineups.of_change(row))
        verb = "duties_changed" if row.apart else "duties_joined"
        _carry_out(work, actor, unit, row, verb, at=at)


def drop(actor: Actor, change_id: str, *, at: datetime) -> None:
    """Leave all as it is: any of the three, also whoever proposed it."""
    with transaction() as work:
        _unit, row = _waiting(work, actor, change_id)
        row.settled_by_id, row.settled_at = actor.id, at
        _record(work, actor, "duties_dropped", row, at=at)


def _entered(work: Session, actor: Actor) -> tuple[Unit, bool]:
    """One at a time, and as things stand now: whether three keep it, of whom this must be one."""
    unit = work.get_one(Unit, city(work).id, with_for_update=True)
    apart = duties.apart(work)
    held = {hold.role for hold in queries.holds_of(actor.id, actor.day)}
    if not held.intersection(THREE if apart else {"platform_admin"}):
        raise Forbidden(_ONE_OF_THREE if apart else _ONE_ALONE)
    return unit, apart


def _waiting(work: Session, actor: Actor, change_id: str) -> tuple[Unit, DutyChange]:
    unit, _apart = _entered(work, actor)
    row = work.get(DutyChange, change_id, with_for_update=True)
    if row is None:
        raise NotFound("没有找到这项变更")
    if row.settled_at is not None:
        raise Conflict("这项变更已经办理")
    return unit, row


def _refuse_hindered(made: lineups.Plan) -> None:
    if made.in_the_way:
        said = "、".join(
            f"{person.name}（{grant.unit.name}{post_name(grant.role, grant.position)}）"
            for grant, person in made.in_the_way
        )
        raise Conflict(f"请先免去或交接：{said}")


def _carry_out(
    work: Session, actor: Actor, unit: Unit, row: DutyChange, verb: str, *, at: datetime
) -> None:
    wanted = lineups.of_change(row)
    for person_id in sorted(wanted.named.values()):
        work.get(Person, person_id, with_for_update=True)  # a post given meanwhile is seen
    made = lineups.plan(work, wanted, actor.day)
    _refuse_hindered(made)
    for grant, _person in made.ended:
        grant.valid_to = local(at).date() - timedelta(days=1)
        posts.tell(work, actor, grant, changes.ENDED, row.reason, at=at)
    for person, role in made.given:
        grant = posts.give(work, person.id, Post(unit.id, role), at)
        posts.tell(work, actor, grant, changes.GIVEN, row.reason, at=at)
    for person_id in {person.id for _grant, person in made.ended}:
        leaving.follow(work, actor, person_id, at=at)
    row.settled_by_id, row.settled_at, row.done = actor.id, at, True
    _record(work, actor, verb, row, at=at)


def _record(work: Session, actor: Actor, verb: str, row: DutyChange, *, at: datetime) -> None:
    """The entry holds who is named: no change of the row goes unseen."""
    wanted = lineups.of_change(row)
    who = " ".join(f"{key}:{person_id}" for key, person_id in wanted.named.items())
    deed = audit.Deed(verb, actor.id, f"duties:{row.id}", who, actor.address)
    audit.record(work, deed, at=at)
