"""Publishing (发布流程): files checked, completed, frozen into a unit's immutable version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app import engine
from app.clock import local
from app.db import let_go, session, transaction
from app.engine import Process
from app.engine.contents import named
from app.errors import BrokenProcess, Finding, Invalid, NotFound
from app.identity.actor import Actor
from app.identity.models import Unit
from app.workflow import (
    declared,
    definitions,
    forms,
    freezing,
    keys,
    kinds,
    reads,
    receiving,
    secrecy,
    versions,
)
from app.workflow.forms import Form
from app.workflow.freezing import Ready
from app.workflow.models import ProcessVersion
from app.workflow.reads import Measure
from app.workflow.studio import approvals, deciders, drafts, examples, settling, unmanned

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Publishing:
    """How something is to be published: why, also where some lack a right for a step that is drawn
    for them, and from which day new cases take it; none: at once.

    `seen` is what stood there (`versions.standing`) on the page where it was decided; none: there
    was no page.
    """

    reason: str
    despite: bool = False
    starts_on: date | None = None
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be published: the files as they came, for one process of one unit.

    `draft` is the id and the revision of the draft that it comes from, which publishing ends.
    `despite`, `starts_on` and `seen` are those of `Publishing`. `by_operator`: from the server's
    own command line, which needs nobody's approval.
    """

    unit_id: str
    process: str
    files: Mapping[str, bytes]
    reason: str = ""
    key: str = ""
    copy_of: str | None = None
    draft: tuple[str, int] | None = None
    despite: bool = False
    starts_on: date | None = None
    by_operator: bool = False
    seen: str | None = None


def publish(actor: Actor | None, wanted: Publication, *, at: datetime) -> ProcessVersion:
    """Check and freeze. What was not sent comes from the version in force.

    `actor` is none for the command line and for a first start. Raises BrokenProcess with every
    finding, Conflict where nothing changed, Forbidden outside one's reach, and where the unit
    above must approve it: `commands.hand_in` asks for that. What the same unit has asked for and
    still waits is taken back.
    """
    _permitted(session(), actor, wanted)
    _refuse_replacing(session(), actor, wanted, at)
    ready = prepare(actor, wanted, at=at)
    with transaction() as work:
        earlier = keys.first_answer(work, actor.id, wanted.key, at) if actor else None
        if earlier is not None:
            return work.get_one(ProcessVersion, earlier["version"])
        unit = _permitted(work, actor, wanted)  # the checks took long
        # first of all it waits for whoever is approving, so that their version is seen below
        asked = settling.give_way(work, actor, unit.id, wanted.process, at=at) if actor else None
        versions.refuse_changed(work, unit, wanted.process, wanted.seen, at=at)
        _refuse_replacing(work, actor, wanted, at)
        if actor is not None and wanted.draft is not None:
            drafts.spend(work, actor, *wanted.draft)
        version = ProcessVersion(
            key=wanted.process, unit_id=wanted.unit_id, title=ready.process.title,
            files=ready.files, checksum=ready.checksum, reason=wanted.reason.strip()[:400],
            copy_of_id=ready.copy_of, published_by_id=actor.id if actor else None,
            published_at=at, starts_on=wanted.starts_on,
        )  # fmt: skip
        freezing.freeze(work, actor, version, ready.process, "flow_published")
        if asked is not None:
            asked.version_id = version.id
        if actor is not None:
            keys.keep_answer(work, actor.id, wanted.key, {"version": version.id})
    return version


def _permitted(work: Session, actor: Actor | None, wanted: Publication) -> Unit:
    """The unit, whose flows this person keeps and publishes without approval."""
    unit = drafts.keeping_unit(work, actor, wanted.unit_id)
    if not wanted.by_operator:
        approvals.refuse_unapproved(work, actor, unit)
    return unit


def _refuse_replacing(
    work: Session, actor: Actor | None, wanted: Publication, at: datetime
) -> None:
    if actor is not None and not wanted.by_operator:
        deciders.refuse_replacing(work, actor, wanted.unit_id, wanted.process, at=at)


def prepare(actor: Actor | None, wanted: Publication, *, at: datetime) -> Ready:
    """All that is asked of files before they are published, or handed in for approval.

    Raises what `publish` raises of them. It takes long: no transaction is open.
    """
    unit = drafts.keeping_unit(session(), actor, wanted.unit_id)
    drafts.refuse_level(unit)
    faults = _amiss(actor, wanted, at)
    template = versions.in_force(session(), unit, wanted.process, at=at)
    files = _filled(template, wanted.process, receiving.received(wanted.files, wanted.process))
    let_go()  # a check may take as long as a transaction may idle
    process = checked(files, wanted.process)
    said: list[str] = []
    if actor is not None:
        said = concerns(session(), unit, process, files, at=at)
    if faults:
        told = {"despite": "\n".join(said)} if said else {}
        raise Invalid("请写明发布原因" if "reason" in faults else "施行日期不对", faults | told)
    freezing.confirm(said, despite=wanted.despite)
    copied = template is not None and template.unit_id != unit.id and wanted.copy_of is None
    return Ready(
        process,
        freezing.named(files, process),
        said,
        copy_of=template.id if copied and template else wanted.copy_of,
        begun_from=template.id if template else None,
    )


def _amiss(actor: Actor | None, wanted: Publication, at: datetime) -> dict[str, str]:
    """What is wrong of what was written about the files: all of it, for it is said at once."""
    found: dict[str, str] = {}
    if actor is not None and not wanted.reason.strip():
        found["reason"] = "请写明改了什么、为什么改"
    try:
        versions.refuse_day(wanted.starts_on, at)
    except Invalid as fault:
        found |= fault.fields
    return found


