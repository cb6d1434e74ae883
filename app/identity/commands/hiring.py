"""One member of the staff taken into the books by an administrator: account, number and post."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Invalid
from app.identity import passwords, posts, telephones
from app.identity.actor import Actor
from app.identity.commands.accounts import NewStaff, OpenedAccount, open_account
from app.identity.models import Grant, Person, Unit
from app.identity.posts import Post
from app.identity.public import checked_phone
from app.identity.queries import not_over
from app.unseen import without

_NAMESAKE = (
    "本单位已有同名人员（账号 {}）。同一人换号或兼任的，请在其账号页办理；确是另一人，请勾选"
)


def hire(actor: Actor, given: NewStaff, *, another: bool = False, at: datetime) -> OpenedAccount:
    """Open an account for somebody new. `another`: not the one of that name who is there already.

    Raises Invalid where the name can be read in several ways and nobody said how.
    """
    phone = checked_phone(given.phone)
    if not given.unit_id:
        raise Invalid(passwords.CORRECT, {"unit": "请选择单位"})
    with transaction() as work:
        work.get(Unit, given.unit_id, with_for_update=True)  # of two who add the same, one waits
        posts.check(work, actor, Post(given.unit_id, given.role, given.position))
        telephones.refuse_taken(work, actor, phone)
        if not another:
            _refuse_namesake(work, actor, given)
        return open_account(work, replace(given, phone=phone), actor, at=at)


def _refuse_namesake(work: Session, actor: Actor, given: NewStaff) -> None:
    found = (
        select(Person.account)
        .join(Grant, Grant.person_id == Person.id)
        .where(Grant.unit_id == given.unit_id, not_over(actor.day))
        .where(Person.name == without(given.name).strip(), Person.status != "disabled")
        .order_by(Person.id)
    )
    account = work.scalars(found.limit(1)).first()
    if account is not None:
        raise Invalid(passwords.CORRECT, {"another": _NAMESAKE.format(account)})
