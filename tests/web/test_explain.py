"""谁能看、谁能办, and 岗位人员: what the pages say, in words."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.stores import Store
from tests.web.matrix_scene import Scene, ask, stand

pytestmark = pytest.mark.one_store


def text(app: Flask, scene: Scene, who: str, path: str) -> str:
    """A page as its reader sees it: words alone."""
    answer = ask(app, scene, who, ("GET", path.format_map(scene.things)), None)
    assert answer.status_code == 200
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_a_case_says_who_may_read_it_and_through_what(app: Flask, database: Store) -> None:
    page = text(app, stand(database, app), "adm", "/cases/{case}/access")
    assert "潘立夏" in page
    assert "区级政府管理员，在管辖范围内" in page
    assert "双澍" in page
    assert "在管辖范围内且属本行业项目类型" in page
    assert "柴夷陵" not in page  # of another district
    assert "靳禾竹" not in page  # keeps people, reads no case


def test_why_not_is_said_condition_by_condition(app: Flask, database: Store) -> None:
    scene = stand(database, app)
    page = text(app, scene, "adm", "/cases/{case}/access/{dp2}")
    assert "唐春分不能看这个办件" in page
    assert re.search(r"行业：“[^”]+”不由本部门负责 不符合", page)
    assert "管辖范围：办件所在地在本机构管辖内 符合" in page
    keeper = text(app, scene, "adm", "/cases/{case}/access/{una}")
    assert "权限：这一角色或职务没有“查看办件” 不符合" in keeper


def test_the_case_page_leads_there_whoever_keeps_the_place(app: Flask, database: Store) -> None:
    scene = stand(database, app)
    assert "谁能看、谁能办" in text(app, scene, "adm", "/cases/{case}")
    assert "谁能看、谁能办" not in text(app, scene, "dis", "/cases/{case}")


def test_no_page_of_these_shows_a_telephone(app: Flask, database: Store) -> None:
    scene = stand(database, app)
    for path in ("/cases/{case}/access", "/cases/{case}/access/{hed}", "/staffing/{unit}/filing"):
        assert not re.search(r"1\d{10}|1\d{2}\*+", text(app, scene, "adm", path))


def test_a_unit_sees_by_whom_its_steps_are_done(app: Flask, database: Store) -> None:
    scene = stand(database, app)
    page = text(app, scene, "una", "/staffing/{unit}/filing")
    assert "潘立夏" in page
    assert "各方都要签署" in page
    listed = text(app, scene, "una", "/staffing")
    assert "无人可办" in listed
    assert "唐春分" in text(app, scene, "adm", "/cases/{case}/access?q=唐")
