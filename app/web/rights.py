"""权限表: what every role and position may do at each level, as the code holds it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.identity.permissions import Holder, table
from app.identity.words import LEVELS, PERMISSIONS, post_name
from app.web.access import requires

bp = Blueprint("rights", __name__)
_KINDS = {"government": "", "department": "部门", "functional_zone": "功能区"}
_AREAS = {
    "city": "全市",
    "district": "本区县",
    "township": "本乡镇（街道）",
    "community": "本社区（村）",
}


@bp.get("/rights")
@requires("people:read")
def index() -> ResponseReturnValue:
    """The holders of one level beside each other, a line for each right."""
    asked = request.args.get("level", "")
    level = asked if asked in LEVELS else "district"
    holders = table(level)
    held = {one for holder in holders for one in holder.rights}
    return render_template(
        "people/rights.html",
        level=level, levels=LEVELS, holders=[(_name(one), _scope(one)) for one in holders],
        rows=[
            (words, [key in holder.rights for holder in holders])
            for key, words in PERMISSIONS.items()
            if key in held
        ],
    )  # fmt: skip


def _name(holder: Holder) -> str:
    kind = _KINDS[holder.kind]
    name = post_name(holder.role, holder.position)
    return f"{name}（{kind}）" if kind and kind not in name else name


def _scope(holder: Holder) -> str:
    """Where it counts."""
    own = "，本部门项目类型" if holder.kind == "department" else ""
    return _AREAS[holder.level] + own
