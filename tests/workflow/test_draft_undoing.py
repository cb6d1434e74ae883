"""Changes of a draft taken back and made again: one by one, whoever made them, thirty at most."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.workflow import commands
from app.workflow.studio import retracing
from app.workflow.studio.models import DraftChange, FlowDraft
from app.workflow.studio.retracing import Sitting
from tests.workflow.keepers import who
from tests.workflow.test_flow_drafts import CAREFUL, DRAWN, STRICTER, begin, publish, put, save

REVIEW = "forms/smallworks/review.json"


def undo(draft: FlowDraft, revision: int, at: datetime, account: str = "miaoqinghe") -> FlowDraft:
    return commands.undo_flow_draft(who(account, at), draft.id, revision, at=at)


def redo(draft: FlowDraft, revision: int, at: datetime, account: str = "miaoqinghe") -> FlowDraft:
    return commands.redo_flow_draft(who(account, at), draft.id, revision, at=at)


def draw(
    draft: FlowDraft, revision: int, begun: int, at: datetime, account: str = "miaoqinghe"
) -> FlowDraft:
    """What the canvas saves by itself: a stroke, told by its revision."""
    files = {"filing.bpmn": stroke(revision).encode()}
    sitting = Sitting(revision, begun)
    return commands.keep_flow_draft(who(account, at), draft.id, sitting, files, at=at)


def stroke(revision: int) -> str:
    return f"{DRAWN}<!-- {revision} -->"


def drawn(draft: FlowDraft) -> str:
    return draft.files["filing.bpmn"]


def test_each_save_is_taken_back_and_made_again(office: Session, noon: datetime) -> None:
    draft = begin(noon)
    assert (draft.undoable, draft.redoable) == (None, None)
    save(draft, 1, STRICTER, noon)
    save(draft, 2, CAREFUL, noon)
    assert drawn(undo(draft, 3, noon)) == STRICTER
    assert drawn(undo(draft, 4, noon)) == DRAWN
    with pytest.raises(Invalid, match="没有可以撤销的"):
        undo(draft, 5, noon)
    assert drawn(redo(draft, 5, noon)) == STRICTER
    kept = redo(draft, 6, noon)
    assert (drawn(kept), kept.revision) == (CAREFUL, 7)
    with pytest.raises(Invalid, match="没有可以恢复的"):
        redo(draft, 7, noon)


def test_who_changes_something_else_cannot_make_the_old_change_again(
    office: Session, noon: datetime
) -> None:
    draft = begin(noon)
    save(draft, 1, STRICTER, noon)
    undo(draft, 2, noon)
    save(draft, 3, CAREFUL, noon)
    with pytest.raises(Invalid, match="不能再恢复"):
        redo(draft, 4, noon)
    assert drawn(undo(draft, 4, noon)) == DRAWN


def test_a_file_put_in_or_taken_out_comes_and_goes(office: Session, noon: datetime) -> None:
    draft, before = begin(noon), dict(begin(noon).files)
    put(draft, 1, {"forms/smallworks/extra.json": b"{}", "filing.bpmn": CAREFUL.encode()}, noon)
    assert dict(undo(draft, 2, noon).files) == before
    commands.drop_flow_file(who("miaoqinghe", noon), draft.id, 3, REVIEW, at=noon)
    assert undo(draft, 4, noon).files[REVIEW] == before[REVIEW]
    assert REVIEW not in redo(draft, 5, noon).files
    (change,) = office.scalars(select(DraftChange)).all()
    assert (change.names, change.kinds, change.undone) == ([REVIEW], ["json"], False)


def test_who_comes_second_takes_nothing_back(office: Session, noon: datetime) -> None:
    draft = save(begin(noon), 1, STRICTER, noon)
    save(draft, 2, CAREFUL, noon, "ningyuanshan")
    for act in (undo, redo):
        with pytest.raises(Conflict, match="宁远山保存过这份草稿，没有") as refused:
            act(draft, 2, noon)
        assert refused.value.who == "宁远山"
    later = noon + timedelta(minutes=3)
    kept = undo(draft, 3, later)  # having seen it, one takes back what another did
    assert (drawn(kept), kept.saved_by.name, kept.saved_at) == (STRICTER, "苗青禾", later)
    assert kept.redoable
    assert (kept.redoable.by.name, kept.redoable.at) == ("宁远山", noon)
    with pytest.raises(Conflict, match="苗青禾"):  # and who still has the old one before them
        save(draft, 3, DRAWN, later, "ningyuanshan")


def test_only_who_keeps_the_flows_of_the_unit_takes_back(office: Session, noon: datetime) -> None:
    draft = save(begin(noon), 1, STRICTER, noon)
    for act in (undo, redo):
        with pytest.raises(Forbidden):
            act(draft, 2, noon, "fudongli")


def test_the_last_thirty_are_kept_and_none_when_the_draft_ends(
    office: Session, noon: datetime
) -> None:
    draft = begin(noon)
    for revision in range(1, retracing.MOST + 6):
        put(draft, revision, {"filing.bpmn": f"{DRAWN}<!-- {revision} -->".encode()}, noon)
    revision = retracing.MOST + 6
    for _ in range(retracing.MOST):
        kept = undo(draft, revision, noon)
        revision += 1
    with pytest.raises(Invalid, match="最多退回 30 次"):
        undo(draft, revision, noon)
    assert drawn(kept).endswith("<!-- 5 -->")
    commands.discard_flow_draft(who("miaoqinghe", noon), draft.id, revision, at=noon)
    assert office.scalars(select(DraftChange)).all() == []
    draft = save(begin(noon), 1, STRICTER, noon)
    publish(draft, 2, noon)
    assert office.scalars(select(DraftChange)).all() == []
    with pytest.raises(NotFound):
        undo(draft, 2, noon)


def test_what_was_drawn_in_one_sitting_is_taken_back_at_once(
    office: Session, noon: datetime
) -> None:
    draft = save(begin(noon), 1, STRICTER, noon)
    for revision in range(2, 42):  # more strokes than changes are kept
        at = noon + timedelta(minutes=revision)
        draft = draw(draft, revision, 2, at)
    assert len(office.scalars(select(DraftChange)).all()) == 2
    assert draft.undoable
    assert (draft.undoable.at, draft.saved_at) == (at, at)
    for _ in range(2):  # pressed twice
        assert drawn(undo(draft, 42, at + timedelta(seconds=9))) == STRICTER
    assert drawn(redo(draft, 43, at)) == stroke(41)
    assert drawn(undo(draft, 44, at)) == STRICTER
    assert drawn(undo(draft, 45, at)) == DRAWN


def test_a_pause_ends_a_sitting(office: Session, noon: datetime) -> None:
    draft = draw(begin(noon), 1, 1, noon)
    later = noon + retracing.PAUSE
    draw(draft, 2, 1, later)
    later += retracing.PAUSE + timedelta(seconds=1)
    draw(draft, 3, 1, later)
    assert drawn(undo(draft, 4, later)) == stroke(2)
    assert drawn(undo(draft, 5, later)) == DRAWN


def test_what_else_became_of_the_draft_ends_a_sitting(office: Session, noon: datetime) -> None:
    draft = draw(begin(noon), 1, 1, noon)
    save(draft, 2, STRICTER, noon)  # by the table of steps, or as a file
    draw(draft, 3, 1, noon)
    assert drawn(undo(draft, 4, noon)) == STRICTER
    draw(draft, 5, 1, noon)
    assert drawn(undo(draft, 6, noon)) == STRICTER
    assert drawn(undo(draft, 7, noon)) == stroke(1)


def test_the_sitting_of_another_and_of_another_file_stays_its_own(
    office: Session, noon: datetime
) -> None:
    draft = draw(begin(noon), 1, 1, noon)
    draw(draft, 2, 1, noon, "ningyuanshan")
    sitting, table = Sitting(3, 2), {"risk.dmn": b"<n/>"}
    commands.keep_flow_draft(who("ningyuanshan", noon), draft.id, sitting, table, at=noon)
    assert drawn(undo(draft, 4, noon)) == stroke(2)
    assert drawn(undo(draft, 5, noon)) == stroke(1)
    assert drawn(undo(draft, 6, noon)) == DRAWN


def test_who_draws_on_what_another_saved_meanwhile_is_refused(
    office: Session, noon: datetime
) -> None:
    draft = draw(begin(noon), 1, 1, noon)
    save(draft, 2, CAREFUL, noon, "ningyuanshan")
    with pytest.raises(Conflict, match="宁远山"):
        draw(draft, 2, 1, noon)


@pytest.mark.parametrize("seed", range(3))
def test_any_walk_comes_by_what_was_kept(office: Session, noon: datetime, seed: int) -> None:
    dice, draft = random.Random(seed), begin(noon)  # noqa: S311 - nothing secret
    past: list[dict[str, str]] = [dict(draft.files)]
    ahead: list[dict[str, str]] = []
    begun = 0
    for revision in range(1, 40):
        match dice.randrange(4):
            case 0:
                name = dice.choice(["filing.bpmn", f"n{revision}.json"])
                text = DRAWN + f"<!-- {revision} -->" if name.endswith("bpmn") else str(revision)
                kept = put(draft, revision, {name: text.encode()}, noon)
                past, ahead = [*past, dict(kept.files)], []
            case 1 if len(past) > 1:
                ahead.append(past.pop())
                kept = undo(draft, revision, noon)
            case 2 if ahead:
                past.append(ahead.pop())
                kept = redo(draft, revision, noon)
            case 3:  # a sitting goes on where the last change was one of its own
                goes_on = draft.undoable is not None and draft.undoable.number == begun
                begun = begun if goes_on and dice.randrange(4) else revision
                kept = draw(draft, revision, begun, noon)
                past = past[:-1] if begun != revision else past
                past, ahead = [*past, dict(kept.files)], []
            case _:
                kept = put(draft, revision, {"risk.dmn": f"<n{revision}/>".encode()}, noon)
                past, ahead = [*past, dict(kept.files)], []
        assert (dict(kept.files), kept.revision) == (past[-1], revision + 1)
