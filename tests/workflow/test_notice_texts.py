"""How notices read: as shipped, until a city or district words them anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.errors import Forbidden, Invalid
from app.workflow import notice_kinds, wording
from app.workflow.commands import talk
from app.workflow.commands import wording as commands
from app.workflow.commands.talk import Words
from app.workflow.commands.wording import Setting
from tests.workflow import make
from tests.workflow.people import NOON, unit, who

COPIED = notice_kinds.of("copied")


def word(key: str, place: str, text: str, *, later: int = 0) -> None:
    setting = Setting(unit(place).id, notice_kinds.TEXTS, "copied", text)
    commands.set_text(who(key), COPIED.sheet, setting, at=NOON + timedelta(minutes=later))


def told() -> str:
    case = make.case()
    talk.copy(who("li"), case.id, Words("请阅", (who("chen").id,)), at=NOON)
    return make.notices("chen")[-1].text


def test_the_nearest_unit_words_it(town: Session) -> None:
    assert told().endswith("抄送给您：请阅")
    word("han", "420502", "{by}请您看看{name}（{case}）。")
    assert told().startswith("李禾请您看看梅园 3 栋 602 室装修（")
    word("han", "420502", "", later=1)  # emptied: as above again
    assert told().endswith("抄送给您：请阅")
    line = wording.standing(town, COPIED.sheet, unit("420502"))[0]
    assert (line.source, len(line.versions)) == ("shipped", 2)


def test_what_is_filled_in_is_no_hole(town: Session) -> None:
    word("han", "420502", "{reason}")
    case = make.case()
    talk.copy(who("li"), case.id, Words("{by}", (who("chen").id,)), at=NOON)
    assert make.notices("chen")[-1].text == "{by}"


@pytest.mark.parametrize("text", ["{until}前看", "{ 名称}", "看{", "看" * 201])
def test_a_hole_that_there_is_not_is_refused(town: Session, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        word("han", "420502", text)
    assert set(refused.value.fields) == {"copied"}


def test_nobody_words_it_for_another_district(town: Session) -> None:
    for key in ("han", "li", "qian"):
        with pytest.raises(Forbidden):
            word(key, "420506", "看。")
