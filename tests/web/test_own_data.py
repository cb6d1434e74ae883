"""我的信息 at a browser without script: who looked, everything to take away, and the end of it."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Forbidden, Invalid, NotFound
from app.identity import sms
from app.identity.models import AuditEntry, Person
from app.workflow.commands.erasing import NOBODY, erase_own
from app.workflow.commands.unmasking import unmask
from app.workflow.models import Case, Event
from app.workflow.queries.audit import check_cases
from tests.identity import people
from tests.smallworks.conftest import town
from tests.smallworks.town import LEGAL_REP_ID, OWNER_ID, OWNER_PHONE, Town, owner, staff
from tests.web.noscript import NoScript

__all__ = ["town"]


def at_home(app: Flask) -> NoScript:
    """鄢小满 at her telephone, signed in."""
    page = NoScript(app).open("/sign-in")
    return page.press("登录", phone=OWNER_PHONE, password=people.SECRET)


def at_work(app: Flask, account: str) -> NoScript:
    return (
        NoScript(app).open("/staff/sign-in").press("登录", account=account, password=people.SECRET)
    )


def rejected(town: Town) -> Case:
    return town.decide(town.file(), "shecundong", "reject", opinion="不符合")


def entries(work: Session, verb: str) -> list[AuditEntry]:
    work.rollback()
    return list(work.scalars(select(AuditEntry).where(AuditEntry.verb == verb)))


def test_numbers_are_masked_until_they_are_asked_for(app: Flask, town: Town, work: Session) -> None:
    case = town.file()
    page = at_work(app, "shecundong").open(f"/cases/{case.id}")
    for number in (OWNER_ID, OWNER_PHONE, LEGAL_REP_ID):
        assert number not in page.text
    page.press("查看", why="verify")
    for number in (OWNER_ID, OWNER_PHONE, LEGAL_REP_ID):
        assert number in page.text
    (entry,) = entries(work, "numbers_unmasked")
    assert (entry.person_id, entry.subject) == (
        staff("shecundong", town.at).id, f"person:{case.applicant_id}",
    )  # fmt: skip
    assert entry.detail.startswith(f"case={case.id} why=verify ")
    record = page.open(f"/cases/{case.id}").text
    assert "查看完整证件号、电话：核对身份" in record
    assert OWNER_ID not in record
    assert check_cases(work) == []
    home = at_home(app).open("/my-data").text
    assert "铁路坝社区 核对身份" in home
    assert "佘存栋" not in home


@pytest.mark.parametrize("account", ["tangjichuan", "kuangda", "chaiyiling", "jinhezhu"])
def test_who_does_not_handle_the_case_reads_no_number(
    town: Town, work: Session, account: str
) -> None:
    case = town.file()
    with pytest.raises((Forbidden, NotFound)):
        unmask(staff(account, town.at), case.id, "verify", at=town.at)
    assert entries(work, "numbers_unmasked") == []
    assert work.scalars(select(Event).where(Event.verb == "unmasked")).all() == []


def test_nor_without_a_reason_nor_the_owner_by_this_way(town: Town, work: Session) -> None:
    case = town.file()
    with pytest.raises(Invalid):
        unmask(staff("shecundong", town.at), case.id, "好奇", at=town.at)
    with pytest.raises(Forbidden):
        unmask(owner(town.at), case.id, "verify", at=town.at)
    assert entries(work, "numbers_unmasked") == []


def test_everything_is_taken_away_and_nothing_of_others(
    app: Flask, town: Town, work: Session
) -> None:
    case = town.file()
    unmask(staff("shecundong", town.at), case.id, "contact", at=town.at)
    page = at_home(app).open("/my-data")
    form = page.button("下载全部").find_parent("form")
    assert form
    token = form.find("input", {"name": "csrf_token"})["value"]  # type: ignore[index]
    answer = page.client.post("/my-data/take", data={"csrf_token": token}, buffered=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    box = zipfile.ZipFile(io.BytesIO(answer.data))
    assert len([name for name in box.namelist() if name.startswith("附件/")]) == 7
    told = json.loads(box.read("我的信息.json"))
    assert told["account"][0]["phone"] == OWNER_PHONE
    assert told["cases"][0]["number"] == case.number
    assert OWNER_ID in told["cases"][0]["content"].values()
    assert told["viewings"][0]["why"] == "联系当事人"
    assert told["sign_ins"]
    page_inside = box.read("我的信息.html").decode()
    assert OWNER_ID in page_inside
    assert "佘存栋" not in page_inside
    assert len(entries(work, "own_data_exported")) == 1


def test_an_open_case_stands_in_the_way_and_is_named(app: Flask, town: Town) -> None:
    case = town.file()
    page = at_home(app).open("/my-data")
    assert "您还有没办完的事项" in page.text
    assert case.number in page.text
    assert not [one for one in page.page.find_all("button") if "注销账号" in one.get_text()]


def test_the_account_ends_by_password_and_cannot_be_entered_again(
    app: Flask, town: Town, work: Session
) -> None:
    rejected(town)
    page = at_home(app).open("/my-data")
    page.press("注销账号", password="not this one", understood="yes")
    assert page.status == 422
    assert "密码或验证码不正确" in page.text
    page.press("注销账号", password=people.SECRET, understood="yes")
    assert "账号已注销" in page.page.get_text()
    assert page.open("/my-data").path.startswith("/sign-in")
    page.open("/sign-in").press("登录", phone=OWNER_PHONE, password=people.SECRET)
    assert page.path.startswith("/sign-in")
    assert work.scalars(select(Person).where(Person.name == NOBODY)).one().phone == ""
    assert check_cases(work) == []
    assert [one.detail for one in entries(work, "person_erased")] == ["by password"]


def test_or_by_a_code_to_the_telephone(app: Flask, town: Town, work: Session) -> None:
    rejected(town)
    phone = people.Phone()
    sms.use(phone)
    page = at_home(app).open("/my-data")
    page.press("发送验证码")
    assert phone.messages[-1][0] == OWNER_PHONE
    page.press("注销账号", code=phone.code(), understood="yes")
    assert "账号已注销" in page.page.get_text()
    assert [one.detail for one in entries(work, "person_erased")] == ["by code"]


def test_the_staff_do_not_end_themselves(app: Flask, town: Town) -> None:
    who = staff("shecundong", town.at)
    with pytest.raises(Forbidden):
        erase_own(who, people.SECRET, "", people.HERE, at=town.at)
    assert at_work(app, "shecundong").open("/my-data").status == 404
