"""附件1–3: templates and exports to take away, workbooks to send, and the preview of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid, Refusal
from app.identity import provenance
from app.identity.annexes import exporting, imports
from app.identity.annexes.layouts import LAYOUTS
from app.identity.annexes.models import AnnexImport
from app.identity.annexes.verdicts import (
    VERDICTS,
    Choices,
    Doubt,
    Judged,
    Judgement,
    Question,
    Twin,
)
from app.identity.words import POSITIONS, ROLES
from app.web import sheets
from app.web.access import actor, requires
from app.workflow import commands

bp = Blueprint("annexes", __name__)
PAGE = 100
_MOST_ASKED = 200
_AGAIN = {"Refresh": "3"}
"""Has a browser ask again after seconds, with or without script."""
_STATES = {
    imports.WAITING: ("正在读取", "amber"),
    imports.READ: ("待核对", "amber"),
    imports.REFUSED: ("读不了", "red"),
    imports.COMMITTING: ("正在导入", "amber"),
    imports.COMMITTED: ("已导入", "green"),
    imports.ABANDONED: ("已放弃", "grey"),
}
_SHEET_HEAD = ("单位", "姓名", "账号", "初始密码", "说明")
_WITH_PASSWORD = "14天内首次登录，登录后立即改成自己的密码"  # noqa: S105 - a sentence
_BY_BATCH = "账号未开通，开通批次时另发激活码"


@bp.get("/people/annexes")
@requires("people:create")
def index() -> ResponseReturnValue:
    """What can be taken away, what can be sent, and one's own imports."""
    return _index()


def _index(refusal: Refusal | None = None, where: str = "") -> ResponseReturnValue:
    page = render_template(
        "annexes/index.html", units=exporting.homes(session(), actor()), layouts=LAYOUTS,
        rows=imports.mine(actor()), states=_STATES, where=where,
        fault=refusal.message if refusal else "", asked=request.values,
    )  # fmt: skip
    return page, 422 if refusal else 200


@bp.get("/people/annexes/template")
@requires("people:create")
def template() -> ResponseReturnValue:
    """An annex to be filled."""
    annex, unit = request.args.get("annex", ""), request.args.get("unit", "")
    try:
        book = exporting.template(session(), actor(), annex, unit)
    except Invalid as refused:
        return _index(refused, "take")
    return sheets.download(f"附件{annex}模板", book)


@bp.post("/people/annexes/export")
@requires("people:create")
def export() -> ResponseReturnValue:
    """The people of today in the same layout; who takes them away is written down."""
    annex, unit = request.form.get("annex", ""), request.form.get("unit", "")
    try:
        book = commands.export_annex(actor(), annex, unit, at=clock.now())
    except Invalid as refused:
        return _index(refused, "take")
    return sheets.download(f"附件{annex}现有人员", book)


