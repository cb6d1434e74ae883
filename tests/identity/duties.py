"""The three who keep the platform where the duties are apart, as the tests of rights need them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import session
from app.identity import queries
from app.identity.actor import Actor
from app.identity.commands import Post, dividing
from app.identity.lineups import Lineup
from app.identity.models import Person
from tests.identity.people import Cast, add, unit

WHY = "等保三级测评"
THREE = {"system": ("邵云帆", "system.admin"), "security": ("秦牧野", "security.admin"),
         "audit": ("庄晓梦", "audit.admin")}  # fmt: skip


def called(chief: Actor, at: datetime) -> Cast:
    """Three of the city's staff with passwords of their own."""
    post = Post(unit("宜昌市").id, "city_gov_user")
    return {duty: add(chief, *who, post, at) for duty, who in THREE.items()}


def lineup(three: Cast) -> Lineup:
    """Who is to keep what."""
    return Lineup(*(three[duty].id for duty in THREE))


def apart(chief: Actor, three: Cast, at: datetime) -> None:
    """Turn it on."""
    assert dividing.propose(chief, lineup(three), WHY, at=at)


def found(at: datetime) -> Cast:
    """The three as they stand now."""
    ids = {row.account: row.id for row in session().scalars(select(Person))}
    return {duty: queries.actor_for(ids[account], at) for duty, (_, account) in THREE.items()}
