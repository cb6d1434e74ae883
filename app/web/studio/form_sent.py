"""What the pages of the form designer send, as the change of the form that it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from werkzeug.datastructures import MultiDict

from app.errors import Invalid
from app.workflow.studio.designing import Rows, Settings, Sketch, TestRow
from app.workflow.studio.designing.askable import Askable
from app.workflow.studio.designing.settings import KEPT
from app.workflow.studio.designing.tests import AND, MOST, OR
from app.workflow.studio.designing.users import Usage, refuse_used

Sent = MultiDict[str, str]
MOST_OPTIONS = 200


def plain(posted: Sent) -> Sent:
    """Without what a file cannot hold: marks that pasting brings along, and line ends."""
    return MultiDict(
        (name, "".join(each for each in " ".join(text.split()) if each.isprintable()))
        for name, text in posted.items(multi=True)
    )


def deed(posted: Sent) -> tuple[str, str]:
    """What is to be done, and with what: the button that was pressed stands last."""
    said = posted.getlist("do")
    word, _, about = (said[-1] if said else "").partition(":")
    return word, about


def arrange(sketch: Sketch, usage: Usage, sent: Sent) -> str:
    """Do what the page of the whole form asks; returns the field to go on with, or nothing."""
    word, about = deed(sent)
    match word:
        case "title":
            sketch.retitle(sent.get("title", ""))
        case "add":
            return sketch.add(sent.get("kind", ""), sent.get("new", ""), sent.get("group", ""))
        case "column":
            sketch.add(sent.get("kind", ""), sent.get("new", ""), table=about)
            return about
        case "up" | "down":
            sketch.move(about, -1 if word == "up" else 1)
            return _table(about)
        case "drop":
            refuse_used(usage, about, sketch.settings(about), None)
            sketch.drop(about)
            return _table(about)
        case _:
            _group(sketch, word, about, sent)
    return ""


def _table(path: str) -> str:
    """The table that a column stands in."""
    return path.partition(".")[0] if "." in path else ""


def _group(sketch: Sketch, word: str, about: str, sent: Sent) -> None:
    match word:
        case "group_add":
            sketch.add_group(sent.get("group_title", ""))
        case "group_change":
            sketch.change_group(about, sent.get("group_title", ""), sent.get("group_help", ""))
        case "group_drop":
            sketch.drop_group(about)
        case "group_up" | "group_down":
            sketch.move_group(about, -1 if word == "group_up" else 1)
        case _:
            raise Invalid("没有说明要改什么，请回到表单页重新选")


def settings(
    sent: Sent, before: Settings, show: Sequence[Askable], need: Sequence[Askable]
) -> Settings:
    """What was typed for one field; what its page does not ask for stays as it is."""
    keep_need = sent.get("need", before.need) == KEPT
    return Settings(
        title=sent.get("title", before.title),
        key=sent.get("key", before.key),
        help=sent.get("help", before.help),
        placeholder=sent.get("placeholder", before.placeholder),
        unit=sent.get("unit", before.unit),
        widget=sent.get("widget", before.widget),
        least=sent.get("least", before.least),
        above=sent.get("above") == "1" if "least" in sent else before.above,
        most=sent.get("most", before.most),
        decimals=sent.get("decimals", before.decimals),
        options=tuple(_options(sent)) if "option_0" in sent else before.options,
        group=sent.get("group", before.group),
        need=sent.get("need", before.need),
        need_rows=before.need_rows if keep_need else _rows(sent, "need", need),
        show=_shown(sent, before, show),
        routed=sent.get("routed") == "1" if "has_routed" in sent else before.routed,
        personal=sent.get("personal", before.personal),
        accept=sent.get("accept", before.accept),
        camera=sent.get("camera") == "1" if "has_camera" in sent else before.camera,
    )


def _shown(sent: Sent, before: Settings, known: Sequence[Askable]) -> Rows | None:
    if "show_join" not in sent or (before.show is None and sent.get("show_clear") != "1"):
        return before.show
    return _rows(sent, "show", known)


def _options(sent: Sent) -> Iterator[tuple[str, str]]:
    """(value, title): one that is new gets a value that nobody has."""
    taken = {sent.get(f"value_{at}", "") for at in range(MOST_OPTIONS)}
    for at in range(MOST_OPTIONS):
        title = sent.get(f"option_{at}", "").strip()
        if not title:
            continue
        value = sent.get(f"value_{at}", "")
        if not value:
            value = next(each for n in range(1, 999) if (each := f"option_{n}") not in taken)
            taken.add(value)
        yield value, title


def _rows(sent: Sent, prefix: str, known: Sequence[Askable]) -> Rows:
    fields = {each.key: each for each in known}
    rows = []
    for at in range(MOST):
        one = fields.get(sent.get(f"{prefix}_field_{at}", ""))
        if one is not None:
            compare = sent.get(f"{prefix}_compare_{at}", "")
            values = tuple(value for value in sent.getlist(f"{prefix}_value_{at}") if value)
            if one.options:
                values = tuple(value for value, _ in one.options if value in values)
            rows.append(
                TestRow(one.key, compare if compare in one.compares else one.compares[0], values)
            )
    join = OR if sent.get(f"{prefix}_join") == OR else AND
    return Rows(join if len(rows) > 1 else AND, tuple(rows))


def typed(now: Settings) -> Sent:
    """What the page of a field shows at first: the field as it is."""
    shown: Sent = MultiDict(
        (name, value)
        for name in ("title", "key", "help", "placeholder", "unit", "widget", "least", "most",
                     "decimals", "group", "need", "personal", "accept")
        if isinstance(value := getattr(now, name), str)
    )  # fmt: skip
    for name in ("above", "routed", "camera"):
        if getattr(now, name):
            shown[name] = "1"
    for at, (value, title) in enumerate(now.options):
        shown[f"value_{at}"], shown[f"option_{at}"] = value, title
    for prefix, rows in (("show", now.show), ("need", now.need_rows)):
        for at, row in enumerate(rows.rows if rows else ()):
            shown[f"{prefix}_field_{at}"], shown[f"{prefix}_compare_{at}"] = row.field, row.compare
            shown.setlist(f"{prefix}_value_{at}", list(row.values))
        shown[f"{prefix}_join"] = rows.join if rows else AND
    return shown


def moved(sent: Sent, at: int) -> Sent:
    """The same with one option a place higher."""
    made = MultiDict(sent)
    if at > 0:
        for name in ("option", "value"):
            above, below = sent.get(f"{name}_{at - 1}", ""), sent.get(f"{name}_{at}", "")
            made[f"{name}_{at - 1}"], made[f"{name}_{at}"] = below, above
    return made
