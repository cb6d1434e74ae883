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
from tests.workflow.keepers import who
from tests.workflow.test_flow_drafts import CAREFUL, DRAWN, STRICTER, begin, publish, put, save

REVIEW = "forms/smallworks/review.json"


def undo(draft: FlowDraft, revision: int, at: datetime, account: str = "miaoqinghe") -> FlowDraft:
    return commands.undo_flow_draft(who(account, at), draft.id, revision, at=at)


def redo(draft: FlowDraft, revision: int, at: datetime, account: str = "miaoqinghe") -> FlowDraft:
    return commands.redo_flow_draft(who(account, at), draft.id, revision, at=at)


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


@pytest.mark.parametrize("seed", range(3))
def test_any_walk_comes_by_what_was_kept(office: Session, noon: datetime, seed: int) -> None:
    dice, draft = random.Random(seed), begin(noon)  # noqa: S311 - nothing secret
    past: list[dict[str, str]] = [dict(draft.files)]
    ahead: list[dict[str, str]] = []
    for revision in range(1, 40):
        match dice.randrange(3):
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
            case _:
                kept = put(draft, revision, {"risk.dmn": f"<n{revision}/>".encode()}, noon)
                past, ahead = [*past, dict(kept.files)], []
        assert (dict(kept.files), kept.revision) == (past[-1], revision + 1)
