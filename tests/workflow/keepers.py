"""Who keeps flows: the city's administrator, and those of two districts and a township."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import session
from app.identity import queries
from app.identity.actor import Actor
from app.identity.commands import Post
from app.identity.models import Person
from tests.identity import people


def hire(at: datetime) -> None:
    """The city's 宁远山, 苗青禾 of 西陵区, 伏东篱 of 西陵街道 and 时岚 of 夷陵区."""
    chief = people.first(at)
    for name, account, place, level in (
        ("苗青禾", "miaoqinghe", "西陵区", "district"),
        ("时岚", "shilan", "夷陵区", "district"),
        ("伏东篱", "fudongli", "西陵街道", "township"),
    ):
        unit = people.unit(place, level)
        people.add(chief, name, account, Post(unit.id, "unit_admin", ""), at)


def who(account: str, at: datetime) -> Actor:
    """One of them, as they stand."""
    person = session().scalars(select(Person.id).where(Person.account == account)).one()
    return queries.actor_for(person, at)
