"""改回上级流程: a unit ends its own versions of a flow, and may take that back before the day."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.clock import long_day
from app.db import session
from app.errors import Conflict, Invalid, NotFound
from app.identity.words import LEVELS
from app.web.access import actor, requires
from app.web.studio.asked import asked
from app.workflow import commands, fallbacks, versions
from app.workflow.queries import flows
from app.workflow.studio import deciders, drafts, falling, wording

bp = Blueprint("flow_fallbacks", __name__)
PUBLISH = drafts.PUBLISH


@bp.get("/flows/versions/<version_id>/fallback")
@requires(PUBLISH)
def ask(version_id: str) -> ResponseReturnValue:
    """What changes if new cases take the version of the unit above, and why they are to."""
    return _asked(version_id, {})


def _asked(version_id: str, faults: Mapping[str, str]) -> str:
    work, at = session(), clock.now()
    own = flows.content(work, version_id)
    unit = drafts.keeping_unit(work, actor(), own.unit_id)
    above = falling.onto(work, unit, own.key, at=at)
    if above is None:
        raise NotFound("上级单位没有现行的流程，不能改回")
    told = "\n".join(falling.concerns(work, unit, above, at=at))
    return render_template(
        "flows/fallback.html", version=own, above=above, level=LEVELS[above.unit.level],
        differences=wording.differing(own.files, above.files, own.key), faults=faults,
        sent=request.form, concerns=told, seen=versions.standing(work, unit, own.key, at=at),
        waiting=versions.waiting(work, unit.id, own.key, at=at),
        falling=fallbacks.planned(work, unit.id, own.key, at=at),
        decider=deciders.in_the_way(work, actor(), unit, own.key, at=at),
    )  # fmt: skip


@bp.post("/flows/versions/<version_id>/fallback")
@requires(PUBLISH)
def fall_back(version_id: str) -> ResponseReturnValue:
    """Do it, from now or from a day on."""
    try:
        how = asked(request.form)
        made = commands.fall_back(actor(), version_id, how, at=clock.now())
    except Invalid as fault:
        return _asked(version_id, fault.fields), 422
    except Conflict as refused:
        return _asked(version_id, {"reason": refused.message}), 409
    day = f"自 {long_day(how.starts_on)}起" if how.starts_on else "从现在起"
    flash(f"{made.unit.name}的新办件{day}用上级的流程，在办的仍按原版办完")
    return redirect(url_for("flows.show", key=made.key), 303)


@bp.post("/flows/fallbacks/<fallback_id>/cancel")
@requires(PUBLISH)
def cancel(fallback_id: str) -> ResponseReturnValue:
    """Take it back before its day."""
    gone = commands.cancel_fallback(actor(), fallback_id, at=clock.now())
    flash(f"已取消：{gone.unit.name}继续用自己的流程")
    return redirect(url_for("flows.show", key=gone.key), 303)
