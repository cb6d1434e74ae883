"""A filing by a citizen on a phone without script, and one up all four levels by the keyboard."""

from __future__ import annotations

from sqlalchemy import select

from app.db import session
from app.identity import sms
from app.smallworks.models import Paper
from app.workflow.models import Attachment, Case
from tests.browser.filing import LAMPS, WALL, Papers, choose_place, fill_in
from tests.browser.hands import Hands
from tests.identity.people import SECRET, Phone
from tests.smallworks.town import OWNER_PHONE, Town


def the_case() -> Case:
    session().rollback()
    session().expire_all()  # what a command of this test wrote is no news of the browser's
    return session().scalars(select(Case)).one()


def test_a_citizen_files_on_a_phone_without_script_and_corrects_it(
    by_phone: Hands, town: Town, papers: Papers
) -> None:
    texts = Phone()
    sms.use(texts)
    by_phone.open("/").press("用手机号注册").fill({"phone": "13900005555"})
    by_phone.press("获取验证码").wait_for("填写注册信息")
    by_phone.fill({"code": texts.code(), "name": "霍知秋", "password": SECRET}).press("注册并登录")
    by_phone.wait_for("霍知秋，您好")
    fill_in(choose_place(by_phone), LAMPS, papers)
    by_phone.press("提交备案").wait_for("背街路灯维修")
    case = the_case()
    assert case.number in by_phone.text
    assert "铁路坝社区" in by_phone.text
    assert "社区初审 当前" in by_phone.text  # in words, as nothing can be drawn
    assert not any(one.is_displayed() for one in by_phone.all(".diagram, .drawn-words"))
    kept = session().scalars(select(Attachment.field).where(Attachment.case_id == case.id)).all()
    assert sorted(kept) == sorted((*LAMPS.papers, "site_photos", "site_photos"))

    missing = {"missing_items": ["contract"], "opinion": "缺承揽合同"}
    town.decide(case, "shecundong", "return", **missing)
    by_phone.open("/service").press("去补正").press("去补正").wait_for("补正材料")
    assert "缺承揽合同" in by_phone.text
    by_phone.fill({"content": "更换三盏路灯，附承揽合同"})
    by_phone.choose_files("owner_papers", [papers.sheet]).press("重新提交")
    by_phone.wait_for("背街路灯维修")
    assert the_case().state == "in_review"
    assert "补正后重新提交" in by_phone.text


def test_a_filing_goes_up_all_four_levels_by_the_keyboard(
    by_desk: Hands, town: Town, papers: Papers
) -> None:
    by_desk.sign_in(OWNER_PHONE, staff=False)
    fill_in(choose_place(by_desk), WALL, papers)
    by_desk.press("提交备案").wait_for("江畔花园 3 栋 602 室装修")
    case = the_case()

    officer(by_desk, "shecundong", "claimable").keys("j").keys("c").wait_for(case.title)
    assert "您已签收" in by_desk.text
    by_desk.keys("1").keys("a").wait("/inbox")
    assert "没有待办" in by_desk.text
    officer(by_desk, "muyulan", "claimable").keys("j").enter().wait_for(case.title)
    by_desk.keys("c").wait_for(case.title)
    by_desk.keys("1").keys("a").wait("/inbox")
    for account in ("quyuanhang", "shuangshu"):
        officer(by_desk, account, "claimable").keys("j").enter().wait_for(case.title)
        by_desk.keys("2").keys("a").wait("/inbox")
    officer(by_desk, "kuangda", "claimable").keys("j").enter().wait_for(case.title)
    by_desk.keys("1").keys("a").wait("/inbox")
    assert (the_case().state, the_case().result) == ("ended", "approved")

    by_desk.leave().sign_in(OWNER_PHONE, staff=False)
    by_desk.open(f"/cases/{case.id}")
    receipt = session().scalars(select(Paper).where(Paper.kind == "receipt")).one()
    assert by_desk.find(f'a[href="/papers/{receipt.id}.pdf"]').is_displayed()
    by_desk.leave().open(f"/check/{receipt.code}")
    assert "这份文书真实有效" in by_desk.text
    assert receipt.number in by_desk.text
    assert "鄢小满" not in by_desk.text


def officer(hands: Hands, account: str, box: str) -> Hands:
    """Somebody else sits down at this desk and opens a box of theirs."""
    return hands.leave().sign_in(account).open(f"/inbox?box={box}")
