"""From upload to commit: all or nothing, once, by whom it was sent, and nothing lies about."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import audit
from app.identity import commands as identity
from app.identity.annexes import exporting, imports, workbooks
from app.identity.annexes.models import AnnexImport
from app.identity.annexes.reading import read
from app.identity.annexes.verdicts import Choices
from app.identity.models import AuditEntry, Grant, Person
from app.workflow import commands, jobs
from app.workflow.commands.upkeep import forget_old
from tests.identity.annexes.books import DONGYUAN, annex, book
from tests.identity.annexes.sending import carry, commit, lines, send, verdicts, work_on
from tests.identity.people import HERE, Cast, unit

FAULTY = ("南苑街道", "白若溪", "1390000003")


def people(work: Session) -> int:
    return work.scalar(select(func.count()).select_from(Person)) or 0


def test_everybody_is_taken_in_and_can_sign_in(cast: Cast, work: Session, noon: datetime) -> None:
    row = carry(cast["district_admin"], annex("1", DONGYUAN), noon)
    assert row.state == "committed"
    told = commands.fetch_account_sheet(cast["district_admin"], row.id, at=noon)
    assert [line[:3] for line in told] == [
        ("东苑街道", "石磊峰", "shileifeng"),
        ("东苑街道", "温如玉", "wenruyu"),
        ("东苑街道", "方晓禾", "fangxiaohe"),
    ]
    given = identity.Credentials("wenruyu", told[1][3], "staff")
    assert identity.sign_in(given, HERE, at=noon).must_change
    wen = work.scalars(select(Person).where(Person.account == "wenruyu")).one()
    grant = work.scalars(select(Grant).where(Grant.person_id == wen.id)).one()
    assert (grant.unit.name, grant.position, grant.role) == (
        "东苑街道", "head", "district_gov_user",
    )  # fmt: skip


def test_one_faulty_line_and_nobody_is_taken_in(cast: Cast, work: Session, noon: datetime) -> None:
    admin, before = cast["district_admin"], people(work)
    row = send(admin, annex("1", DONGYUAN, FAULTY), noon)
    assert row.counts["fault"] == 1
    with pytest.raises(Invalid, match="一行有误，全部不导入"):
        commands.commit_annex(admin, row.id, row.counts["mark"], at=noon)
    assert people(work) == before


def test_the_record_names_the_files_hash_and_each_person(
    cast: Cast, work: Session, noon: datetime
) -> None:
    row = carry(cast["district_admin"], annex("1", DONGYUAN), noon)
    entries = work.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    done = [one for one in entries if one.verb == "annex_imported"]
    assert [one.subject for one in done] == [f"annex_import:{row.id}"]
    assert done[0].detail == f"sha256={row.file_hash} annex=1 new=3 changed=0 people=3"
    assert [one.verb for one in entries].count("account_opened") == 3
    told = "".join(one.detail + one.subject for one in entries)
    assert "石磊峰" not in told
    assert not re.search(r"(?<![0-9a-f])1[3-9]\d{9}", told)  # ids and hashes have digits too
    assert audit.verify().sound


def test_what_was_shown_is_what_is_done(cast: Cast, work: Session, noon: datetime) -> None:
    """Between preview and commit somebody else takes the same people in."""
    admin, before = cast["district_admin"], people(work)
    first, second = (send(admin, annex("1", DONGYUAN), noon) for _ in range(2))
    commands.commit_annex(admin, second.id, second.counts["mark"], at=noon)
    commit(admin, first, noon)
    late = work_on(admin, second.id, noon)
    states = {first.id: imports.own(work, admin, first.id).state, late.id: late.state}
    assert sorted(states.values()) == ["committed", "read"]
    assert people(work) == before + 3
    waiting = next(key for key, state in states.items() if state == "read")
    row = imports.own(work, admin, waiting)
    assert row.why.startswith("核对之后人员或机构又有变化")
    assert {verdict for _, verdict in verdicts(row)} == {"same"}


def test_a_commit_needs_the_preview_that_was_seen(cast: Cast, noon: datetime) -> None:
    admin = cast["district_admin"]
    row = send(admin, annex("1", DONGYUAN), noon)
    with pytest.raises(Conflict):
        commands.commit_annex(admin, row.id, "another preview", at=noon)
    mark = row.counts["mark"]
    done = commit(admin, row, noon)
    with pytest.raises(Conflict):
        commands.commit_annex(admin, done.id, mark, at=noon)


def test_a_job_done_twice_takes_nobody_in_twice(cast: Cast, work: Session, noon: datetime) -> None:
    row = carry(cast["district_admin"], annex("1", DONGYUAN), noon)
    after = people(work)
    jobs.handlers["annex_commit"].outside({"import": row.id, "address": ""}, "", noon)  # type: ignore[misc]
    jobs.handlers["annex_read"].outside({"import": row.id, "address": ""}, "", noon)  # type: ignore[misc]
    assert people(work) == after


def test_rights_that_ended_meanwhile_take_nobody_in(
    cast: Cast, work: Session, noon: datetime
) -> None:
    admin, before = cast["district_admin"], people(work)
    row = send(admin, annex("1", DONGYUAN), noon)
    commands.commit_annex(admin, row.id, row.counts["mark"], at=noon)
    with transaction() as change:
        for grant in change.scalars(select(Grant).where(Grant.person_id == admin.id)):
            grant.valid_to = admin.day - timedelta(days=1)
    late = work_on(admin, row.id, noon)
    assert (late.state, people(work)) == ("read", before)
    assert late.why == "您没有新增人员账号的权限，如工作需要请联系本单位系统后台管理员"


def test_an_import_is_nobody_elses(cast: Cast, noon: datetime) -> None:
    row = send(cast["district_admin"], annex("1", DONGYUAN), noon)
    for who in ("chief", "district_keeper", "neighbour_admin"):
        with pytest.raises(NotFound):
            commands.commit_annex(cast[who], row.id, row.counts["mark"], at=noon)
        with pytest.raises(NotFound):
            commands.fetch_account_sheet(cast[who], row.id, at=noon)


@pytest.mark.parametrize("who", ["district_user", "community_head", "auditor", "street_head"])
def test_only_administrators_send_and_export(cast: Cast, noon: datetime, who: str) -> None:
    with pytest.raises(Forbidden):
        commands.take_annex(cast[who], "附件1.xlsx", annex("1", DONGYUAN), at=noon)
    with pytest.raises(Forbidden):
        commands.export_annex(cast[who], "1", unit("西陵区").id, at=noon)


def test_a_settled_import_holds_nobody(cast: Cast, noon: datetime) -> None:
    admin = cast["district_admin"]
    done = carry(admin, annex("1", DONGYUAN), noon)
    assert (done.file, done.lines, done.choices) == ("", "", "")
    assert done.counts["new"] == 3
    assert "mark" not in done.counts
    row = send(admin, annex("1", ("北苑街道", "沈听澜", "13900000031")), noon)
    assert "沈听澜" not in row.lines
    assert row.lines.startswith("enc:")
    assert row.file.startswith("enc:")
    commands.abandon_annex(admin, row.id, at=noon)
    row = work_on(admin, row.id, noon)
    assert (row.state, row.file, row.lines) == ("abandoned", "", "")


def test_what_nobody_came_back_for_goes_after_a_week(
    cast: Cast, work: Session, noon: datetime
) -> None:
    admin = cast["district_admin"]
    done = carry(admin, annex("1", DONGYUAN), noon)
    row = send(admin, annex("1", ("北苑街道", "沈听澜", "13900000031")), noon)
    forget_old(at=noon + timedelta(days=6))
    assert work_on(admin, row.id, noon).state == "read"
    forget_old(at=noon + timedelta(days=8))
    row = work_on(admin, row.id, noon)
    assert (row.state, row.file, row.lines) == ("abandoned", "", "")
    assert imports.own(work, admin, done.id).issued == ""


def test_a_workbook_that_is_no_annex_says_so(cast: Cast, noon: datetime) -> None:
    row = send(cast["district_admin"], book([("姓名", "电话"), ("石磊峰", "13900000021")]), noon)
    assert (row.state, row.file) == ("refused", "")
    assert row.why.startswith("没有认出附件1、2、3的表头")
    empty = send(cast["district_admin"], annex("1", ("东苑街道",)), noon)
    assert empty.why == "认出了表头，但没有读到任何人员，请填写后再上传"


def test_ten_open_imports_are_enough(cast: Cast, work: Session, noon: datetime) -> None:
    admin = cast["district_admin"]
    with transaction() as some:
        for n in range(10):
            some.add(
                AnnexImport(
                    file_name=f"{n}.xlsx", file_hash="", by_id=admin.id, at=noon, changed_at=noon
                )
            )
    with pytest.raises(Conflict, match="还没有办完"):
        commands.take_annex(admin, "附件1.xlsx", annex("1", DONGYUAN), at=noon)


def test_the_workbook_comes_back_with_reasons(cast: Cast, noon: datetime) -> None:
    admin = cast["district_admin"]
    row = send(admin, annex("1", DONGYUAN, FAULTY), noon)
    sheet = load_workbook(io.BytesIO(imports.with_reasons(row))).worksheets[0]
    assert [sheet.cell(line, 9).value for line in (3, 5, 6)] == [
        "原因",
        None,
        "白若溪：电话“1390000003”位数不对，应为11位手机号或带区号的座机",
    ]
    mended = imports.with_reasons(row)
    assert verdicts(send(admin, mended, noon))[-1] == ("白若溪", "fault")  # read like the first


def test_what_is_exported_comes_back_unchanged(cast: Cast, noon: datetime) -> None:
    admin, district = cast["district_admin"], unit("西陵区").id
    several = ("南苑街道", "沈听澜", "13900000041", "覃小满", "0717-6223344",
               "白若溪、江映月", "13900000042、13900000043")  # fmt: skip
    row = send(cast["chief"], annex("1", DONGYUAN, several), noon)
    doubts = {one.key: one.readings[0] for one in imports.preview(row)[1].doubts}
    commands.choose_in_annex(cast["chief"], row.id, Choices(readings=doubts), at=noon)
    commit(cast["chief"], work_on(cast["chief"], row.id, noon), noon)
    quarter = ("汕头路社区", "顾盼之", "13900000044", None, None, "许知秋、秦越川",
               "13900000045、13900000046")  # fmt: skip
    carry(admin, annex("2", quarter), noon)
    office = ("住建局", "罗望舒 13900000047、白若溪 13900000048", "沈听澜 13900000049")
    carry(admin, annex("3", office), noon)
    for number, posts in (("1", 8), ("2", 4), ("3", 3)):
        out = commands.export_annex(admin, number, district, at=noon)
        back = send(admin, out, noon)
        assert {verdict for _, verdict in verdicts(back)} == {"same"}, number
        assert len([one for one in lines(back) if one.position]) == posts
        assert back.counts["missing"] == 0
        commands.abandon_annex(admin, back.id, at=noon)


def test_an_export_says_who_took_it_and_is_recorded(
    cast: Cast, work: Session, noon: datetime
) -> None:
    out = commands.export_annex(cast["district_admin"], "1", unit("西陵区").id, at=noon)
    rows = workbooks.sheets_of(out)[0].rows
    assert rows[-1][0] == "说明：西陵区 顾南星 2026年11月23日 12:00 导出"
    entry = work.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry
    assert (entry.verb, entry.detail) == ("annex_exported", "annex 1, 1 posts")


def test_an_administrator_exports_only_who_is_within_reach(cast: Cast, noon: datetime) -> None:
    out = commands.export_annex(cast["street_keeper"], "1", unit("西陵区").id, at=noon)
    places = [row[0] for row in workbooks.sheets_of(out)[0].rows[4:-2]]
    assert places == ["东苑街道"]
    with pytest.raises(Forbidden):
        commands.export_annex(cast["neighbour_admin"], "1", unit("西陵区").id, at=noon)


@pytest.mark.parametrize(
    ("number", "first"), [("1", "西陵街道"), ("2", "汕头路社区"), ("3", "应急管理局")]
)
def test_a_template_lists_places_and_its_sample_is_not_read(
    cast: Cast, work: Session, number: str, first: str
) -> None:
    home = unit("东苑街道" if number == "2" else "西陵区").id
    out = exporting.template(work, cast["district_admin"], number, home)
    found = read(workbooks.sheets_of(out))
    assert (found.lines, len(found.heads)) == ([], 1)
    made = load_workbook(io.BytesIO(out))
    sheet = made.worksheets[0]
    assert sheet["A5"].value == first
    offered = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert len(offered) == 2
    assert all(one.startswith("'选项'!") for one in offered)
    assert made["选项"].sheet_state == "hidden"
    sample = made["填写示例"]
    assert "宋知远" in str(sample["B5"].value)
    assert sheet["C5"].number_format == "@"


def test_a_filled_template_is_read(cast: Cast, work: Session, noon: datetime) -> None:
    admin = cast["district_admin"]
    made = load_workbook(io.BytesIO(exporting.template(work, admin, "1", unit("西陵区").id)))
    sheet = made.worksheets[0]
    for column, text in zip("BCDEFGH", DONGYUAN[1:], strict=True):
        sheet[f"{column}11"] = text
    assert sheet["A11"].value == "东苑街道"
    out = io.BytesIO()
    made.save(out)
    row = send(admin, out.getvalue(), noon)
    assert verdicts(row) == [("石磊峰", "new"), ("温如玉", "new"), ("方晓禾", "new")]
    assert row.counts["bare"] == 9
