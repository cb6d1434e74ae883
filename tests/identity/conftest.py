"""The first administrator, and a cast of others, the same for every test of this room."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import db
from app.identity import queries
from app.identity.actor import Actor
from app.identity.commands import Post
from app.identity.models import Person
from tests.identity.duties import apart, called, found
from tests.identity.people import Cast, add, first, unit
from tests.stores import Store


@pytest.fixture
def chief(work: Session, noon: datetime) -> Actor:
    return first(noon)


POSTS = {
    "district.admin": ("顾南星", "西陵区", "district_gov_admin", ""),
    "district.keeper": ("陆青山", "西陵区", "unit_admin", ""),
    "district.user": ("许朝晖", "西陵区", "district_gov_user", ""),
    "department.admin": ("罗望舒", "西陵区住建局", "district_dept_admin", ""),
    "department.user": ("白若溪", "西陵区住建局", "district_dept_user", ""),
    "street.keeper": ("温如玉", "东苑街道", "unit_admin", ""),
    "street.head": ("石磊峰", "东苑街道", "", "head"),
    "community.head": ("方晓禾", "汕头路社区", "", "head"),
    "neighbour.admin": ("江映月", "伍家岗区", "district_gov_admin", ""),
    "neighbour.user": ("秦越川", "伍家岗区", "district_gov_user", ""),
    "auditor": ("严知微", "宜昌市", "audit_admin", ""),
}


@pytest.fixture
def cast(database: Store, app: Flask, work: Session, noon: datetime) -> Cast:
    """Administrators and others of 西陵区, of one street, and of the district beside."""

    def build() -> None:
        with app.app_context():
            chief = first(noon)
            for account, (name, place, role, position) in POSTS.items():
                add(chief, name, account, Post(unit(place).id, role, position), noon)

    database.begin("identity_cast", build, upon="first_start")
    accounts = {"chief": "ningyuanshan"} | {name: name for name in POSTS}
    ids = {row.account: row.id for row in work.scalars(select(Person))}
    return {
        who.replace(".", "_"): queries.actor_for(ids[account], noon)
        for who, account in accounts.items()
    }


@pytest.fixture
def able(database: Store, app: Flask, cast: Cast, noon: datetime) -> Cast:
    """Three who may be named."""

    def build() -> None:
        with app.app_context():
            called(cast["chief"], noon)

    db.session.close()
    database.begin("identity_able", build, upon="identity_cast")
    return found(noon)


@pytest.fixture
def three(database: Store, app: Flask, cast: Cast, able: Cast, noon: datetime) -> Cast:
    """The same after it was turned on."""

    def build() -> None:
        with app.app_context():
            apart(cast["chief"], able, noon)

    db.session.close()
    database.begin("identity_apart", build, upon="identity_able")
    return found(noon)
