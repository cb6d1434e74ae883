"""A process in words: its numbered sentences, and what differs between two states of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app import engine
from app.engine import telling
from app.engine.telling import Difference, FieldWords, Sentence, Words
from app.engine.types import Party
from app.errors import BrokenProcess
from app.identity.trades import INDUSTRIES
from app.identity.words import LEVELS, POSITIONS, ROLES
from app.workflow import forms, kinds
from app.workflow.studio import choices

Files = Mapping[str, str]
APPLICANT = "applicant"
_DEPARTMENT = {"department": "主管部门"}
"""A level among those that go on patrol, and in a scope the case's own industry."""
_BEGINS = {kinds.PUBLIC: "申请人提交{}后开始", kinds.SYSTEM: "由系统自动启动"}


def told(files: Files, key: str) -> tuple[Sentence, ...]:
    """A process as numbered sentences. Raises BrokenProcess where there is nothing to read."""
    return telling.tell(files, key, words_of(files, key))


def words_of(files: Files, key: str) -> Words:
    """What the things of a process are called; of files that are broken, what can be read."""
    kind = kinds.of(key)
    fields = {
        each.name: FieldWords(each.title, dict(each.choices), each.kind)
        for each in choices.variables(files, key)
        if each.title
    }
    return Words(
        party=party_words,
        forms={name: one.title for name, one in _forms(files).items()},
        fields=fields,
        values={**LEVELS, **_DEPARTMENT},
        results=kind.results or kinds.RESULTS,
        begins=_BEGINS.get(kind.starter, "工作人员登记{}后开始"),
    )


def _forms(files: Files) -> dict[str, forms.Form]:
    found = {}
    for name, text in files.items():
        if name.endswith(".json"):
            try:
                form = forms.read(text, name)
            except BrokenProcess:
                continue  # the check says what is wrong with it
            found[form.key] = form
    return found


def party_words(party: Party) -> str:
    """`社区（村）级负责人或巡查人员`; the roles of annex 4 say their level themselves."""
    level, _, industry = party.scope.partition(":")
    named = [ROLES[role] for role in party.roles if role in ROLES]
    posts = [POSITIONS[role] for role in party.roles if role in POSITIONS]
    unknown = [role for role in party.roles if role not in {*ROLES, *POSITIONS, APPLICANT}]
    held = [LEVELS.get(level, "") + "或".join(posts)] if posts else []
    asked = ["申请人"] if APPLICANT in party.roles else []
    where = {**INDUSTRIES, **_DEPARTMENT}.get(industry, industry)
    return "或".join([*asked, *named, *held, *unknown]) + (f"（{where}）" if where else "")


def differing(before: Files, after: Files, key: str) -> tuple[Difference, ...]:
    """What a reader of `before` finds otherwise in `after`: steps, then forms and tables."""
    steps = telling.differences(told(before, key), told(after, key))
    return (*steps, *_forms_differing(before, after), *_tables_differing(before, after))


def _forms_differing(before: Files, after: Files) -> Iterator[Difference]:
    old, new = _forms(before), _forms(after)
    for name, form in new.items():
        path, was = f"forms/{name}.json", old.get(name)
        if was is None:
            yield Difference("added", "", f"新增表单“{form.title}”")
        elif before.get(path) != after.get(path):
            came = [one.title for one in form.fields if one.key not in was.by_key]
            went = [one.title for one in was.fields if one.key not in form.by_key]
            said = [f"新增{_listed(came)}"] if came else []
            said += [f"删除{_listed(went)}"] if went else []
            yield Difference("changed", "", f"表单“{form.title}”{'，'.join(said) or '有修改'}")
    for name in old.keys() - new.keys():
        yield Difference("removed", "", f"不再用表单“{old[name].title}”")


def _listed(names: list[str]) -> str:
    return "、".join(f"“{name}”" for name in names)


def _tables_differing(before: Files, after: Files) -> Iterator[Difference]:
    for name in sorted({*before, *after}):
        if name.endswith(".dmn") and before.get(name) != after.get(name):
            kind = "added" if name not in before else "removed" if name not in after else "changed"
            words = {"added": "新增", "removed": "不再用", "changed": "修改"}[kind]
            yield Difference(
                kind, "", f"{words}决策表{_table(after.get(name) or before[name], name)}"
            )


def _table(text: str, name: str) -> str:
    """A decision table by its names, `“风险等级”`; of a file that cannot be read, the file's."""
    try:
        found = engine.read_decisions(text.encode(), name)
    except BrokenProcess:
        return f" {name}"
    return _listed([one.name for one in found.values()]) or f" {name}"
