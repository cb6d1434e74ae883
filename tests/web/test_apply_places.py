"""Where a filing is for: chosen link by link, changed later; staff file in their own place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import session
from app.workflow.models import Case, Draft, Submission
from tests.identity.people import SECRET
from tests.stores import Store
from tests.web.applying import choose_place, fill_in, public
from tests.web.noscript import NoScript
from tests.workflow.filers import HERE, YAN, filers


@pytest.fixture(autouse=True)
def _people(database: Store, app: Flask) -> Iterator[None]:
    with filers(database, app):
        yield


@pytest.fixture
def yan(app: Flask) -> NoScript:
    return public(app, YAN)


@pytest.fixture
def head(app: Flask) -> NoScript:
    """佘存栋, head of the community."""
    return NoScript(app).open("/staff/sign-in").press("登录", account="shecundong", password=SECRET)


def test_the_place_can_be_changed_and_what_was_typed_stays(yan: NoScript) -> None:
    choose_place(yan).press("保存", name="半份")
    yan.follow("更改地点").follow("重新选").follow("夷陵区").follow("小溪塔街道")
    place = yan.page.find("input", {"name": "division_code"})
    assert place is not None
    yan.press("换到这里", division_code=str(place["value"]))
    assert "夷陵区" in yan.text
    field = yan.page.find(id="f-name")
    assert field is not None
    assert field["value"] == "半份"


def test_no_place_no_draft(yan: NoScript) -> None:
    yan.open("/apply/filing?under=420502001").press("开始填写")
    assert yan.status == 422
    assert list(yan.summary()) == ["#place"]
    assert session().scalar(select(func.count(Draft.id))) == 0


def test_staff_begin_in_their_own_place(head: NoScript) -> None:
    head.open("/apply/filing")
    ticked = head.page.find("input", checked=True)
    assert ticked is not None
    assert ticked["value"] == HERE
    head.press("开始填写")
    assert "铁路坝社区" in head.text


def test_staff_file_for_somebody_without_a_phone_and_print_it(head: NoScript) -> None:
    head.open("/apply/filing").follow("重新选").follow("西陵区").follow("西陵街道")
    head.press("开始填写", division_code=HERE)
    assert head.heading == "代为申报"
    head.press("保存，下一步", applicant_name="鄢小满", behalf_reason="no_phone")
    fill_in(head, phone="")
    head.press("提交备案")
    case = session().scalars(select(Case)).one()
    assert head.path == f"/cases/{case.id}/print-filing"
    assert "申请人（签名或按手印）" in head.text
    assert "由佘存栋代为填报" in head.text
    assert session().scalars(select(Submission)).one().values["filed_on_behalf"] is True
