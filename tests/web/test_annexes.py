"""附件导入导出 at a browser: send, wait, answer, confirm, take the sheet; all without script."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock
from app.identity import commands, queries
from app.identity.commands import NewPerson
from app.workflow import jobs
from tests.identity.annexes.books import DONGYUAN, annex
from tests.web.visitors import SECRET, Browser, first, place, post

pytestmark = pytest.mark.one_store
HOME = "/people/annexes"
STAFF = [
    ("顾南星", "gunanxing", "西陵区", "district_gov_admin", ""),
    ("许朝晖", "xuzhaohui", "西陵区", "district_gov_user", ""),
    ("温如玉", "wenruyu", "东苑街道", "unit_admin", ""),
]


@pytest.fixture
def gu(app: Flask, work: Session) -> Browser:
    """顾南星, who keeps the accounts of 西陵区."""
    chief = queries.actor_for(first(clock.now()), clock.now())
    for name, account, where, role, position in STAFF:
        given = NewPerson(name, account, (post(where, role, position),), password=SECRET)
        commands.create_person(chief, given, at=clock.now())
    return signed_in(app, "gunanxing")


def signed_in(app: Flask, account: str) -> Browser:
    browser = Browser(app)
    browser.sign_in(account)
    return browser


def upload(browser: Browser, content: bytes, name: str = "附件1.xlsx") -> TestResponse:
    sent = {"csrf_token": browser.token(HOME), "file": (io.BytesIO(content), name)}
    return browser.client.post(HOME, data=sent, content_type="multipart/form-data")


def work_off(at: datetime | None = None) -> None:
    while jobs.run_due(at or clock.now()):
        pass


def sent(browser: Browser, content: bytes) -> str:
    """The address of a workbook that was sent and read."""
    address = upload(browser, content).location
    work_off()
    return address


def figures(page: str) -> dict[str, str]:
    """The numbers at the head of a preview."""
    return dict(re.findall(r'<span class="quiet">(\S+)</span><b class="[a-z]*">(\d+)</b>', page))


def test_from_upload_to_account_sheet(gu: Browser, app: Flask) -> None:
    address = upload(gu, annex("1", DONGYUAN)).location
    waiting = gu.get(address)
    assert waiting.headers["Refresh"] == "3"
    assert "本页每3秒自动刷新" in waiting.text
    work_off()
    assert "Refresh" not in gu.get(address).headers
    page = gu.get(address).text
    assert figures(page) == {"有误": "0", "待确认": "0", "新增": "3", "变更": "0", "不变": "0"}
    assert "新开账号 shileifeng" in page
    mark = re.search(r'name="mark" value="([^"]+)"', page)
    assert mark
    assert gu.post(f"{address}/commit", {"mark": mark[1]}, page=address).location == address
    assert "导入正在进行" in gu.get(address).text
    work_off()
    done = gu.get(address).text
    assert "新增 3 条任职（新开账号 3 个）" in done
    book = gu.post(f"{address}/accounts", {}, page=address)
    assert book.headers["Cache-Control"] == "no-store"
    rows = list(load_workbook(io.BytesIO(book.data)).worksheets[0].values)
    assert rows[0] == ("单位", "姓名", "账号", "初始密码", "说明")
    assert rows[1][:3] == ("东苑街道", "石磊峰", "shileifeng")
    shi = Browser(app)
    assert shi.sign_in("shileifeng", str(rows[1][3])).location == "/password"
    assert "已取走或已过期" in gu.get(address).text


def test_faults_come_first_and_block_the_commit(gu: Browser) -> None:
    address = sent(gu, annex("1", DONGYUAN, ("南苑街道", "白若溪", "1390000003")))
    page = gu.get(address).text
    assert figures(page)["有误"] == "1"
    assert "电话“1390000003”位数不对" in page
    assert "新开账号 shileifeng" not in page
    assert "新开账号 shileifeng" in gu.get(f"{address}?show=all").text
    assert "确认导入" not in page
    assert gu.post(f"{address}/commit", {"mark": ""}, page=address).status_code == 409
    book = gu.get(f"{address}/reasons")
    assert "attachment" in book.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(book.data)).worksheets[0]
    assert str(sheet["I6"].value).startswith("白若溪：电话")


def test_a_question_is_answered_in_a_plain_form(gu: Browser) -> None:
    address = sent(gu, annex("1", ("东苑街", "沈听澜", "13900000031")))
    page = gu.get(address).text
    assert "“东苑街”是哪个机构？" in page
    field = re.search(r'name="(unit-[0-9a-f]{16})"', page)
    assert field
    answered = gu.post(f"{address}/choices", {field[1]: place("东苑街道")}, page=address)
    assert answered.location == address
    work_off()
    assert figures(gu.get(address).text)["新增"] == "1"


def test_a_doubtful_name_offers_its_readings(gu: Browser) -> None:
    address = sent(gu, annex("1", ("东苑街道", "覃听澜", "13900000031")))
    page = gu.get(address).text
    assert "覃听澜的姓名全拼" in page
    field = re.search(r'name="(reading-[0-9a-f]{16})"', page)
    assert field
    gu.post(f"{address}/choices", {field[1]: "tantinglan"}, page=address)
    work_off()
    assert "新开账号 tantinglan" in gu.get(address).text


def test_a_known_name_with_another_number_offers_to_be_the_same_person(
    gu: Browser, work: Session
) -> None:
    known = annex("1", ("东苑街道", "沈听澜", "13900000031"))
    address = sent(gu, known)
    mark = re.search(r'name="mark" value="([0-9a-f]{64})"', gu.get(address).text)
    assert mark
    gu.post(f"{address}/commit", {"mark": mark[1]}, page=address)
    work_off()
    address = sent(gu, annex("1", ("东苑街道", "沈听澜", "13900000032")))
    page = gu.get(address).text
    option = re.search(r'<option value="([0-9a-f]{32})">同一人，换了号码：东苑街道，账号', page)
    field = re.search(r'name="(twin-[0-9a-f]{16})"', page)
    assert option
    assert field
    gu.post(f"{address}/choices", {field[1]: option[1]}, page=address)
    work_off()
    assert "电话换为 13900000032" in gu.get(address).text


def test_thousands_of_lines_are_paged(gu: Browser) -> None:
    many = [("东苑街道", None, None, None, None, name(n), f"138{n:08d}") for n in range(250)]
    address = sent(gu, annex("1", *many))
    page = gu.get(f"{address}?show=all").text
    assert "第 1 页，共 3 页" in page
    assert page.count("13800000") == 100
    assert gu.get(f"{address}?show=all&page=3").text.count("13800000") == 50


def name(n: int) -> str:
    """An invented name for each number."""
    signs = "伟芳娜秀英敏静丽强磊洋勇艳杰涛明"
    return f"李{signs[n // 16]}{signs[n % 16]}"


def test_other_files_are_told_how_to_be_saved(gu: Browser) -> None:
    answer = upload(gu, "乡镇,姓名".encode(), "名单.csv")
    assert answer.status_code == 422
    assert "不能读取 csv 文件" in answer.text
    nothing = gu.post(HOME, {}, page=HOME)
    assert (nothing.status_code, "请先选择要上传的表格" in nothing.text) == (422, True)


def test_a_workbook_is_given_up(gu: Browser) -> None:
    address = sent(gu, annex("1", DONGYUAN))
    gu.post(f"{address}/abandon", {}, page=address)
    assert "已放弃" in gu.get(address).text
    assert gu.get(f"{address}/reasons").status_code == 409


def test_a_strangers_import_is_not_there(gu: Browser, app: Flask) -> None:
    address = sent(gu, annex("1", DONGYUAN))
    wen = signed_in(app, "wenruyu")
    assert wen.get(address).status_code == 404
    assert wen.get(f"{address}/reasons").status_code == 404
    assert wen.post(f"{address}/accounts", {}, page=HOME).status_code == 404
    assert signed_in(app, "xuzhaohui").get(HOME).status_code == 403


def test_only_units_whose_table_lists_ones_own_are_offered(gu: Browser, app: Flask) -> None:
    offered = re.compile(r'<option value="[0-9a-f]{32}">([^<]+)</option>')
    assert "宜昌市" not in offered.findall(gu.get(HOME).text)
    assert offered.findall(gu.get(HOME).text)[0] == "西陵区"
    wen = signed_in(app, "wenruyu")  # of one street
    assert offered.findall(wen.get(HOME).text) == ["西陵区", "西陵区 东苑街道"]


def test_template_and_export_are_workbooks(gu: Browser) -> None:
    district = place("西陵区")
    book = gu.get(f"{HOME}/template?annex=1&unit={district}")
    assert load_workbook(io.BytesIO(book.data)).worksheets[0]["A5"].value == "西陵街道"
    out = gu.post(f"{HOME}/export", {"annex": "1", "unit": district}, page=HOME)
    assert load_workbook(io.BytesIO(out.data)).worksheets[0].title == "西陵区"
    wrong = gu.get(f"{HOME}/template?annex=1&unit={place('东苑街道')}")
    assert wrong.status_code == 422
    assert "附件1不适用于“东苑街道”，请选择县市区" in wrong.text


def test_what_is_written_in_a_sheet_is_never_run(gu: Browser) -> None:
    hostile = ("<script>alert(1)</script>", "<b>沈</b>听澜", "13900000031")
    page = gu.get(sent(gu, annex("1", hostile))).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
