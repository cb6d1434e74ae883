"""What keeps a moved case within the law, and on its way: no review skipped, no value unknown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sqlalchemy.orm import Session

from app.engine import reviewing
from app.engine.policy import SCOPES
from app.engine.types import Step
from app.errors import Conflict
from app.identity import words
from app.workflow import definitions, kinds, past
from app.workflow.definitions import Definition
from app.workflow.models import Case


def refuse_passed_over(work: Session, case: Case, new: Definition, step: Step) -> None:
    """Raises Conflict where a case would stand behind a review of the new version that it has not
    had, or could be approved with too few, or below the level that a law of its kind asks.
    """
    had = cache(lambda: _had(work, case))  # most cases stand where nothing hangs upon it
    for element in dict.fromkeys(one.element for one in step.open):
        policy = new.process.tasks[element]
        before = reviewing.reviewed_before(new.process, element)
        if before and (missing := before - had()):
            named = "、".join(words.LEVELS[one] for one in SCOPES if one in missing)
            raise Conflict(f"新版在“{policy.name}”之前有{named}审核，这一件还没有办过")
        _refuse_too_few(case, new, (element, step), had)


def refuse_unknown_values(case: Case, new: Definition, step: Step) -> None:
    """Raises Conflict where the new version goes by a value that nobody gave this case, or will."""
    process, start = new.process, new.process.start_form
    asks = {key for key, one in process.tasks.items() if one.form == start}
    stands = frozenset(one.element for one in step.open)
    lies = reviewing.ahead(process, stands, frozenset(asks))
    forms = {process.tasks[key].form for key in lies.steps} - {""}
    given = {name for form in forms for name in new.form(form).routing_names}
    unknown = lies.reads - step.data.keys() - lies.writes - given - {"outcome"}
    if missing := sorted(unknown - kinds.of(case.process_key).routing_names):
        titles = {name: field.title for field in new.form(start).fields for name in field.routes}
        named = "、".join(f"“{titles.get(name, name)}”" for name in missing)
        raise Conflict(f"新版按{named}分路，这一件没有填过，请按旧版办完")


def _had(work: Session, case: Case) -> frozenset[str]:
    """The levels that have agreed in the present run, each by the version of its day."""
    found: set[str] = set()
    for task in past.decided(work, case):
        if reviewing.agreed(task.outcome):
            found |= reviewing.levels_of(
                definitions.of_task(work, task).process.tasks[task.element]
            )
    return frozenset(found)


def _refuse_too_few(
    case: Case, new: Definition, where: tuple[str, Step], had: Callable[[], frozenset[str]]
) -> None:
    kind, (element, step) = kinds.of(case.process_key), where
    ahead = reviewing.reviewed_from(new.process, element, frozenset(kind.approving))
    least = kind.levels_needed
    if ahead is not None and len(ahead) < least and len(had() | ahead) < least:
        raise Conflict(f"更新后不足 {least} 级审核就能办结，请按旧版办完")
    for law in kind.laws:
        ahead = reviewing.reviewed_from(new.process, element, law.results)
        if ahead is None or not reviewing.holds(law.when, step.data):
            continue
        enough = frozenset(SCOPES[SCOPES.index(law.level) :])
        if not enough & ahead and not enough & had():
            raise Conflict(f"{law.said}更新后可能不经{words.LEVELS[law.level]}就办结，请按旧版办完")
