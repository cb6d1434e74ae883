"""An inspector's phone at work: the site that it visits, and what a thumb does there."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from sqlalchemy import select

from app import clock
from app.db import session, transaction
from app.identity.commands import Post
from app.smallworks.models import Work
from app.smallworks.patrols import visiting
from app.smallworks.patrols.models import Patrol
from app.smallworks.patrols.visiting import Visit
from app.workflow.models import Attachment, Case, Event
from tests.browser.afield import Handset, Screen
from tests.browser.hands import TO_THE_MIDDLE
from tests.identity import people
from tests.smallworks.town import HIRED, Town, staff

NAME = "江畔花园 3 栋 602 室装修"
HEAD = "shecundong"
FAILED = "person_helmet"
HAZARD = f"item-{FAILED}"
S = TypeVar("S", bound=Screen)
COLOURS = ("firebrick", "navy", "seagreen", "goldenrod")


def lay_out(town: Town) -> None:
    """A filed work in 铁路坝社区, with a visit that waits, and a second inspector."""
    town.approve(town.file(name=NAME))
    community = people.unit("铁路坝社区", "community")
    chief, post = staff("ningyuanshan", town.at), Post(community.id, "", "inspector")
    people.add(chief, "宓见溪", "mijianxi", post, HIRED)
    with transaction() as work:
        row = work.scalars(select(Work)).one()
        if work.scalars(visiting.unfinished(row.case_id)).first() is None:
            visiting.open_visit(work, row, Visit("planned"), None, at=clock.now())


def photographs(folder: Path) -> list[Path]:
    """Photos, each unlike the others."""
    found = [folder / f"现场{number}.jpg" for number in range(len(COLOURS))]
    for path, colour in zip(found, COLOURS, strict=True):
        Image.new("RGB", (640, 480), colour).save(path)
    return found


def the_patrol() -> Patrol:
    session().rollback()
    session().expire_all()
    return session().scalars(select(Patrol)).one()


def photos(field: str = "hazard:") -> list[Attachment]:
    session().rollback()
    named = Attachment.field
    rows = select(Attachment).where(named.startswith(field) if ":" in field else named == field)
    return list(session().scalars(rows.order_by(Attachment.id)))


def saved() -> list[Event]:
    session().rollback()
    rows = select(Event).join(Case, Event.case_id == Case.id).where(Case.process_key == "patrol")
    return [event for event in session().scalars(rows) if event.verb == "saved"]


def take_along(phone: Handset, account: str = HEAD) -> Handset:
    """Sign in and open today's list, which puts its visits into the phone."""
    phone.sign_in(account).open("/patrols")
    phone.until("手机里", ".kept-mark")
    assert phone.stored("await navigator.serviceWorker.ready; return true")
    return phone


def open_sheet(phone: Handset) -> Handset:
    """The visit that was taken along."""
    phone.open(f"/patrols/{the_patrol().id}")
    return phone.until(NAME, ".patrol-top h1")


def begin(phone: Handset) -> Handset:
    """Begin it, on the server too."""
    take_along(phone)
    open_sheet(phone).touch("#begin").until("已全部上传", ".strip")
    return phone


def go_to(phone: S, code: str) -> S:
    """Page through the groups to one item."""
    for _ in range(12):
        if phone.all(f'[data-code="{code}"]'):
            return phone
        phone.touch("#after")
    raise AssertionError(f"no item {code} at {phone.path}")


def answer_all(phone: S) -> S:
    """合格 wherever nothing is answered yet, through all groups to the end."""
    phone.find("#after")
    while phone.all("#after"):
        for item in [one.get_attribute("data-code") for one in phone.all("[data-code]")]:
            if not phone.all(f'[name="answer-{item}"]:checked'):
                phone.answer(str(item), "ok")
        phone.touch("#after")
    return phone.until("签字和结论", "h2")


def quiet(phone: Handset) -> list[str]:
    """Severe words of the console that no missing network explains."""
    told = phone.driver.get_log("browser")  # type: ignore[no-untyped-call]
    severe = [line["message"] for line in told if line["level"] == "SEVERE"]
    return [line for line in severe if "ERR_" not in line and "status of 4" not in line]


def sign(phone: Screen) -> None:
    """With a finger, and the name beside it."""
    phone.write("signed_name", "冼南橘")
    pad = phone.find("canvas.pad")
    phone.driver.execute_script(TO_THE_MIDDLE, pad)
    finger = ActionChains(phone.driver).move_to_element_with_offset(pad, -80, 0).click_and_hold()
    finger.move_by_offset(60, 20).move_by_offset(60, -30).release().perform()
