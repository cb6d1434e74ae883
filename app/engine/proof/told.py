"""What forms, the domain and decisions say of the values of variables, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.engine.check import Bounds, Vocabulary
from app.engine.decisions import Decision
from app.engine.proof.answers import UNKNOWN, Answered, answered
from app.engine.proof.examples import UNKNOWN_KIND, merged
from app.engine.proof.listed import Listed

Values = Mapping[str, Sequence[object]]


class Told:
    """The sources of one process: these forms, the domain, and `own`, which is known otherwise."""

    def __init__(self, words: Vocabulary, forms: set[str], own: Values) -> None:
        self.own = own
        named = {form: words.forms.get(form, ()) for form in sorted(forms)} | {"": words.routing}
        self.names = {name for names in named.values() for name in names}
        self.values: dict[str, list[object]] = {}
        self.bounds: dict[str, Bounds] = {}
        for name in sorted(self.names):
            sources = [source for source, names in named.items() if name in names]
            self._of(name, words, sources)

    def _of(self, name: str, words: Vocabulary, sources: Sequence[str]) -> None:
        listed = [words.values.get(source, {}).get(name) for source in sources]
        if None not in listed:
            self.values[name] = [value for values in listed for value in values or ()]
            return
        bounds = [words.bounds.get(source, {}).get(name, UNKNOWN_KIND) for source in sources]
        bounds += [Bounds(empty=True) for values in listed if values and None in values]
        self.bounds[name] = merged(bounds)

    def asked(self, decisions: Sequence[Decision]) -> dict[str, Answered]:
        """What they answer. One that reads what others answer is asked again, knowing that."""
        listed = self.listed({})
        first = {each.id: answered(each, listed) for each in decisions}
        listed, outputs = self.listed(first), {name for each in decisions for name in each.outputs}
        again = {each.id: answered(each, listed) for each in decisions if each.inputs & outputs}
        return first | again

    def listed(self, answers: Mapping[str, Answered]) -> Listed:
        """All of it, with what decisions answer; a name of which not all is known is in no list."""
        given, unsure = _given(answers)
        known = {name: values for name, values in given.items() if name not in self.names}
        values = {**known, **self.values}
        return Listed(
            {name: each for name, each in values.items() if name not in unsure} | dict(self.own),
            given,
            {name: each for name, each in self.bounds.items() if name not in unsure},
        )


def _given(found: Mapping[str, Answered]) -> tuple[dict[str, list[object]], set[str]]:
    """The values that decisions give to each variable; and those of which not all are known."""
    given: dict[str, list[object]] = {}
    unsure: set[str] = set()
    rows = (row for each in found.values() for row in each.answers)
    for name, value in (each for row in rows for each in row.items()):
        if value is UNKNOWN:
            unsure.add(name)
        else:
            given.setdefault(name, []).append(value)
    return given, unsure
