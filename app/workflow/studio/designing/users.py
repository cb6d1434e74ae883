"""Who uses a field of a form, or one of its options: what breaks if it goes or is renamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.engine.contents import Reader, named, readers
from app.errors import Invalid
from app.workflow import reads
from app.workflow.forms import Form
from app.workflow.forms.conditions import Condition
from app.workflow.forms.field import Field
from app.workflow.reads import Measure
from app.workflow.studio.designing.settings import Settings

Files = Mapping[str, str]
Users = list[str]


class Usage:
    """What of the draft's files reads the fields of one form."""

    def __init__(
        self, files: Files, form: Form, own: frozenset[str], needed: Sequence[Measure] = ()
    ) -> None:
        """`own` are the files that lie in the draft; a table of others counts once it is asked.
        `needed` is what the code of its kind reads of the form.
        """
        asked = named(files, "decision")
        drawn = {name: text for name, text in files.items() if _counts(name, text, asked, own)}
        self._readers: list[Reader] = readers(drawn)
        self._form = form
        self._needed = needed

    def refuse_lost(self, form: Form) -> None:
        """Raises Invalid where the form, as it would be, lacks what is needed and was there."""
        before = {(one.path, one.what) for one in reads.lost(self._form, self._needed)}
        lost = reads.lost(form, self._needed)
        found = [one for one in lost if (one.path, one.what) not in before]
        if found:
            fields = {one.what: one.words for one in reversed(found)}
            raise Invalid("；".join(one.words for one in found[:3]), fields)

    def refuse_gone(self, path: str) -> None:
        """Raises Invalid for a field that is needed, and would go or be called otherwise."""
        ours = next((each.fields[path] for each in self._needed if path in each.fields), None)
        if ours is not None:
            said = reads.kept(ours)
            raise Invalid(said, {"key": said})

    def of_field(self, path: str) -> Users:
        """By what this field is used; nothing for a column of a table."""
        one = self._form.by_key.get(path)
        if one is None:
            return []
        found = [each.called for each in self._readers if each.names & one.routes.keys()]
        return list(dict.fromkeys([*found, *self._within(one.key, None)]))

    def of_option(self, path: str, value: str) -> Users:
        """By what one of its answers is used."""
        one = self._form.by_key.get(path)
        if one is None:
            return []
        alone = {name for name, choice in one.routes.items() if choice == value}
        whole = {name for name, choice in one.routes.items() if not choice}
        found = [
            each.called
            for each in self._readers
            if each.names & alone or (each.names & whole and value in each.literals)
        ]
        return list(dict.fromkeys([*found, *self._within(one.key, value)]))

    def routed(self, path: str) -> Users:
        """By what outside the form it is used."""
        one = self._form.by_key.get(path)
        names = one.routes.keys() if one else set()
        return list(dict.fromkeys(each.called for each in self._readers if each.names & names))

    def _within(self, key: str, value: str | None) -> Iterator[str]:
        for other in self._form.fields:
            if other.key != key and any(_tests(one, key, value) for one in _shown(other)):
                yield f"字段“{other.title}”的显示条件"
            if value is None and any(check.argument == key for check in other.checks):
                yield f"字段“{other.title}”的检查"
        for rule in self._form.rules:
            if _tests(rule.condition, key, value):
                for asked in (*rule.then, *rule.otherwise):
                    yield f"字段“{self._form.by_key[asked].title}”的必填条件"
        mine = self._form.by_key[key]
        if value is not None and any(check.argument == value for check in mine.checks):
            yield f"字段“{mine.title}”的检查"


def _counts(name: str, text: str, asked: Mapping[str, list[str]], own: frozenset[str]) -> bool:
    if name.endswith(".dmn"):
        return any(f'id="{decision}"' in text for decision in asked)
    return name.endswith(".bpmn") and name in own


def _shown(one: Field) -> Iterator[Condition]:
    if one.show_if is not None:
        yield one.show_if
    yield from (group.when for group in one.choice_groups if group.when is not None)


def _tests(condition: Condition, key: str, value: str | None) -> bool:
    return any(
        test.field == key and (value is None or value in test.values) for test in condition.tests()
    )


def refuse_used(usage: Usage, path: str, before: Settings, wanted: Settings | None) -> None:
    """Raises Invalid, and says by what it is used, where a field in use would go (`wanted` none),
    be renamed, hidden from conditions or lose an answer that a condition asks for.
    """
    if wanted is None or wanted.key != before.key:
        usage.refuse_gone(path)
        act = "删除" if wanted is None else "改编号"
        _refuse(usage.of_field(path), f"“{before.title}”不能{act}", "key")
    if wanted is None:
        return
    if before.routed and not wanted.routed:
        _refuse(usage.routed(path), f"“{before.title}”要留给流程条件用", "routed")
    kept = {value for value, _ in wanted.options}
    for value, title in before.options:
        if value not in kept:
            _refuse(usage.of_option(path, value), f"选项“{title}”不能删除", "option_0")


def _refuse(users: Users, what: str, field: str) -> None:
    if users:
        said = f"{what}，正被使用：{'；'.join(users)}。请先改那里"
        raise Invalid(said, {field: said})
