"""How many running cases stay on another version than the one in force, as its pages say."""

from __future__ import annotations

from flask import Flask

from app.workflow import publishing
from tests.identity import people
from tests.smallworks.town import Town
from tests.web.visitors import Browser

LIST = "/flows/filing"


def test_both_pages_count_them_and_lead_to_the_move(app: Flask, town: Town) -> None:
    case = town.file()
    before = case.version_id
    own = publishing.publish_shipped(people.unit("西陵区", "district").id, "filing", at=town.at).id
    browser = Browser(app)
    browser.sign_in("jinhezhu")
    for page in (LIST, f"/flows/versions/{own}"):
        text = browser.get(page).text
        assert "在办的还有 <b>1</b> 件按别的版本办理" in text
        assert f'<a href="/flows/versions/{own}/move">更新在办件</a>' in text
    assert "按别的版本办理" not in browser.get(f"/flows/versions/{before}").text
    town.approve(case)
    for page in (LIST, f"/flows/versions/{own}"):
        assert "按别的版本办理" not in browser.get(page).text
