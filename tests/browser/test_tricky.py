"""What goes wrong between people and browsers: twice, back, too late, at the same time."""

from __future__ import annotations

from selenium.webdriver.common.action_chains import ActionChains
from sqlalchemy import delete, func, select

from app.db import session
from app.identity.commands import Post
from app.identity.models import SignIn
from app.workflow import commands
from app.workflow.models import Case, Draft
from tests.browser.filing import LAMPS, Papers, choose_place, fill_in
from tests.browser.hands import Hands
from tests.identity import people
from tests.identity.people import SECRET
from tests.smallworks.town import OWNER_PHONE, Town, staff


def test_a_double_click_files_once_and_going_back_harms_nothing(
    by_desk: Hands, papers: Papers
) -> None:
    by_desk.sign_in(OWNER_PHONE, staff=False)
    fill_in(choose_place(by_desk), LAMPS, papers)
    button = by_desk.find("form[action$='/submit'] .btn-primary")
    ActionChains(by_desk.driver).double_click(button).perform()
    by_desk.wait_for("背街路灯维修")
    filed = by_desk.path
    by_desk.driver.back()
    by_desk.wait(filed)
    assert "这份备案已经提交" in by_desk.find(".flash").text
    assert session().scalar(select(func.count(Case.id))) == 1
    assert session().scalar(select(func.count(Draft.id))) == 1


def test_a_session_that_ends_in_the_middle_of_a_form_costs_nothing(by_phone: Hands) -> None:
    by_phone.sign_in(OWNER_PHONE, staff=False)
    choose_place(by_phone).fill({"name": "江畔花园装修", "content": "客厅翻新，\n铺地板"})
    session().execute(delete(SignIn))
    session().commit()
    by_phone.press("保存").wait_for("登录服务中心")
    assert "刚才填写的内容还在" in by_phone.text
    by_phone.fill({"phone": OWNER_PHONE, "password": SECRET}).press("登录")
    by_phone.wait_for("接着提交").press("接着提交").wait_for("做什么、在哪里")
    assert by_phone.find("[name=name]").get_attribute("value") == "江畔花园装修"
    assert by_phone.find("[name=content]").get_attribute("value") == "客厅翻新，\n铺地板"


def test_of_two_officers_at_one_task_the_second_reads_who_was_first(
    by_desk: Hands, town: Town
) -> None:
    case = town.file()
    desk = people.unit("铁路坝社区", "community")
    chief = staff("ningyuanshan", town.at)
    people.add(chief, "尤怀瑾", "youhuaijin", Post(desk.id, "", "head"), town.at)
    first = staff("youhuaijin", town.at)
    task = town.task(case, first)

    by_desk.sign_in("shecundong").open(f"/tasks/{task.id}").wait_for(case.title)
    commands.claim(first, task.id, at=town.at)
    by_desk.fill({"opinion": "现场看过，情况属实"}).press("通过").wait_for("没有办成")
    assert "该任务已由尤怀瑾于" in by_desk.text
    assert by_desk.find("#kept").get_attribute("value") == "现场看过，情况属实"
    by_desk.open(f"/tasks/{task.id}").wait_for(case.title)
    assert "尤怀瑾 已签收这一件" in by_desk.text
