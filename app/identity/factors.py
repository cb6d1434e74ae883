"""The second factor (两步验证): codes of a generator on somebody's telephone, each good once."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.identity.account_models import SecondFactor
from app.identity.models import Person

STEP = 30
DRIFT = 1
"""Steps that the clock of a telephone may be ahead or behind."""
ISSUER = "安管"


def fresh_secret() -> str:
    """160 random bits, as generators read them."""
    return pyotp.random_base32(32)


def address(secret: str, person: Person) -> str:
    """What a generator takes from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(
        name=person.account or person.name, issuer_name=ISSUER
    )


def active(work: Session, person_id: str) -> bool:
    """Whether somebody has to type a code when signing in."""
    row = work.get(SecondFactor, person_id)
    return row is not None and row.confirmed_at is not None


def of(work: Session, person_id: str) -> SecondFactor | None:
    """Somebody's factor, proved or not yet."""
    return work.get(SecondFactor, person_id)


def holders(work: Session, people: list[str]) -> set[str]:
    """Which of these people have one."""
    proved = SecondFactor.person_id.in_(people) & SecondFactor.confirmed_at.is_not(None)
    return set(work.scalars(select(SecondFactor.person_id).where(proved)))


def spend(work: Session, person_id: str, code: str, *, at: datetime) -> bool:
    """Whether the code is right and its step was not used before; then it is used now."""
    row = work.get(SecondFactor, person_id, with_for_update=True, populate_existing=True)
    if row is None:
        return False
    step = _step(vault.unseal(row.secret), "".join(code.split()), at)
    if step is None or step <= row.last_step:
        return False
    row.last_step = step
    return True


def _step(secret: str, code: str, at: datetime) -> int | None:
    """The newest step near this moment whose code it is."""
    generator, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP
    steps = range(now + DRIFT, now - DRIFT - 1, -1)
    fitting = (
        step for step in steps
        if hmac.compare_digest(generator.at(step * STEP).encode(), code.encode())
    )  # fmt: skip
    return next(fitting, None)
