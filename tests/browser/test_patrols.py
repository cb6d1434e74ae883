"""A visit on a phone without script: from today's list to a stop, one part after the other."""

from __future__ import annotations

from selenium.webdriver.common.by import By
from sqlalchemy import select

from app import clock
from app.db import session
from app.smallworks.models import Work
from app.smallworks.patrols import commands
from app.smallworks.patrols.changes import Sent
from app.smallworks.patrols.models import Hazard, Patrol
from app.workflow.models import Attachment
from tests.browser.filing import Papers
from tests.browser.hands import Hands
from tests.smallworks.stops import site
from tests.smallworks.town import Town, staff

GROUPS = (
    ("papers", "person"),
    ("person", "power"),
    ("power", "demolition"),
    ("demolition", "order"),
)
"""A part of the sheet, and the one after it."""
NAME = "hazard:item-order_exit"


def answer(phone: Hands, bad: str = "") -> None:
    """Every item of this screen is fine but one."""
    for item in phone.all("[data-item]"):
        code = item.get_attribute("data-item") or ""
        result = "bad" if code == bad else "ok"
        phone._click(phone.find(f'label[for="answer-{code}-{result}"]'))


def visit_of(work: Work) -> Patrol:
    session().rollback()
    session().expire_all()
    return session().scalars(select(Patrol).where(Patrol.work_id == work.id)).one()


def test_an_inspector_visits_and_stops_a_site(by_phone: Hands, town: Town, papers: Papers) -> None:
    work = site.filed(town)
    by_phone.sign_in("shecundong").open("/patrols")
    assert "今天没有要巡查的工程" in by_phone.text
    by_phone.press("临时巡查").wait_for("临时巡查").press(work.name)
    by_phone.press("我去，现在开始").wait_for(work.name)

    for here, following in GROUPS:
        assert by_phone.find(f'form[data-part="{here}"]')
        answer(by_phone)
        by_phone.press("保存，下一步").wait(f"part={following}")
    answer(by_phone, bad="order_exit")
    by_phone.fill({f"{NAME}:text": "安全出口被瓷砖堵死"})
    album = by_phone.find(f'input[name="photo:{NAME}"][multiple]')
    album.send_keys(str(papers.photo))
    by_phone.press("保存，下一步").wait("part=more")

    # it is all kept: away, and back to the first part that is not done
    by_phone.open("/patrols")
    assert "我在巡查" in by_phone.text
    by_phone.press(work.name).wait_for(work.name)
    assert by_phone.find('form[data-part="more"]')
    by_phone.fill({"remark": "业主不在现场"}).press("保存，下一步").wait("part=people")
    by_phone.fill({"signed_name": "冼南橘"}).press("保存，下一步").wait("part=end")

    assert "下达整改、停工须有 2 名以上巡查人员" in by_phone.text
    by_phone.press("下达整改、停工须有 2 名以上巡查人员").wait("part=people")
    by_phone.fill({"inspector-1": "陆远秋"}).press("保存，下一步").wait("part=end")
    assert "有重大隐患，应当停工" in by_phone.text
    milder = by_phone.driver.find_elements(By.CSS_SELECTOR, ".endings input[disabled]")
    assert {one.get_attribute("value") for one in milder} == {"normal", "verbal", "rectify"}
    by_phone.press("下一步").wait_for("责令停工")
    assert "安全出口被瓷砖堵死" in by_phone.text
    by_phone.press("确定责令停工").wait("/cases/")
    stopped(by_phone, work)


def stopped(phone: Hands, work: Work) -> None:
    """The visit, its hazard with its photo, and the work say so."""
    patrol = visit_of(work)
    assert (patrol.conclusion, patrol.remark) == ("stop", "业主不在现场")
    assert session().get_one(Work, work.id).state == "stopped"
    (hazard,) = session().scalars(select(Hazard).where(Hazard.patrol_id == patrol.id)).all()
    photos = select(Attachment).where(Attachment.field == f"hazard:{hazard.id}")
    assert len(session().scalars(photos).all()) == 1
    phone.open(f"/patrols/{patrol.id}")
    assert "结论：责令停工" in phone.text
    phone.open(f"/works/{work.id}")
    assert "工程已停工" in phone.text
    assert "安全出口被瓷砖堵死" in phone.text


def test_a_page_that_fell_behind_shows_both_sides(by_phone: Hands, town: Town) -> None:
    work = site.filed(town)
    by_phone.sign_in("shecundong").open(f"/patrols/begin?case={work.case_id}")
    by_phone.press("我去，现在开始").wait_for(work.name)
    patrol = visit_of(work)
    by_phone.open(f"/patrols/{patrol.id}?part=more")
    elsewhere = Sent(patrol.revision, {"remark": "手机上写的"})
    commands.save(staff("shecundong", clock.now()), patrol.id, elsewhere, at=clock.now())
    by_phone.fill({"remark": "这一页写的"}).press("保存").wait("/save")
    assert "别处写的是“手机上写的”，您写的是“这一页写的”" in by_phone.text
    assert visit_of(work).remark == "手机上写的"
    by_phone.press("保存").wait("part=more")
    assert visit_of(work).remark == "这一页写的"
