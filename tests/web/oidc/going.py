"""Out to the provider and back, as everybody of these tests goes."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.identity.account_models import PersonLink
from app.identity.models import Person, SignIn
from app.identity.oidc import providers
from app.identity.oidc.providers import Door, Provider
from tests.web.oidc.city import ID, Citizen, City
from tests.web.oidc.city import SECRET as CLIENT_SECRET
from tests.web.visitors import Browser

LABEL = "市民e家"
PHONE, STAFF_PHONE = "13800000002", "13900000007"


def name_it(city: City, patience: float = 8.0) -> None:
    doors: tuple[Door, ...] = ("staff", "public")
    for door in doors:
        known = (door, city.issuer, ID, CLIENT_SECRET, LABEL)
        providers.use(door, Provider(*known, patience=patience))


def go(browser: Browser, city: City, door: str = "", following: str = "") -> TestResponse:
    """Out to the provider and back."""
    return browser.get(back(browser, city, door, following))


def back(browser: Browser, city: City, door: str = "", following: str = "") -> str:
    """Out to the provider; the address of ours that it sends back to."""
    left = browser.get(f"{door}/sign-in/oidc" + (f"?next={following}" if following else ""))
    assert left.status_code == 303, left.text
    came = urlsplit(city.sent_back(left.location))
    return f"{came.path}?{came.query}"


def staff_as(city: City, **more: object) -> None:
    known: dict[str, object] = {"name": "石磊峰", "phone_number": f"+86{STAFF_PHONE}"}
    city.citizen = Citizen("e-2002", **(known | more))  # type: ignore[arg-type]


def refused(answer: TestResponse, words: str) -> None:
    assert answer.status_code == 422
    assert words in answer.text
    assert 'role="alert"' in answer.text


def nobody_came_in(work: Session) -> bool:
    work.rollback()
    return (
        not work.scalars(select(PersonLink)).all()
        and not work.scalars(
            select(SignIn)
            .join(Person, SignIn.person_id == Person.id)
            .where(Person.account.is_(None))
        ).all()
    )