@bp.post("/people/annexes")
@requires("people:create")
def take() -> ResponseReturnValue:
    """Take a workbook in and go to its page, which waits until it is read."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid("请先选择要上传的表格")
        row = commands.take_annex(actor(), sent.filename, sent.stream.read(), at=clock.now())
    except (Invalid, Conflict) as refused:
        return _index(refused, "send")
    return redirect(url_for(".show", import_id=row.id), 303)


@bp.get("/people/annexes/<import_id>")
@requires("people:create")
def show(import_id: str) -> ResponseReturnValue:
    """Where an import stands: waiting, the preview, or what came of it."""
    return _page(imports.own(session(), actor(), import_id))


def _page(row: AnnexImport, refusal: Refusal | None = None) -> ResponseReturnValue:
    found, judged = imports.preview(row)
    verdict = request.args.get("show", "") or _first_shown(row)
    lines = [one for one in judged.lines if verdict in ("all", one.verdict)]
    number = max(request.args.get("page", 1, int), 1)
    shown = lines[(number - 1) * PAGE : number * PAGE]
    waits = row.state in (imports.WAITING, imports.COMMITTING)
    page = render_template(
        "annexes/show.html", row=row, state=_STATES[row.state], counts=row.counts,
        found=found, judged=judged, verdicts=VERDICTS, verdict=verdict,
        lines=[_line(one) for one in shown], page=number,
        pages=max(-(-len(lines) // PAGE), 1), asked=_asked(judged),
        waits=waits,
        seconds=int((clock.now() - row.changed_at).total_seconds()),
        fault=refusal.message if refusal else "",
    )  # fmt: skip
    return page, 422 if refusal else 200, _AGAIN if waits else {}


def _first_shown(row: AnnexImport) -> str:
    """What most needs to be seen: faults, then questions, then what would be done."""
    return next((verdict for verdict in VERDICTS if row.counts.get(verdict)), "all")


def _asked(judged: Judgement) -> dict[str, Sequence[object]]:
    """The questions of one page; unanswered ones first, the rest come when these are answered."""
    return {
        "questions": _open_first(judged.questions),
        "doubts": _open_first(judged.doubts),
        "twins": _open_first(judged.twins),
    }


def _open_first(asked: Iterable[Question | Doubt | Twin]) -> Sequence[object]:
    return sorted(asked, key=lambda one: bool(one.chosen))[:_MOST_ASKED]


def _line(one: Judged) -> dict[str, object]:
    line = one.line
    return {
        "where": f"{line.sheet} 第{line.row}行",
        "unit": one.unit_name or line.place or line.owner,
        "post": POSITIONS.get(line.position, ROLES["unit_admin"]),
        "name": line.name,
        "phone": line.phone,
        "role": ROLES.get(one.role or line.role, ""),
        "verdict": one.verdict,
        "why": one.why,
    }


@bp.post("/people/annexes/<import_id>/choices")
@requires("people:create")
def choose(import_id: str) -> ResponseReturnValue:
    """Take the answers; the workbook is judged again."""
    sent = request.form.items()
    answers = {key: value.strip() for key, value in sent if value.strip()}
    given = Choices(*(_named(answers, prefix) for prefix in ("unit-", "reading-", "twin-")))
    commands.choose_in_annex(actor(), import_id, given, at=clock.now())
    return redirect(url_for(".show", import_id=import_id), 303)


def _named(answers: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The answers of one sort, by what was asked."""
    return {
        key.removeprefix(prefix): value for key, value in answers.items() if key.startswith(prefix)
    }


@bp.post("/people/annexes/<import_id>/commit")
@requires("people:create")
def commit(import_id: str) -> ResponseReturnValue:
    """Have it carried out as it was shown."""
    try:
        mark = request.form.get("mark", "")
        commands.commit_annex(actor(), import_id, mark, at=clock.now())
    except Invalid as refused:
        return _page(imports.own(session(), actor(), import_id), refused)
    return redirect(url_for(".show", import_id=import_id), 303)


@bp.post("/people/annexes/<import_id>/abandon")
@requires("people:create")
def abandon(import_id: str) -> ResponseReturnValue:
    """Let go of it."""
    commands.abandon_annex(actor(), import_id, at=clock.now())
    flash("已放弃，没有导入任何人员，上传的表格已删除")
    return redirect(url_for(".index"), 303)


@bp.get("/people/annexes/<import_id>/reasons")
@requires("people:create")
def reasons(import_id: str) -> ResponseReturnValue:
    """The workbook that was sent, with a reason beside every line that cannot be taken."""
    row = imports.own(session(), actor(), import_id)
    if row.state != imports.READ:
        raise Conflict("这次导入已经办理或正在处理，请刷新后查看")
    stem = row.file_name.removesuffix(".xlsx")
    return sheets.download(f"{stem}-原因", imports.with_reasons(row))


@bp.post("/people/annexes/<import_id>/accounts")
@requires("people:create")
def accounts(import_id: str) -> ResponseReturnValue:
    """账号发放表, handed out once: in this answer and nowhere again."""
    told = commands.fetch_account_sheet(actor(), import_id, at=clock.now())
    rows = [(*line, _WITH_PASSWORD if line[3] else _BY_BATCH) for line in told]
    origin = provenance.of(actor(), clock.now())
    book = sheets.workbook("账号发放表", [_SHEET_HEAD, *rows], origin)
    return sheets.download("账号发放表", book)
