"""The pages on which a draft is filled in: place, screens, the last check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, url_for
from sqlalchemy.orm import Session

from app import clock
from app.db import session
from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.models import Division
from app.web import uploads
from app.web.access import actor
from app.workflow import drafts, places, starting
from app.workflow.drafts import DraftFile
from app.workflow.forms import GroupView
from app.workflow.models import Case
from app.workflow.places import place_name
from app.workflow.queries import flows, related

ASKED = {0: "县市区", 6: "乡镇（街道）", 9: "社区（村）"}


@dataclass(frozen=True, slots=True)
class Choice:
    """For what a place is chosen: a new draft of a process, or a draft that moves."""

    process: str
    draft_id: str = ""
    picked: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)

    def address(self, under: str = "") -> str:
        """The page that asks for the next step down."""
        if self.draft_id:
            return url_for("apply.place", draft_id=self.draft_id, under=under)
        return url_for("apply.begin", process=self.process, under=under or None)


def place_page(choice: Choice, under: str) -> str:
    """The divisions beneath `under`, or, beneath nothing, the districts."""
    work, under = session(), under if len(under) in ASKED else ""
    found = places.beneath(work, under, clock.now())
    action = url_for("apply.move", draft_id=choice.draft_id) if choice.draft_id else ""
    titles = flows.titles(work, actor().day)
    if choice.process not in titles or not starting.offered(actor(), choice.process):
        raise NotFound("没有这个事项，或者不能在这里申报")
    return render_template(
        "apply/place.html",
        title=titles[choice.process],
        asked=ASKED[len(under)],
        chosen=[_named(place) for place in places.lineage(work, under)],
        places=[_named(place) | {"url": choice.address(place.code)} for place in found],
        picked=choice.picked,
        again_url=choice.address("top"),
        action=action or url_for("apply.start", process=choice.process, under=under),
        button="换到这里" if choice.draft_id else "开始填写",
        faults=[("place", words) for words in choice.faults.values()],
    )


def screen_page(file: DraftFile, key: str, faults: Mapping[str, str]) -> str:
    """One group of the form, with what was typed and what is wrong with it."""
    groups = _groups(file, faults)
    at = _position(groups, key)
    back = groups[at - 1].key if at else ""
    return render_template(
        "apply/fill.html",
        draft=file.draft,
        title=file.form.title,
        group=groups[at],
        number=at + 1,
        total=len(groups) + 1,
        place=place_words(file.place),
        about=_about(file),
        saved_at=file.draft.updated_at,
        faults=groups[at].faults,
        back_url=_address(file, back) if back else _origin(file),
    )


def after(file: DraftFile, key: str) -> str:
    """Where to go when a screen holds: the next one, or the last check."""
    groups = _groups(file, {})
    at = _position(groups, key) + 1
    if at < len(groups):
        return _address(file, groups[at].key)
    return url_for("apply.check", draft_id=file.draft.id)


def check_page(file: DraftFile, faults: Mapping[str, str], key: str) -> str:
    """Every answer, every fault with the way to it, and the key under which it is sent."""
    groups = _groups(file, faults)
    found = [
        (f"{_address(file, group.key)}#{where}", words)
        for group in groups
        for where, words in group.faults
    ]
    told = {words for _, words in found}
    found += [(_address(file, groups[0].key), said) for said in faults.values() if said not in told]
    return render_template(
        "apply/check.html",
        draft=file.draft,
        title=file.form.title,
        total=len(groups) + 1,
        place=place_words(file.place),
        about=_about(file),
        saved_at=file.draft.updated_at,
        facts=file.form.facts(
            file.form.preview(file.values, file.asked), files=uploads.by_field(file.files)
        ),
        edit={group.key: _address(file, group.key) for group in groups},
        faults=found,
        key=key,
        back_url=_address(file, groups[-1].key),
    )


def draft_lines(work: Session, actor: Actor, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """My drafts as a list shows them."""
    mine = drafts.mine(work, actor)
    where = places.lineages(work, [draft.division_code or "" for draft in mine])
    return [
        {
            "id": draft.id,
            "title": draft.values.get("name") or titles.get(draft.process_key, "未命名"),
            "place": place_words(where[draft.division_code or ""]),
            "updated_at": draft.updated_at,
        }
        for draft in mine
    ]


def place_words(way: Sequence[Division]) -> str:
    """西陵区 西陵街道 某某社区."""
    return " ".join(place_name(place) for place in way)


def _groups(file: DraftFile, faults: Mapping[str, str]) -> list[GroupView]:
    laid = file.form.view(file.values, faults, files=uploads.by_field(file.files))
    return [group for group in laid if not group.empty]


def _position(groups: Sequence[GroupView], key: str) -> int:
    return next((at for at, group in enumerate(groups) if group.key == key), 0)


def _address(file: DraftFile, group: str) -> str:
    return url_for("apply.fill", draft_id=file.draft.id, at=group)


def _about(file: DraftFile) -> Case | None:
    """The first case of the work that the draft is about."""
    return session().get(Case, file.draft.subject_id) if file.draft.subject_id else None


def _origin(file: DraftFile) -> str:
    """Where the draft was begun: the case of the work, or the choice of what to file."""
    first = _about(file)
    if first is not None:
        case = related.way_to(session(), actor(), first)
        return url_for("cases.show", case_id=case.id)
    return url_for("apply.choose")


def _named(place: Division) -> dict[str, Any]:
    return {"code": place.code, "name": place_name(place)}
