"""A process in words: its numbered sentences, and what differs between two states of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.engine import telling
from app.engine.contents import named
from app.engine.policy_words import LABELS, outcomes
from app.engine.telling import Difference, FieldWords, Sentence, Words
from app.engine.types import Party
from app.errors import BrokenProcess
from app.identity.trades import INDUSTRIES
from app.identity.words import LEVELS, POSITIONS, ROLES
from app.workflow import forms, kinds
from app.workflow.studio import choices, form_words, table_words

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
    """What a reader of `before` finds otherwise in `after`: steps, instructions, forms, tables.

    Nothing only where both drawings mean the same; what no sentence tells is announced.
    """
    drawings, words = _drawings(before, after), words_of(after, key)
    steps = telling.differences(told(before, key), telling.tell(after, key, words))
    beside = [one for name in drawings for one in telling.beside(before[name], after[name])]
    rest = [one for name in drawings for one in telling.untold(before, after, name, key, words)]
    said = tuple(dict.fromkeys((*steps, *beside, *rest)))
    if not said and not all(telling.same_meaning(before[one], after[one]) for one in drawings):
        said = (Difference("changed", "", telling.UNTOLD),)
    return (*said, *_forms_differing(before, after), *_tables_differing(before, after, key))


def _drawings(before: Files, after: Files) -> list[str]:
    """The drawings that both have and that are not written alike."""
    names = sorted(name for name in before.keys() & after.keys() if name.endswith(".bpmn"))
    return [name for name in names if before[name] != after[name]]


def _forms_differing(before: Files, after: Files) -> Iterator[Difference]:
    old, new, results = _forms(before), _forms(after), _results(after)
    for name, form in new.items():
        path, was = f"forms/{name}.json", old.get(name)
        if was is None:
            yield Difference("added", "", form_words.whole(form, results))
        elif before.get(path) != after.get(path):
            yield from form_words.differing(was, form, results)
    for name in old.keys() - new.keys():
        if f"forms/{name}.json" in after:
            unread = f"表单“{old[name].title}”有修改，不能逐项对照，请下载文件查看"
            yield Difference("changed", "", unread)
        else:
            yield Difference("removed", "", f"不再用表单“{old[name].title}”")


def _results(files: Files) -> dict[str, str]:
    """What the drawings call the results of handling; one that is called in two ways, both."""
    found: dict[str, dict[str, None]] = {}
    for said in named(files, "outcomes"):
        for one in outcomes(said, lambda _code, _words: None):
            found.setdefault(one.key, {})[one.label] = None
    return {**LABELS, **{key: "/".join(labels) for key, labels in found.items()}}


def _tables_differing(before: Files, after: Files, key: str) -> Iterator[Difference]:
    names = [name for name in sorted({*before, *after}) if name.endswith(".dmn")]
    changed = [name for name in names if before.get(name) != after.get(name)]
    if not changed:
        return
    said = words_of(before, key), words_of(after, key)
    for name in changed:
        if name not in after:
            yield table_words.gone(before[name], name)
            continue
        now = table_words.State(after[name], said[1])
        if name in before:
            was = table_words.State(before[name], said[0])
            yield from table_words.differing(was, now, name)
        else:
            yield from table_words.new_file(now, name)
