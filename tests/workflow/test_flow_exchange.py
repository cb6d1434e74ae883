"""Flows in a folder: written as git keeps them, compared in sentences, brought in by publishing."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.clock import local
from app.db import session
from app.identity.models import Person
from app.workflow import definitions, flow_folder, versions
from app.workflow.models import ProcessVersion
from tests.identity import people

DISTRICT = "420502"
LIMIT = ('flow:sla="2wd"', 'flow:sla="1wd"')


@pytest.fixture
def said(app: Flask, office: Session, tmp_path: Path) -> Said:
    return Said(app, tmp_path / "flows")


class Said:
    """The command line, with a folder of its own."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.run, self.folder = app.test_cli_runner(), folder

    def flow(self, word: str, *options: str, unit: str = DISTRICT) -> Result:
        return self.run.invoke(args=["flow", word, "--unit", unit, *options, str(self.folder)])

    def bring(self, *options: str, by: str = "miaoqinghe", reason: str = "改为 1 日") -> Result:
        return self.flow("import", "--by", by, "--reason", reason, *options)

    def change(self, old: str, new: str, name: str = "bpmn/filing.bpmn") -> None:
        path = self.folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


def in_force(key: str = "filing") -> ProcessVersion:
    unit = people.unit("西陵区", "district")
    found = versions.in_force(session(), unit, key, at=clock.now())
    assert found is not None
    return found


def test_what_ships_comes_back_as_it_was_shipped_and_once(said: Said) -> None:
    assert said.flow("export").exit_code == 0
    for place in ("bpmn/filing.bpmn", "bpmn/risk.dmn", "forms/smallworks/filing.json"):
        assert (said.folder / place).read_bytes() == (definitions.ROOT / place).read_bytes()
    assert not (said.folder / "only").exists()
    assert said.flow("export").output.endswith("更新文件 0 个\n")
    same = said.flow("diff")
    assert (same.exit_code, same.output) == (0, "没有不同\n")
    assert said.bring().output == "没有不同\n"


def test_a_change_is_said_tried_and_brought_in_once(said: Said) -> None:
    said.flow("export", "--process", "filing")
    before = in_force().id
    said.change(*LIMIT)
    told = said.flow("diff")
    assert told.exit_code == 1
    assert "时限由 2 个工作日改为 1 个工作日" in told.output
    assert said.bring("--dry-run").output == told.output
    assert in_force().id == before
    done = said.bring()
    assert done.output == told.output + "已发布：小散工程和零星作业备案 第 1 版\n"
    made = in_force()
    assert (made.reason, made.copy_of_id) == ("改为 1 日", before)
    publisher = session().get_one(Person, made.published_by_id)
    assert publisher.account == "miaoqinghe"
    assert said.bring().output == "没有不同\n"
    assert said.flow("diff").exit_code == 0


def test_what_waits_for_its_day_is_not_brought_in_again(said: Said) -> None:
    said.flow("export")
    said.change(*LIMIT)
    day = str(local(clock.now()).date() + timedelta(days=9))
    assert "已发布" in said.bring("--from", day).output
    again = said.bring("--from", day)
    assert (again.exit_code, "已发布" in again.output) == (0, False)


def test_only_by_somebody_who_may_and_with_a_reason(said: Said) -> None:
    said.flow("export")
    said.change(*LIMIT)
    before = in_force().id
    for by, words in (("shilan", "只能为本单位"), ("nobody", "没有账号")):
        refused = said.bring(by=by)
        assert (refused.exit_code, words in refused.output) == (1, True)
    assert said.bring(reason=" ").exit_code == 1
    assert said.bring("--from", "2020-01-01").exit_code == 1
    assert in_force().id == before


def test_nothing_is_brought_in_where_one_of_them_cannot_be(said: Said) -> None:
    said.flow("export")
    said.change(*LIMIT)
    said.change('targetRef="', 'targetRef="no_', "bpmn/stop_work.bpmn")
    before = in_force().id
    refused = said.bring()
    assert refused.exit_code == 1
    assert "处需要修改" in refused.output
    assert said.bring("--dry-run").exit_code == 1
    assert in_force().id == before


def test_a_flow_with_a_form_of_its_own_keeps_it_beside(said: Said) -> None:
    said.flow("export")
    shared = "forms/smallworks/work_facts.json"
    said.change('"title": "', '"title": "本区', shared)
    assert said.bring("--process", "rating").exit_code == 0
    shutil.rmtree(said.folder)
    said.flow("export")
    own = said.folder / "only" / "rating" / shared
    assert "本区" in own.read_text("utf-8")
    assert (said.folder / shared).read_bytes() == (definitions.ROOT / shared).read_bytes()
    assert said.flow("diff").exit_code == 0
    own.write_bytes((definitions.ROOT / shared).read_bytes())
    assert "rating：" in said.flow("diff").output


def test_a_copy_that_is_no_longer_its_own_goes(tmp_path: Path) -> None:
    one = {"a.bpmn": "<a/>", "forms/x/f.json": "1"}
    two = {"b.bpmn": "<b/>", "forms/x/f.json": "2"}
    flow_folder.write(tmp_path, {"a": one, "b": two})
    assert (tmp_path / "only/b/forms/x/f.json").read_text() == "2"
    assert flow_folder.write(tmp_path, {"a": one, "b": {**two, "forms/x/f.json": "1"}}) == [
        "only/b/forms/x/f.json"
    ]
    assert not (tmp_path / "only/b/forms/x/f.json").exists()
