"""What a drawing of one kind may speak of: forms, variables with their values, actions, laws."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine import Vocabulary
from app.workflow.forms import Form
from app.workflow.kinds import CaseKind


def vocabulary(forms: Iterable[Form], kind: CaseKind) -> Vocabulary:
    """All of it, for a bundle with these forms."""
    known = list(forms)
    return Vocabulary(
        forms={form.key: sorted(form.routing_names) for form in known},
        routing=kind.routing_names,
        settled=kind.settled,
        values={"": kind.routing_values, **{form.key: form.routing_values for form in known}},
        bounds={"": kind.routing_bounds, **{form.key: form.routing_bounds for form in known}},
        actions=frozenset(kind.actions),
        results=frozenset(kind.results),
        levels_needed=kind.levels_needed,
        approving=kind.approving,
        laws=kind.laws,
    )
