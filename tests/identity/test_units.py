"""Yichang's places and units, and who answers for a place."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.divisions import seed_divisions
from app.identity.models import Division, Jurisdiction, Unit
from app.identity.trades import ANSWERS, CATEGORIES, INDUSTRIES, ODD_JOBS, SMALL_WORKS
from app.identity.units import department_of, lineage, resolve
from tests.identity.people import unit

TODAY = date(2026, 11, 23)
DONGSHAN = "420502007"  # 东苑街道 of 西陵区


@pytest.fixture
def zone(work: Session) -> Unit:
    return unit("宜昌高新区")


def claim(
    work: Session, taker: Unit, code: str, *, exclusive: bool = True, shared: bool = True
) -> None:
    """The zone takes a place over, from the beginning of the year."""
    work.add(
        Jurisdiction(
            unit_id=taker.id,
            division_code=code,
            exclusive=exclusive,
            shared_view=shared,
            valid_from=date(2026, 1, 1),
        )
    )
    work.flush()


def named(work: Session, unit_id: str | None) -> str:
    found = work.get(Unit, unit_id) if unit_id else None
    return found.name if found else ""


def test_every_place_of_the_list_has_its_unit(work: Session) -> None:
    levels = Counter(work.scalars(select(Division.level)))
    assert levels == {"city": 1, "district": 13, "township": 113, "community": 1650}
    kinds = Counter(
        (row.level, row.kind) for row in work.execute(select(Unit.level, Unit.kind)).all()
    )
    assert kinds == {
        ("city", "government"): 1,
        ("district", "government"): 13,
        ("township", "government"): 113,
        ("community", "government"): 1650,
        ("district", "functional_zone"): 1,
        ("city", "department"): 14,
        ("district", "department"): 14 * 14,
    }


def test_a_second_filling_changes_nothing(work: Session, noon: datetime) -> None:
    before = set(work.scalars(select(Unit.id)))
    assert not seed_divisions(at=noon)
    assert set(work.scalars(select(Unit.id))) == before


def test_units_have_short_names_and_divisions_keep_theirs(work: Session) -> None:
    place = work.scalars(select(Division).where(Division.name == "当阳市玉阳街道")).one()
    assert (
        work.scalars(select(Unit).where(Unit.division_code == place.code)).one().name == "玉阳街道"
    )
    communities = work.scalars(select(Unit.name).where(Unit.level == "community")).all()
    assert not [name for name in communities if name.endswith(("委会", "委员会", "村村"))]
    assert len([name for name in communities if not re.search("(社区|村)$", name)]) == 3


def test_each_department_is_called_by_its_place(work: Session) -> None:
    assert unit("西陵区住建局").industry == "housing"
    assert unit("宜昌市消防救援支队").industry == "fire"
    assert unit("长阳县消防救援大队").industry == "fire"
    assert unit("西陵区住建局").parent_id == unit("西陵区").id


def test_short_names_for_papers_are_all_different(work: Session) -> None:
    regions = select(Unit.short_name).where(
        Unit.level.in_(["city", "district"]), Unit.kind != "department"
    )
    assert max(Counter(work.scalars(regions)).values()) == 1


def test_a_community_lies_in_its_township_district_and_city(work: Session) -> None:
    place = work.scalars(select(Division).where(Division.name == "汕头路社区居委会")).one()
    chain = resolve(place.code, TODAY)
    names = [named(work, found) for found in (chain.l1, chain.l2, chain.l3, chain.l4)]
    assert names == ["宜昌市", "西陵区", unit_above(work, place), "汕头路社区"]
    assert chain.also_l2 is None


def unit_above(work: Session, place: Division) -> str:
    return work.scalars(select(Unit.name).where(Unit.division_code == place.parent_code)).one()


def test_a_township_has_no_community(work: Session) -> None:
    chain = resolve(DONGSHAN, TODAY)
    assert (named(work, chain.l3), chain.l4) == ("东苑街道", None)


def test_the_zone_ships_without_a_place(work: Session, zone: Unit) -> None:
    claims = select(Jurisdiction).where(Jurisdiction.unit_id == zone.id)
    assert not work.scalars(claims).all()
    assert (zone.division_code, zone.parent_id) == (None, unit("宜昌市").id)


def test_the_zone_takes_a_township_and_the_district_still_sees(work: Session, zone: Unit) -> None:
    claim(work, zone, DONGSHAN)
    chain = resolve(f"{DONGSHAN}001", TODAY)
    assert named(work, chain.l2) == "宜昌高新区"
    assert named(work, chain.also_l2) == "西陵区"
    assert named(work, chain.l3) == "东苑街道"
    assert resolve("420502001001", TODAY).l2 == unit("西陵区").id


def test_the_zone_takes_a_single_community(work: Session, zone: Unit) -> None:
    claim(work, zone, f"{DONGSHAN}001")
    assert resolve(f"{DONGSHAN}001", TODAY).l2 == zone.id
    assert resolve(f"{DONGSHAN}002", TODAY).l2 == unit("西陵区").id


def test_a_claim_that_is_not_shared_leaves_the_district_blind(work: Session, zone: Unit) -> None:
    claim(work, zone, DONGSHAN, shared=False)
    assert resolve(f"{DONGSHAN}001", TODAY).also_l2 is None


def test_a_claim_counts_only_while_it_is_in_force(work: Session, zone: Unit) -> None:
    claim(work, zone, DONGSHAN)
    assert resolve(f"{DONGSHAN}001", date(2025, 12, 31)).l2 == unit("西陵区").id
    ended = select(Jurisdiction).where(Jurisdiction.unit_id == zone.id)
    work.scalars(ended).one().valid_to = date(2026, 11, 22)
    work.flush()
    assert resolve(f"{DONGSHAN}001", TODAY).l2 == unit("西陵区").id


def test_of_two_claims_the_longer_code_wins_but_an_exclusive_one_comes_first(
    work: Session, zone: Unit
) -> None:
    other = unit("伍家岗区")
    claim(work, other, DONGSHAN, exclusive=False)
    assert resolve(f"{DONGSHAN}001", TODAY).l2 == other.id
    claim(work, zone, "420502")
    assert resolve(f"{DONGSHAN}001", TODAY).l2 == zone.id
    claim(work, unit("点军区"), f"{DONGSHAN}001")
    assert resolve(f"{DONGSHAN}001", TODAY).l2 == unit("点军区").id


def test_a_unit_is_reached_from_above_and_from_whoever_claims_its_place(
    work: Session, zone: Unit
) -> None:
    claim(work, zone, DONGSHAN)
    community = work.scalars(select(Unit).where(Unit.division_code == f"{DONGSHAN}001")).one()
    reached = {named(work, found) for found in lineage(community, TODAY)}
    assert reached == {"宜昌市", "西陵区", "宜昌高新区", "东苑街道", community.name}
    department = {named(work, found) for found in lineage(unit("西陵区住建局"), TODAY)}
    assert department == {"西陵区住建局", "西陵区", "宜昌市"}


@pytest.mark.parametrize(
    ("category", "department"),
    [
        ("decoration", "西陵区住建局"),
        ("farm_house", "西陵区住建局"),
        ("road", "西陵区交通运输局"),
        ("billboard", "西陵区城管局"),
        ("hot_work", "西陵区消防救援大队"),
        ("confined_space", "西陵区应急管理局"),
        ("landscaping", "西陵区林业和园林局"),
        ("other_odd_job", "西陵区其他主管部门"),
        ("a type that no department answers for", "西陵区其他主管部门"),
    ],
)
def test_the_department_of_a_type(work: Session, category: str, department: str) -> None:
    found = department_of(unit("西陵区").id, category)
    assert found
    assert found.name == department


def test_of_several_departments_the_first_of_annex_3_answers(work: Session) -> None:
    assert ANSWERS["earthwork"] == ("housing", "urban_mgmt")
    found = department_of(unit("西陵区").id, "earthwork")
    assert found
    assert found.name == "西陵区住建局"


def test_every_type_is_answered_for() -> None:
    assert len(INDUSTRIES) == 14
    assert set(SMALL_WORKS) | set(ODD_JOBS) == set(CATEGORIES)
    assert len(SMALL_WORKS) == 20
    assert len(ODD_JOBS) == 15
    assert all(set(answering) <= set(INDUSTRIES) for answering in ANSWERS.values())
    assert all(ANSWERS.values())
