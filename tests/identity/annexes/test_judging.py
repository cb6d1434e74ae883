"""What a line comes to: new, changed, the same, at fault, or a question; and nothing is written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import transaction
from app.identity.annexes.models import Alias
from app.identity.annexes.verdicts import Choices
from app.identity.commands.accounts import NewStaff, open_account
from app.identity.models import Grant, Person, Unit
from app.workflow import commands
from tests.identity.annexes.books import DONGYUAN, annex
from tests.identity.annexes.sending import (
    carry,
    commit,
    judged,
    lines,
    send,
    verdicts,
    whys,
    work_on,
)
from tests.identity.people import Cast, unit

LEADER = ("东苑街道", "沈听澜", "13900000031")
"""A line with one new person, 分管领导."""


def test_a_preview_writes_nobody(cast: Cast, work: Session, noon: datetime) -> None:
    before = work.scalar(select(func.count()).select_from(Person))
    row = send(cast["district_admin"], annex("1", DONGYUAN), noon)
    assert row.state == "read"
    assert verdicts(row) == [("石磊峰", "new"), ("温如玉", "new"), ("方晓禾", "new")]
    assert work.scalar(select(func.count()).select_from(Person)) == before


def test_after_the_import_the_same_workbook_changes_nothing(cast: Cast, noon: datetime) -> None:
    admin, content = cast["district_admin"], annex("1", DONGYUAN)
    carry(admin, content, noon)
    again = send(admin, content, noon)
    assert verdicts(again) == [("石磊峰", "same"), ("温如玉", "same"), ("方晓禾", "same")]


def test_another_role_is_a_change_and_a_blank_one_is_none(cast: Cast, noon: datetime) -> None:
    chief = cast["chief"]
    line = ("西陵区", "沈听澜", "13900000031", None, None, None, None)
    carry(chief, annex("1", (*line, "区级政府用户")), noon)
    other = send(chief, annex("1", (*line, "区级政府管理员")), noon)
    assert [(one.verdict, one.why) for one in lines(other)] == [
        ("changed", "角色由“区级政府用户”改为“区级政府管理员”")
    ]
    assert verdicts(send(chief, annex("1", line), noon)) == [("沈听澜", "same")]


def test_the_same_name_and_number_is_the_same_person_with_another_post(
    cast: Cast, work: Session, noon: datetime
) -> None:
    admin = cast["district_admin"]
    carry(admin, annex("1", LEADER), noon)
    second = send(admin, annex("1", ("南苑街道", None, None, "沈听澜", "13900000031")), noon)
    assert [(one.verdict, one.why) for one in lines(second)] == [
        ("new", "已有账号 shentinglan，增加任职")
    ]
    assert second.counts["people"] == 0
    commit(admin, second, noon)
    shen = work.scalars(select(Person).where(Person.name == "沈听澜")).one()
    held = work.scalars(select(Grant).where(Grant.person_id == shen.id)).all()
    assert {(one.unit.name, one.position) for one in held} == {
        ("东苑街道", "leader"),
        ("南苑街道", "head"),
    }


def test_another_name_with_the_same_mobile_number_is_at_fault(cast: Cast, noon: datetime) -> None:
    admin = cast["district_admin"]
    carry(admin, annex("1", LEADER), noon)
    row = send(admin, annex("1", ("东苑街道", "沈听蓝", "13900000031")), noon)
    assert whys(row) == ["这个手机号已登记给另一个姓名的工作人员，请核对姓名和电话"]
    both = annex("1", ("东苑街道", "白若溪", "13900000033", "秦越川", "13900000033"))
    assert set(whys(send(admin, both, noon))) == {"表中这个手机号写给了两个姓名，请核对"}


def test_somebody_known_needs_no_number_and_gets_a_missing_one(
    cast: Cast, work: Session, noon: datetime
) -> None:
    admin = cast["district_admin"]  # 石磊峰, head of 东苑街道, is in the books without a number
    bare = send(admin, annex("1", ("东苑街道", None, None, "石磊峰", None)), noon)
    assert verdicts(bare) == [("石磊峰", "same")]
    numbered = send(admin, annex("1", ("东苑街道", None, None, "石磊峰", "13900000034")), noon)
    assert [(one.verdict, one.why) for one in lines(numbered)] == [("changed", "补登电话")]
    commit(admin, numbered, noon)
    again = send(admin, annex("1", ("东苑街道", None, None, "石磊峰", "13900000034")), noon)
    assert verdicts(again) == [("石磊峰", "same")]
    assert work.scalar(select(func.count()).where(Person.name == "石磊峰")) == 1


def test_who_does_not_stand_in_the_workbook_is_listed_and_stays(
    cast: Cast, work: Session, noon: datetime
) -> None:
    row = carry(cast["district_admin"], annex("1", LEADER), noon)
    assert row.counts["missing"] == 1  # 石磊峰, head
    head = work.scalars(select(Grant).join(Person).where(Person.account == "street.head")).one()
    assert head.valid_to is None


def test_a_twin_without_its_kind_is_asked_once_and_remembered(cast: Cast, noon: datetime) -> None:
    chief = cast["chief"]
    content = annex("2", ("窑湾", "沈听澜", "13900000031"), owner="所属乡镇：当阳市玉阳街道")
    row = send(chief, content, noon)
    assert row.counts["open"] == 1
    question = judged(row).questions[0]
    names = dict(judged(row).lists[question.choices])
    assert sorted(names[one] for one in question.likely) == ["窑湾村", "窑湾社区"]
    village = next(one for one in question.likely if names[one] == "窑湾村")
    commands.choose_in_annex(chief, row.id, Choices({question.key: village}), at=noon)
    row = work_on(chief, row.id, noon)
    assert [(one.unit_name, one.verdict) for one in lines(row)] == [("窑湾村", "new")]
    commit(chief, row, noon)
    again = send(chief, content, noon)
    assert (verdicts(again), judged(again).questions) == ([("沈听澜", "same")], [])


def test_an_answer_that_is_no_choice_is_none(cast: Cast, noon: datetime) -> None:
    admin = cast["district_admin"]
    row = send(admin, annex("1", ("东苑街", "沈听澜", "13900000031")), noon)
    key = judged(row).questions[0].key
    commands.choose_in_annex(admin, row.id, Choices({key: unit("伍家岗区").id}), at=noon)
    assert work_on(admin, row.id, noon).counts["open"] == 1


def test_a_head_that_names_no_owner_is_asked_about(cast: Cast, noon: datetime) -> None:
    admin = cast["district_admin"]
    row = send(admin, annex("1", LEADER, owner="所属县市区：XXX县市"), noon)
    question = judged(row).questions[0]
    assert question.text == "表头没有写所属单位（工作表“Sheet1”）"
    assert [name for _, name in judged(row).lists[question.choices]] == ["西陵区"]
    answer = {question.key: unit("西陵区").id}
    commands.choose_in_annex(admin, row.id, Choices(answer), at=noon)
    assert verdicts(work_on(admin, row.id, noon)) == [("沈听澜", "new")]


def test_what_one_explained_leads_nobody_else_astray(
    cast: Cast, work: Session, noon: datetime
) -> None:
    keeper, chief, town = cast["street_keeper"], cast["chief"], unit("龙泉镇")
    row = send(keeper, annex("1", LEADER, owner="所属县市区：龙泉镇"), noon)
    answer = {judged(row).questions[0].key: unit("西陵区").id}
    commands.choose_in_annex(keeper, row.id, Choices(answer), at=noon)
    commit(keeper, work_on(keeper, row.id, noon), noon)
    assert work.scalars(select(Alias).where(Alias.text == "龙泉镇")).one()
    place = work.scalars(select(Unit).where(Unit.parent_id == town.id).order_by(Unit.name)).first()
    assert place
    content = annex("2", (place.name, "白若溪", "13900000041"), owner="所属乡镇：龙泉镇")
    (line,) = lines(send(chief, content, noon))
    assert (line.unit_id, line.verdict) == (place.id, "new")


def test_a_name_with_two_readings_is_asked_about(cast: Cast, work: Session, noon: datetime) -> None:
    admin = cast["district_admin"]
    row = send(admin, annex("1", ("东苑街道", "覃听澜", "13900000031")), noon)
    doubt = judged(row).doubts[0]
    assert set(doubt.readings) == {"qintinglan", "tantinglan"}
    assert row.counts["open"] == 1
    commands.choose_in_annex(admin, row.id, Choices(readings={doubt.key: "tantinglan"}), at=noon)
    row = commit(admin, work_on(admin, row.id, noon), noon)
    assert work.scalars(select(Person).where(Person.name == "覃听澜")).one().account == "tantinglan"


def test_a_role_must_fit_its_annex_and_unit(cast: Cast, noon: datetime) -> None:
    admin = cast["district_admin"]
    for role in ("区级主管部门用户", "市级政府用户", "区级政府管理员", "系统后台管理员"):
        row = send(admin, annex("1", (*LEADER, None, None, None, None, role)), noon)
        assert whys(row) == [f"“{role}”不适用于“东苑街道”，请核对角色"]
        commands.abandon_annex(admin, row.id, at=noon)
    office = ("住建局", "沈听澜 13900000031", None, None, "市级主管部门用户")
    assert whys(send(admin, annex("3", office), noon)) == [
        "“市级主管部门用户”不适用于“西陵区住建局”，请核对角色"
    ]


def test_departments_of_district_and_city_take_their_own_default_role(
    cast: Cast, noon: datetime
) -> None:
    office = ("住房和城乡建设局", "沈听澜13900000031")
    district = send(cast["chief"], annex("3", office), noon)
    city = send(cast["chief"], annex("3", office, owner="所属县市：市直"), noon)
    assert [(one.unit_name, one.role) for one in [*lines(district), *lines(city)]] == [
        ("西陵区住建局", "district_dept_user"),
        ("宜昌市住建局", "city_dept_user"),
    ]


def test_units_out_of_reach_are_at_fault_and_tell_nothing(cast: Cast, noon: datetime) -> None:
    neighbour = annex("1", ("伍家岗街道", "秦越川", "13900000031"), owner="所属县市区：伍家岗区")
    row = send(cast["district_admin"], neighbour, noon)
    assert whys(row) == ["“伍家岗街道”不在您的管理范围内"]
    assert judged(row).missing == []
    street = send(
        cast["street_keeper"], annex("1", LEADER, ("南苑街道", "白若溪", "13900000035")), noon
    )
    assert [(one.unit_name, one.verdict) for one in lines(street)] == [
        ("东苑街道", "new"),
        ("南苑街道", "fault"),
    ]


def test_nobody_gives_an_administrators_post_beside_or_above_themselves(
    cast: Cast, noon: datetime
) -> None:
    admin = cast["district_admin"]
    line = ("西陵区", "沈听澜", "13900000031", None, None, None, None, "区级政府管理员")
    peer = "您只能为本单位及下级机构新增人员；同级管理员请由上级机构设置"
    assert whys(send(admin, annex("1", line), noon)) == [peer]
    office = ("住建局", "沈听澜 13900000031", None, None, "区级主管部门管理员")
    assert whys(send(cast["department_admin"], annex("3", office), noon)) == [peer]
    assert verdicts(send(admin, annex("3", office), noon)) == [("沈听澜", "new")]


def test_a_unit_keeps_its_one_keeper(cast: Cast, noon: datetime) -> None:
    chief = cast["chief"]  # 陆青山 keeps 西陵区 already
    head = "所属县市区：西陵区 系统后台管理员：沈听澜 13900000031"
    row = send(chief, annex("1", LEADER, owner=head), noon)
    assert whys(row)[0] == "“西陵区”已有系统后台管理员，换人请在该管理员的账号页办理交接"
    same = annex("1", LEADER, owner="所属县市区：西陵区 系统后台管理员：陆青山")
    assert verdicts(send(cast["district_admin"], same, noon))[0] == ("陆青山", "same")


def test_nobody_changes_their_own_posts(cast: Cast, noon: datetime) -> None:
    row = send(cast["chief"], annex("1", ("西陵区", "宁远山", "13900000001")), noon)
    assert whys(row) == ["不能给自己增减任职，请由上级管理员办理"]


def test_a_workbook_names_one_keeper_for_a_unit(cast: Cast, noon: datetime) -> None:
    head = "所属县市区：伍家岗区 系统后台管理员：沈听澜 13900000031、白若溪 13900000032"
    row = send(cast["chief"], annex("1", ("伍家岗区", "顾盼之", "13900000033"), owner=head), noon)
    keepers = [(one.line.name, one.verdict, one.why) for one in lines(row) if not one.position]
    assert [one[:2] for one in keepers] == [("沈听澜", "new"), ("白若溪", "fault")]
    assert keepers[1][2] == "表中给这个单位写了两名系统后台管理员，请只留一名"


def test_a_keeper_s_role_is_not_changed_by_a_workbook(cast: Cast, noon: datetime) -> None:
    street = unit("西陵街道").id
    given = NewStaff("沈听澜", street, "13900000031", role="unit_admin", position="leader")
    with transaction() as some:
        open_account(some, given, cast["chief"], at=noon)
    line = ("西陵街道", "沈听澜", "13900000031", None, None, None, None, "区级政府用户")
    row = send(cast["district_keeper"], annex("1", line), noon)
    assert [(one.verdict, one.why) for one in lines(row)] == [
        ("fault", "该人员是系统后台管理员，换人请先在账号页办理交接")
    ]
