"""What officials keep for their own work: how far they read, quick opinions, views with counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.workflow import commands, phrases
from app.workflow.commands.upkeep import forget_old
from app.workflow.commands.views import MOST, SHARED, Named
from app.workflow.habits import Look, SavedView
from app.workflow.models import Case
from app.workflow.queries import inbox, looks, views
from app.workflow.queries.inbox import Asked
from app.workflow.queries.pages import MOST_COUNTED
from tests.workflow import make
from tests.workflow.people import HERE, NEXT, NOON, unit, who

FIRST = Named("装修件", box="claimable", asked={"category": "home_decoration", "q": ""})


def marked(work: Session, key: str, case: Case) -> str:
    return looks.marks(work, who(key), [case.id]).get(case.id, "")


def test_a_case_is_new_until_it_was_looked_at_and_changed_when_another_acts(town: Session) -> None:
    case = make.case()
    assert marked(town, "li", case) == looks.NEW
    commands.look(who("li"), case.id, 1, at=NOON)
    assert marked(town, "li", case) == ""
    assert marked(town, "wang", case) == looks.NEW
    commands.claim(who("wang"), make.open_tasks(case)[0].id, at=NOON)
    assert marked(town, "li", case) == looks.CHANGED
    commands.look(who("li"), case.id, 2, at=NOON)
    assert marked(town, "li", case) == ""


def test_what_i_do_myself_is_no_news(town: Session) -> None:
    case = make.case()
    commands.look(who("li"), case.id, 1, at=NOON)
    make.decide(case, "li", "approve")
    assert marked(town, "li", case) == ""
    make.decide(case, "zhao", "return")
    assert marked(town, "li", case) == looks.CHANGED


def test_nobody_unreads_what_they_read(town: Session) -> None:
    case = make.case()
    commands.look(who("li"), case.id, 1, at=NOON)
    commands.look(who("li"), case.id, 0, at=NOON)
    assert town.scalars(select(Look.seq)).all() == [1]


def test_only_who_reads_a_case_looks_at_it(town: Session) -> None:
    case = make.case()
    with pytest.raises(NotFound):
        commands.look(who("chen"), case.id, 1, at=NOON)
    assert town.scalar(select(func.count()).select_from(Look)) == 0


def test_the_lines_of_a_box_say_what_is_new(town: Session) -> None:
    read, unread = make.case(), make.case()
    commands.look(who("li"), read.id, 9, at=NOON)
    rows = inbox.tasks(town, who("li"), inbox.CLAIMABLE, Asked(), at=NOON).rows
    assert {row.case.id: row.news for row in rows} == {read.id: "", unread.id: looks.NEW}


def test_an_old_look_is_forgotten(town: Session) -> None:
    commands.look(who("li"), make.case().id, 1, at=NOON)
    forget_old(at=NOON + timedelta(days=400))
    assert town.scalar(select(func.count()).select_from(Look)) == 0


def said(work: Session, key: str) -> list[str]:
    return [phrase.text for phrase in phrases.of(work, who(key))]


def test_my_phrases_stand_before_those_of_my_unit_and_nobody_elses_are_there(
    town: Session,
) -> None:
    commands.add_phrase(who("wang"), "本社区统一口径", unit(HERE).id, at=NOON)
    commands.add_phrase(who("li"), "  材料 齐全\n同意 ", at=NOON)
    assert said(town, "li") == ["材料 齐全 同意", "本社区统一口径"]
    assert said(town, "wang") == ["本社区统一口径"]
    assert said(town, "chen") == said(town, "zhao") == []


def test_the_same_phrase_is_kept_once(town: Session) -> None:
    for _ in range(2):
        commands.add_phrase(who("li"), "同意", at=NOON)
    assert said(town, "li") == ["同意"]


def test_a_phrase_is_changed_and_dropped_by_those_whose_it_is(town: Session) -> None:
    own = commands.add_phrase(who("li"), "同意", at=NOON)
    ours = commands.add_phrase(who("li"), "加强巡查", unit(HERE).id, at=NOON)
    for key in ("wang", "chen"):
        with pytest.raises(NotFound):
            commands.change_phrase(who(key), own.id, "不同意", at=NOON)
    with pytest.raises(NotFound):
        commands.drop_phrase(who("chen"), ours.id, at=NOON)
    commands.change_phrase(who("wang"), ours.id, "加强巡查，注意用电", at=NOON)
    commands.drop_phrase(who("li"), own.id, at=NOON)
    assert said(town, "li") == ["加强巡查，注意用电"]


def test_phrases_that_are_refused(town: Session) -> None:
    for empty in ("", "  ", "字" * 101):
        with pytest.raises(Invalid):
            commands.add_phrase(who("li"), empty, at=NOON)
    with pytest.raises(Forbidden):
        commands.add_phrase(who("li"), "同意", unit(NEXT).id, at=NOON)
    for n in range(phrases.MOST):
        commands.add_phrase(who("li"), f"第 {n} 条", at=NOON)
    with pytest.raises(Conflict):
        commands.add_phrase(who("li"), "再一条", at=NOON)


def counted(work: Session, key: str) -> dict[str, str]:
    found = views.reach(work, who(key))
    numbers = views.counts(work, who(key), found)
    return {view.name: numbers.get(view.id, "") for view in found}


def test_a_view_counts_what_it_holds_for_whoever_opens_it(town: Session) -> None:
    make.case()
    make.case("township_review")
    commands.save_view(who("li"), FIRST, at=NOON)
    commands.save_view(who("li"), Named("别的", box="claimable", asked={"step": "无"}), at=NOON)
    commands.save_view(who("li"), Named("查梅园", box="claimable", asked={"q": "梅园"}), at=NOON)
    commands.save_view(who("li"), Named("我的", box="todo"), at=NOON)
    assert counted(town, "li") == {"装修件": "1", "别的": "0", "查梅园": "1", "我的": "0"}
    assert counted(town, "wang") == {}


def test_a_shared_view_is_the_colleagues_too_and_stays_its_owners(town: Session) -> None:
    make.case()
    shared = Named("装修件", unit(HERE).id, first=True, box="claimable", asked=FIRST.asked)
    view = commands.save_view(who("li"), shared, at=NOON)
    assert counted(town, "wang") == {"装修件": "1"}
    assert counted(town, "chen") == {}
    assert views.first(views.reach(town, who("wang")), who("wang")) is None
    with pytest.raises(NotFound):
        commands.change_view(who("wang"), view.id, Named("改"), at=NOON)
    with pytest.raises(NotFound):
        commands.drop_view(who("chen"), view.id, at=NOON)
    commands.drop_view(who("wang"), view.id, at=NOON)
    assert counted(town, "li") == {}


def test_a_unit_shares_so_many_views_and_no_more(town: Session) -> None:
    kept = [
        commands.save_view(who("li"), Named(str(n), unit(HERE).id, box="todo"), at=NOON)
        for n in range(SHARED)
    ]
    with pytest.raises(Conflict, match="本单位共享的视图已有 10 个"):
        commands.save_view(who("wang"), Named("多", unit(HERE).id, box="todo"), at=NOON)
    own = commands.save_view(who("wang"), Named("自己", box="todo"), at=NOON)
    with pytest.raises(Conflict):
        commands.change_view(who("wang"), own.id, Named("自己", unit(HERE).id), at=NOON)
    commands.change_view(who("li"), kept[0].id, Named("改", unit(HERE).id), at=NOON)
    commands.drop_view(who("wang"), kept[1].id, at=NOON)
    commands.change_view(who("wang"), own.id, Named("自己", unit(HERE).id), at=NOON)
    assert len(views.reach(town, who("wang"))) == SHARED


def test_a_word_of_very_many_cases_costs_a_view_its_number(town: Session) -> None:
    make.case()
    sought = Named("查梅园", box="claimable", asked={"q": "梅园"})
    commands.save_view(who("li"), sought, at=NOON)
    for more, told in ((MOST_COUNTED - 1, "1"), (1, "")):
        town.execute(
            text(
                "INSERT INTO case_search (case_id, words, pairs)"
                " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :more)"
                " SELECT :more || '.' || i, words, pairs FROM n, case_search"
                " WHERE case_id NOT LIKE '%.%'"
            ),
            {"more": more},
        )
        assert counted(town, "li") == {"查梅园": told}


def test_views_that_search_cost_one_statement_however_many(town: Session) -> None:
    for _ in range(3):
        make.case()
    for n in range(SHARED):
        sought = Named(f"查 {n}", unit(HERE).id, box="claimable", asked={"q": "梅园"})
        commands.save_view(who("li"), sought, at=NOON)
    found, sent = views.reach(town, who("wang")), []

    def hear(_connection: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        sent.append((sql, len(values)))  # type: ignore[arg-type]

    event.listen(town.get_bind(), "before_cursor_execute", hear)
    assert set(views.counts(town, who("wang"), found).values()) == {"3"}
    event.remove(town.get_bind(), "before_cursor_execute", hear)
    assert [size < 10 * SHARED for sql, size in sent if "case_search" in sql] == [True]


def test_the_inbox_opens_with_one_view_at_most(town: Session) -> None:
    for name in ("一", "二"):
        named = Named(name, first=True, box="todo")
        commands.save_view(who("li"), named, at=NOON)
    town.expire_all()
    first = views.first(views.reach(town, who("li")), who("li"))
    assert first
    assert first.name == "二"
    assert town.scalars(select(SavedView.name).where(SavedView.first)).all() == ["二"]


def test_views_that_are_refused(town: Session) -> None:
    for named in (Named("", box="todo"), Named("名" * 13, box="todo"), Named("名", box="nowhere")):
        with pytest.raises(Invalid):
            commands.save_view(who("li"), named, at=NOON)
    with pytest.raises(Forbidden):
        commands.save_view(who("li"), Named("名", unit(NEXT).id, box="todo"), at=NOON)
    for n in range(MOST):
        commands.save_view(who("li"), Named(str(n), box="todo"), at=NOON)
    with pytest.raises(Conflict):
        commands.save_view(who("li"), Named("多", box="todo"), at=NOON)
