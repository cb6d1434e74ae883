"""Which unit claims which divisions: given with a reason, ended with a day, never twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid
from app.identity.actor import Actor
from app.identity.commands.claims import NewClaim, claim_place, end_claim
from app.identity.models import AuditEntry, Division, Jurisdiction
from app.identity.units import empty_zones, resolve
from tests.identity.people import Cast, unit

ZONE, WHY = "宜昌高新区", "宜昌市政府批复"
TODAY = date(2026, 11, 23)
YESTERDAY, TOMORROW = TODAY - timedelta(1), TODAY + timedelta(1)


@pytest.fixture
def street(work: Session) -> Division:
    """东苑街道, of 西陵区."""
    return work.scalars(select(Division).where(Division.name == "东苑街道")).one()


def given(name: str, place: Division, **more: object) -> NewClaim:
    return NewClaim(unit(name).id, place.code, **({"valid_from": TODAY} | more))  # type: ignore[arg-type]


def verbs(work: Session) -> list[str]:
    made = select(AuditEntry.verb).where(AuditEntry.verb.like("claim%"))
    return list(work.scalars(made.order_by(AuditEntry.id)))


def test_the_zone_is_filled_and_emptied_again(
    chief: Actor, work: Session, street: Division, noon
) -> None:
    assert [zone.name for zone in empty_zones(TODAY)] == [ZONE]
    claim = claim_place(chief, given(ZONE, street), WHY, at=noon)
    assert (claim.why, claim.set_by_id, claim.set_at) == (WHY, chief.id, noon)
    assert resolve(street.code, TODAY).l2 == unit(ZONE).id
    assert not empty_zones(TODAY)
    end_claim(chief, claim.id, YESTERDAY, "批复撤销", at=noon)
    assert resolve(street.code, TODAY).l2 == unit("西陵区").id
    assert [zone.name for zone in empty_zones(TODAY)] == [ZONE]
    assert verbs(work) == ["claim_set", "claim_ended"]
    with pytest.raises(Conflict, match="已经结束"):
        end_claim(chief, claim.id, TODAY, "再次", at=noon)
    assert claim_place(chief, given(ZONE, street), "重新划定", at=noon).id != claim.id


def test_two_exclusive_claims_on_one_code_are_refused_by_name(
    chief: Actor, work: Session, street: Division, noon
) -> None:
    claim = claim_place(chief, given(ZONE, street), WHY, at=noon)
    with pytest.raises(Conflict, match="“东苑街道”已由“宜昌高新区”单独管辖"):
        claim_place(chief, given("点军区", street), WHY, at=noon)
    with pytest.raises(Conflict, match="“宜昌高新区”已经管辖“东苑街道”"):
        claim_place(chief, given(ZONE, street, exclusive=False), WHY, at=noon)
    end_claim(chief, claim.id, TODAY, "移交", at=noon)
    with pytest.raises(Conflict, match="宜昌高新区"):
        claim_place(chief, given("点军区", street), WHY, at=noon)
    later = given("点军区", street, valid_from=TOMORROW)
    claim_place(chief, later, WHY, at=noon)
    assert resolve(street.code, TODAY).l2 == unit(ZONE).id
    assert resolve(street.code, TOMORROW).l2 == unit("点军区").id


def test_a_longer_code_may_be_anothers(chief: Actor, street: Division, noon, work) -> None:
    claim_place(chief, given(ZONE, street), WHY, at=noon)
    part = work.scalars(select(Division).where(Division.parent_code == street.code)).first()
    claim_place(chief, given("点军区", part), WHY, at=noon)
    assert resolve(part.code, TODAY).l2 == unit("点军区").id
    assert resolve(street.code, TODAY).l2 == unit(ZONE).id


def test_what_does_not_fit_is_said_at_its_field(
    chief: Actor, street: Division, noon, work: Session
) -> None:
    city = work.get_one(Division, "4205")
    wrong = {
        "unit": given("西陵区住建局", street),
        "place": given(ZONE, city),
        "valid_from": given(ZONE, street, valid_from=YESTERDAY),
        "valid_to": given(ZONE, street, valid_to=YESTERDAY),
    }
    for field, claim in wrong.items():
        with pytest.raises(Invalid) as refused:
            claim_place(chief, claim, WHY, at=noon)
        assert set(refused.value.fields) == {field}
    with pytest.raises(Invalid) as refused:
        claim_place(chief, given(ZONE, street), " ", at=noon)
    assert set(refused.value.fields) == {"reason"}
    assert not verbs(work)


def test_a_units_own_place_is_not_ended_by_itself(chief: Actor, street: Division, noon, work):
    own = work.scalars(select(Jurisdiction).where(Jurisdiction.division_code == street.code)).one()
    with pytest.raises(Conflict, match="随区划变更调整"):
        end_claim(chief, own.id, TODAY, "撤销", at=noon)


@pytest.mark.parametrize(
    "who", ["district_admin", "district_keeper", "department_admin", "street_keeper", "auditor"]
)
def test_only_the_city_keeps_claims(cast: Cast, street: Division, noon, who: str) -> None:
    with pytest.raises(Forbidden, match="市级"):
        claim_place(cast[who], given(ZONE, street), WHY, at=noon)