def judged(unit: Unit, files: Files, key: str, *, despite: bool, at: datetime) -> Process:
    """The process of these files, as `checked` finds it.

    Unless `despite`, also raises Invalid, which goes away once it was confirmed, for all that
    `concerns` whoever publishes; and BrokenProcess for an example of a unit above that breaks.
    """
    process = checked(files, key)
    freezing.confirm(concerns(session(), unit, process, files, at=at), despite=despite)
    return process


def concerns(
    work: Session, unit: Unit, process: Process, files: Files, *, at: datetime
) -> list[str]:
    """All that whoever publishes this process has to know and confirm.

    Raises BrokenProcess for an example of a unit above that would not hold any more.
    """
    broken = examples.judge(work, unit, process.key, files, at)
    return [*remarks(work, unit, process, at=at), *broken]


def remarks(work: Session, unit: Unit, process: Process, *, at: datetime) -> list[str]:
    """Which rights the people of its steps lack, and where nobody could take one."""
    before = versions.in_force(work, unit, process.key, at=at)
    told = unmanned.told(work, unit, process, before, local(at).date())
    return [*freezing.lacking(process), *told]


def republish(actor: Actor, version_id: str, asked: Publishing, *, at: datetime) -> ProcessVersion:
    """Put an older version in force again: as a new one with the same content."""
    return publish(actor, again(version_id, asked), at=at)


def again(version_id: str, asked: Publishing) -> Publication:
    """An older version as it is to be published again. Raises NotFound."""
    old = session().get(ProcessVersion, version_id, options=[undefer(ProcessVersion.files)])
    if old is None:
        raise NotFound("没有这个流程版本")
    raw = {name: text.encode() for name, text in old.files.items()}
    return Publication(
        old.unit_id, old.key, raw, asked.reason, copy_of=old.id,
        despite=asked.despite, starts_on=asked.starts_on, seen=asked.seen,
    )  # fmt: skip


def publish_shipped(unit_id: str, key: str, *, at: datetime) -> ProcessVersion:
    """Publish a process that comes with the product, on a first start."""
    files = {name: text.encode() for name, text in definitions.shipped_files(key).items()}
    return publish(None, Publication(unit_id, key, files, "系统自带流程"), at=at)


def publish_from_disk(
    unit: str, paths: Sequence[Path], reason: str, *, at: datetime
) -> ProcessVersion:
    """Publish files for a unit named by its name, code or id: the command line's way."""
    drawn = [path for path in paths if path.suffix == ".bpmn"]
    if len(drawn) != 1:
        raise Invalid("请给出恰好一个 .bpmn 文件，可以附带 .dmn 和表单 .json 文件")
    files = {path.name: path.read_bytes() for path in paths}
    wanted = Publication(unit_called(unit).id, drawn[0].stem, files, reason or "命令行发布")
    return publish(None, wanted, at=at)


def unit_called(unit: str) -> Unit:
    """A unit by its name, code or id. Raises NotFound."""
    named_so = (Unit.id == unit) | (Unit.name == unit) | (Unit.division_code == unit)
    found = session().scalars(select(Unit).where(named_so, Unit.active)).all()
    if len(found) != 1:
        raise NotFound(f"没有找到唯一的单位“{unit}”，请用区划代码，如 420502")
    return found[0]


def completed(work: Session, unit: Unit, key: str, sent: Files, *, at: datetime) -> dict[str, str]:
    """These files; what is not among them is the version's in force there, else the product's."""
    return _filled(versions.in_force(work, unit, key, at=at), key, sent)


def _filled(template: ProcessVersion | None, key: str, sent: Files) -> dict[str, str]:
    kept = template.files if template else {}
    return {**definitions.shipped_files(key), **kept, **sent}


def checked(files: Files, key: str) -> Process:
    """The process of these files, fit to be published. Raises BrokenProcess with every finding."""
    if f"{key}.bpmn" not in files:
        raise BrokenProcess(f"缺少流程图文件 {key}.bpmn，文件名必须与流程编号一致")
    if findings := faults(files, key):
        raise BrokenProcess(f"流程不能发布，有 {len(findings)} 处需要修改", findings)
    return engine.parse(files, key)


def faults(files: Files, key: str) -> Sequence[Finding]:
    """Everything that keeps these files from being published; a form that nothing names does not,
    for it is not frozen.
    """
    findings: list[Finding] = []
    read: list[Form] = []
    shipped = definitions.shipped_files(key)
    asked = {f"forms/{form}.json" for form in named(files, "form", "startForm")}
    measured = needed(files, key)
    for name, text in files.items():
        if name in asked:
            try:
                form = forms.read(text, name)
                read.append(form)
                ours = forms.read(shipped[name], name) if name in shipped else None
                findings += secrecy.laid_open(form, ours)
                findings += reads.findings(form, measured.get(form.key, ()))
            except BrokenProcess as broken:
                findings += broken.findings or [Finding("form", name, broken.message)]
    words = declared.vocabulary(read, kinds.of(key))
    return [*findings, *engine.check(files, key, words=words)]


def needed(files: Files, key: str) -> Mapping[str, Sequence[Measure]]:
    """What the code of this process' kind reads of each form that these files ask."""
    return reads.measures(kinds.of(key).reads, files, definitions.shipped_files(key), key)
