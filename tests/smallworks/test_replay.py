"""重放 of what the town decided: alike where nothing changed, and said where something did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.clock import local
from app.db import session
from app.engine.drafting import Edit, InsertBefore, Level, Remove
from app.engine.types import Limit, Party
from app.errors import Forbidden, Invalid, NotFound
from app.workflow import commands, jobs
from app.workflow.backstage import Job
from app.workflow.commands import replaying
from app.workflow.commands.replaying import Span
from app.workflow.models import Case, Event
from app.workflow.studio import drafts, replays, steps
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.replay_models import FlowReplay, ReplayedCase
from tests.identity import people
from tests.smallworks.town import Town, owner, staff

KEY = "filing"


def past(town: Town) -> dict[str, Case]:
    """What happened: two approved, one of them after a correction, one rejected, one withdrawn,
    two that wait.
    """
    names = ("plain", "corrected", "rejected", "withdrawn", "checked", "fresh")
    cases = {
        name: town.file(name=f"{name} 装修", address=f"沿江大道 {n} 号")
        for n, name in enumerate(names)
    }
    town.approve(cases["plain"])
    town.decide(cases["corrected"], "shecundong", "return", missing_items=["other"], opinion="补")
    commands.wake_case(cases["corrected"].id, at=town.at + timedelta(days=30))
    town.decide(cases["rejected"], "shecundong", "reject", opinion="不在辖区")
    commands.withdraw(owner(town.at), cases["withdrawn"].id, at=town.at)
    town.decide(cases["checked"], "shecundong", "approve")
    while jobs.run_due(town.at):
        pass  # what all this asked of the background
    return cases


def draft(town: Town, edit: Edit | None = None) -> FlowDraft:
    keeper, unit = staff("jinhezhu", town.at), people.unit("西陵区", "district").id
    begun = commands.begin_flow_draft(keeper, unit, KEY, at=town.at)
    if edit is not None:
        files = steps.edited(begun, edit)
        commands.save_flow_draft(keeper, begun.id, begun.revision, files, at=town.at)
    return drafts.of_unit(session(), keeper, KEY, unit)


def span(town: Town, first: int = -90, last: int = 0) -> Span:
    """From so many days before today, and to."""
    today = local(town.at).date()
    return Span(today + timedelta(days=first), today + timedelta(days=last))


def replay(town: Town, begun: FlowDraft) -> replays.Report:
    commands.begin_replay(staff("jinhezhu", town.at), begun.id, span(town), at=town.at)
    assert jobs.run_due(town.at) >= 1
    session().rollback()
    row = replays.of_draft(session(), begun)
    assert row is not None
    assert (row.status, row.fault) == ("done", "")
    return replays.report(row)


def counts(report: replays.Report) -> dict[str, int]:
    return {one.kind: one.count for one in report.classes}


def classes(town: Town, report: replays.Report, cases: dict[str, Case]) -> dict[str, str]:
    rows = select(ReplayedCase.case_id, ReplayedCase.kind)
    kinds = dict(session().execute(rows.where(ReplayedCase.replay_id == report.row.id)).all())
    return {name: kinds[case.id] for name, case in cases.items()}


def test_what_was_not_changed_goes_the_same_way(town: Town) -> None:
    cases = past(town)
    events = session().scalar(select(func.count()).select_from(Event))
    report = replay(town, draft(town))
    assert counts(report) == {"same": len(cases)}
    assert [(one.level, one.before, one.after) for one in report.loads] == [
        ("社区（村）级", 4, 4), ("乡镇（街道）级", 1, 1),
    ]  # fmt: skip
    assert report.before == report.after
    assert session().scalar(select(func.count()).select_from(Event)) == events


def test_a_new_level_is_more_for_those_who_come_to_it(town: Town) -> None:
    cases, begun = past(town), draft(town)
    like = steps.StepTable(begun.files, KEY).like("township_review", after=False)
    level = Level("分管领导审核", Party(("leader",), "township"), "smallworks/review", like,
                  Limit(2, "wd"))  # fmt: skip
    report = replay(town, draft(town, InsertBefore("township_review", level)))
    assert classes(town, report, cases) == {
        "plain": "extra", "corrected": "same", "rejected": "same", "withdrawn": "same",
        "checked": "extra", "fresh": "same",
    }  # fmt: skip
    assert sum(counts(report).values()) == report.row.total == len(cases)
    (extra,) = [one for one in report.classes if one.kind == "extra"]
    assert [way.steps for way in extra.ways] == [
        "社区初审 → 分管领导审核", "社区初审 → 分管领导审核 → 乡镇审核",
    ]  # fmt: skip
    township = next(one for one in report.loads if one.level == "乡镇（街道）级")
    assert (township.before, township.after) == (1, 4 - 1)


def test_a_level_less_is_said_of_those_who_passed_it(town: Town) -> None:
    cases, begun = past(town), draft(town)
    table = steps.StepTable(begun.files, KEY)
    gone = next(way.flow for way in table.ways("community_check") if "通过" in way.words)
    report = replay(town, draft(town, Remove("community_check", gone)))
    assert classes(town, report, cases) == {
        "plain": "skipped", "corrected": "both", "rejected": "both", "withdrawn": "same",
        "checked": "skipped", "fresh": "both",
    }  # fmt: skip


def test_it_is_stopped_and_counted_once_however_often_it_is_asked(town: Town) -> None:
    past(town)
    begun, keeper = draft(town), staff("jinhezhu", town.at)
    row = commands.begin_replay(keeper, begun.id, span(town), at=town.at)
    with pytest.raises(Forbidden):
        commands.cancel_replay(staff("chaiyiling", town.at), row.id, at=town.at)
    commands.cancel_replay(keeper, row.id, at=town.at)
    jobs.run_due(town.at)
    session().rollback()
    assert session().get_one(FlowReplay, row.id).status == "cancelled"
    assert session().scalar(select(func.count()).select_from(ReplayedCase)) == 0
    again = replay(town, begun)
    replaying.run_batch(again.row.id, 0, at=town.at)  # a job that is done twice
    assert session().scalar(select(func.count()).select_from(ReplayedCase)) == again.row.total
    kept = session().scalars(select(FlowReplay.id)).all()
    assert kept == [again.row.id]
    with pytest.raises(NotFound):
        replays.page(session(), keeper, again.row, "nothing", 0)


@pytest.mark.parametrize(("first", "last", "count"), [(-1, 0, 6), (0, 0, 6), (-9, -1, 0)])
def test_it_takes_what_was_filed_from_a_day_to_a_day(
    town: Town, first: int, last: int, count: int
) -> None:
    past(town)
    begun, keeper = draft(town), staff("jinhezhu", town.at)
    row = commands.begin_replay(keeper, begun.id, span(town, first, last), at=town.at)
    assert row.total == count
    while jobs.run_due(town.at):
        pass
    session().rollback()
    assert session().get_one(FlowReplay, row.id).done == count


def test_days_that_make_no_span_are_refused(town: Town) -> None:
    begun, keeper = draft(town), staff("jinhezhu", town.at)
    for first, last in ((0, -1), (1, 2)):
        with pytest.raises(Invalid) as refused:
            commands.begin_replay(keeper, begun.id, span(town, first, last), at=town.at)
        assert refused.value.fields.keys() == {"since"}


def test_who_may_not_read_a_case_sees_no_number_of_it(town: Town) -> None:
    cases = past(town)
    report = replay(town, draft(town))
    asked = (report.row, "same", 0)
    for account in ("jinhezhu", "chaiyiling"):  # the keeper, and somebody of another district
        theirs = replays.page(session(), staff(account, town.at), *asked)
        assert [(line.place, line.id, line.number) for line in theirs.lines] == [
            (place, "", "") for place in range(1, 1 + len(cases))
        ]
        assert (theirs.more, theirs.readable) == (0, 0)
    mine = replays.page(session(), staff("quyuanhang", town.at), *asked)
    found = {(line.id, line.number) for line in mine.lines}
    assert found == {(case.id, case.number) for case in cases.values()}
    assert mine.readable == len(cases)


def test_pages_of_rows_follow_one_another(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    past(town)
    row, keeper = replay(town, draft(town)).row, staff("jinhezhu", town.at)
    monkeypatch.setattr(replays, "PAGE", 4)
    first = replays.page(session(), keeper, row, "same", 0)
    second = replays.page(session(), keeper, row, "same", first.more)
    assert [line.place for line in (*first.lines, *second.lines)] == [1, 2, 3, 4, 5, 6]
    assert (first.more, second.more) == (4, 0)
    for far in (-(10**30), 10**30):
        replays.page(session(), keeper, row, "same", far)


def test_a_fault_of_ours_is_said_in_words(town: Town) -> None:
    past(town)
    begun, keeper = draft(town), staff("jinhezhu", town.at)
    row = commands.begin_replay(keeper, begun.id, span(town), at=town.at)
    row = session().get_one(FlowReplay, row.id)
    row.drawn = {}  # as if the store had lost it
    session().commit()
    jobs.run_due(town.at)
    session().rollback()
    kept = session().get_one(FlowReplay, row.id)
    assert kept.status == "failed"
    assert kept.fault.startswith("系统出错")


def test_what_becomes_due_while_a_replay_runs_is_done_before_it_ends(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    past(town)
    begun = draft(town)
    monkeypatch.setattr(replaying, "BATCH", 2)
    row = commands.begin_replay(staff("jinhezhu", town.at), begun.id, span(town), at=town.at)
    jobs.run_due(town.at)
    later = town.at + timedelta(seconds=2)
    town.approve(town.file(name="重放时来的", address="沿江大道 9 号"))
    others = select(func.count()).select_from(Job).where(Job.kind != "replay", Job.run_at <= later)
    waiting = others.where(Job.status == "due")
    session().rollback()
    assert session().scalar(waiting)
    jobs.run_due(later)
    session().rollback()
    assert session().scalar(waiting) == 0
    kept = session().get_one(FlowReplay, row.id)
    assert (kept.status, kept.done) == ("running", 4)
    while jobs.run_due(later):
        pass
    session().rollback()
    assert (kept.status, kept.done) == ("done", kept.total)
