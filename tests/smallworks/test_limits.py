"""A district's permit limits: who sets them, from when they hold, and what they decide."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.db import session
from app.errors import Conflict, Forbidden, Invalid
from app.smallworks import limits
from app.smallworks.limits import NATIONAL, Limit, Typed
from tests.identity.people import unit
from tests.smallworks.town import Town, staff

TODAY = date(2026, 11, 23)


def typed(**changed: object) -> Typed:
    given = {
        "investment_wan": "100", "area_sqm": "500", "mode": "or", "inclusive": True,
        "effective_from": "2026-11-23",
    }  # fmt: skip
    return Typed(**{**given, **changed})  # type: ignore[arg-type]


def in_force(day: date) -> Limit:
    district, city = unit("西陵区", "district"), unit("宜昌市", "city")
    return limits.in_force(session(), (district.id, city.id), day)


def test_the_national_limit_holds_where_nothing_is_set(town: Town) -> None:
    assert in_force(TODAY) == NATIONAL == Limit(Decimal(30), Decimal(300), "or", inclusive=True)


def test_a_new_limit_holds_from_its_day_and_the_old_one_until_then(town: Town) -> None:
    admin, district = staff("jinhezhu", town.at), unit("西陵区", "district")
    limits.set_limit(admin, district.id, typed(), at=town.at)
    later = typed(investment_wan="200", mode="and", inclusive=False, effective_from="2027-01-01")
    limits.set_limit(admin, district.id, later, at=town.at)

    assert in_force(TODAY - timedelta(days=1)) == NATIONAL
    assert in_force(date(2026, 12, 31)) == Limit(Decimal(100), Decimal(500), "or", inclusive=True)
    assert in_force(date(2027, 1, 1)) == Limit(Decimal(200), Decimal(500), "and", inclusive=False)
    days = [row.effective_from for row in limits.history([district])[district.id]]
    assert days == [date(2027, 1, 1), TODAY]


def test_a_limit_decides_the_next_filing(town: Town) -> None:
    assert town.file(investment_wan="60", area_sqm="400").state == "referred"
    admin = staff("jinhezhu", town.at)
    limits.set_limit(admin, unit("西陵区", "district").id, typed(), at=town.at)
    assert town.file(investment_wan="60", area_sqm="400").state == "in_review"


def test_the_limit_of_another_district_is_not_ours_to_set(town: Town) -> None:
    admin = staff("jinhezhu", town.at)
    with pytest.raises(Forbidden):
        limits.set_limit(admin, unit("夷陵区", "district").id, typed(), at=town.at)
    with pytest.raises(Forbidden):
        limits.set_limit(admin, unit("宜昌市", "city").id, typed(), at=town.at)
    assert [one.name for one in limits.editable_units(admin)] == ["西陵区"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"investment_wan": ""}, "investment_wan"),
        ({"investment_wan": "0"}, "investment_wan"),
        ({"investment_wan": "NaN"}, "investment_wan"),
        ({"area_sqm": "-3"}, "area_sqm"),
        ({"area_sqm": "3.123"}, "area_sqm"),
        ({"mode": "xor"}, "mode"),
        ({"effective_from": ""}, "effective_from"),
        ({"effective_from": "2026-11-22"}, "effective_from"),
    ],
)
def test_figures_that_cannot_be_meant(town: Town, changed: dict[str, object], field: str) -> None:
    admin, district = staff("jinhezhu", town.at), unit("西陵区", "district")
    with pytest.raises(Invalid) as refusal:
        limits.set_limit(admin, district.id, typed(**changed), at=town.at)
    assert list(refusal.value.fields) == [field]


def test_one_limit_a_day(town: Town) -> None:
    admin, district = staff("jinhezhu", town.at), unit("西陵区", "district")
    limits.set_limit(admin, district.id, typed(), at=town.at)
    with pytest.raises(Conflict, match="该日期已有限额标准"):
        limits.set_limit(admin, district.id, typed(area_sqm="600"), at=town.at)
