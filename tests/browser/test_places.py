"""The pages about places at a real browser: claims, changes, what a change would move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app import clock
from app.db import session
from app.identity.commands.claims import NewClaim, claim_place
from app.identity.models import Unit
from tests.browser.hands import Hands
from tests.browser.test_pages import faults
from tests.smallworks.town import COMMUNITY, Town, staff

pytestmark = pytest.mark.one_store
CHIEF = "ningyuanshan"
MERGER = (
    f"kind=merge&source={COMMUNITY}&source=420502001003&code1={COMMUNITY}"
    "&name1=铁路坝社区居民委员会&effective_on=2099-01-01"
)
SPLIT = "kind=split&source=420502001&name1=西陵街道&code2=420502901&name2=新西陵街道"


def pages(town: Town) -> Iterator[tuple[str, str]]:
    """Each page, and words that only it has when it is whole."""
    yield "/places", "还没有划定管辖范围"
    yield "/places/changes?find=铁路坝", "变更哪些区划"
    yield (
        "/places/changes/preview?kind=merge&source=nothing&effective_on=2099-01-01",
        "请填写变更后",
    )
    yield f"/places/changes/preview?{MERGER}", "撤销，由铁路坝社区居民委员会承接"
    yield f"/places/changes/preview?{SPLIT}&effective_on=2099-01-01", "按划归重新预览"
    zone = session().scalars(select(Unit.id).where(Unit.kind == "functional_zone")).one()
    given = NewClaim(zone, COMMUNITY, clock.local(clock.now()).date())
    claim_place(staff(CHIEF, town.at), given, "市政府批复", at=clock.now())
    yield "/places?find=铁路坝", "单独管辖"


def test_the_pages_of_places_keep_nobody_out(by_desk: Hands, town: Town) -> None:
    by_desk.sign_in(CHIEF)
    wrong = {}
    for address, words in pages(town):
        by_desk.open(address).sees(words)
        wrong[address] = faults(by_desk)
    assert not any(wrong.values()), {page: found for page, found in wrong.items() if found}
