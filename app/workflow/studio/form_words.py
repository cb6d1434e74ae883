"""What differs between two states of a form, field by field, as sentences."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine.telling import Difference
from app.engine.telling.words import spaced
from app.workflow.forms import Field, Form
from app.workflow.forms.conditions import OUTCOME, Condition, Test
from app.workflow.forms.form import GroupSpec

_TYPES = {
    "text": "文字", "number": "数字", "integer": "整数", "boolean": "是或否", "choice": "单选",
    "choices": "多选", "rows": "表格", "files": "附件", "date": "日期", "phone": "电话",
    "id-number": "身份证号", "credit-code": "统一社会信用代码",
}  # fmt: skip
_PERSONAL = {"shown": "是，注销时删除", "secret": "是，加密保存"}
_NAMED = {
    "minimum": "最小", "exclusiveMinimum": "必须大于", "maximum": "最大", "minLength": "最少字数",
    "maxLength": "最多字数", "minItems": "最少几项", "maxItems": "最多几项",
    "pattern": "格式要求", "const": "只收", "uniqueItems": "不许重复", "x-check": "核对",
    "x-stamp": "由系统填写", "x-route": "流程条件、决策表可用", "ui:help": "填写说明",
    "ui:placeholder": "格子里的提示", "ui:unit": "单位", "ui:widget": "样式",
    "ui:decimals": "小数位数", "ui:colspan": "宽度", "ui:access": "哪一步能填能看",
    "ui:messages": "出错时的提示", "rows": "显示几行", "accept": "收什么", "camera": "直接拍照",
    "inline": "排成一行", "addLabel": "加一行的按钮", "groups": "选项的分组",
}  # fmt: skip
"""What the words of a form file are called; one that is not here is called as the file does."""
_ELSEWHERE = {
    "title", "type", "format", "enum", "oneOf", "items", "x-personal", "ui:showIf", "ui:options",
}  # fmt: skip
"""Words of a field that have sentences of their own."""
NONE = "没有"
_ABSENT = {"need": "不必填", "show": "总是显示", "x-personal": "不是"}
"""What it means that a setting is not there, where that is more than its lack."""


@dataclass(frozen=True, slots=True)
class _Said:
    """One setting: what it is called, how it reads, and exactly how it is written."""

    name: str
    words: str
    exact: str


Results = Mapping[str, str]
"""What the results of handling (`outcome`) are called."""


def differing(was: Form, now: Form, results: Results) -> Iterator[Difference]:
    """All that a reader of the form before finds otherwise after."""
    told = list(_told(_Sheet(was, results), _Sheet(now, results)))
    rest = "只改了排版，内容没有变" if was == now else "有修改，不能逐项说明，请下载文件查看"
    for kind, said in told or [("changed", rest)]:
        yield Difference(kind, "", f"表单“{now.title}”{said}")


def whole(form: Form, results: Results) -> str:
    """`新增表单“竣工核查”，有“日期”（日期，必填）`."""
    fields = "、".join(_field(_Sheet(form, results), one) for one in form.fields)
    return f"新增表单“{form.title}”，有{fields}"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A form, and what the results are called under which it is sent."""

    form: Form
    results: Results

    def condition(self, condition: Condition) -> str:
        """`“办理结果”为“退回补正”`."""
        rows = ["且".join(self._test(test) for test in row) for row in condition.alternatives]
        return "，或者".join(rows)

    def _test(self, test: Test) -> str:
        one = self.form.by_key.get(test.field)
        name = "办理结果" if test.field == OUTCOME else one.title if one else test.field
        if test.how in ("above", "least"):
            return f"“{name}”{'大于' if test.how == 'above' else '不小于'} {test.bound}"
        found = []
        for value in test.values:
            written = str(value).lower() if isinstance(value, bool) else value
            found.append(one.label(written) if one else self.results.get(written, written))
        verb = "选了" if test.how == "contains" else "为"
        return f"“{name}”{verb}{'或'.join(f'“{each}”' for each in found)}"


def _told(old: _Sheet, new: _Sheet) -> Iterator[tuple[str, str]]:
    was, now = old.form, new.form
    if was.title != now.title:
        yield "changed", f"原名“{was.title}”"
    came = [_field(new, one) for one in now.fields if one.key not in was.by_key]
    went = [f"“{one.title}”" for one in was.fields if one.key not in now.by_key]
    if came:
        yield "added", f"新增{'、'.join(came)}"
    if went:
        yield "removed", f"删除{'、'.join(went)}"
    for one in now.fields:
        if one.key in was.by_key:
            said = list(_turned(_Place(old, was.by_key[one.key]), _Place(new, one)))
            if said:
                yield "changed", f"的“{one.title}”：{'；'.join(said)}"
    yield from _laid_out(was, now)


def _field(sheet: _Sheet, one: Field) -> str:
    """`“身高”（数字，必填）`: with what is asked of it."""
    there = _Place(sheet, one).settings()
    said = [there["kind"].words]
    said += [
        spaced(there[word].name, there[word].words)
        for word in ("need", "show", "x-personal", "minimum", "maximum", "maxLength")
        if word in there
    ]
    if one.choices and one.kind != "boolean":
        said.append("选项" + "、".join(f"“{each.title}”" for each in one.choices))
    columns = [f"“{each.title}”" for each in one.columns]
    return f"“{one.title}”（{'，'.join(said + ([_listed('列', columns)] if columns else []))}）"


def _listed(name: str, words: Sequence[str]) -> str:
    return name + "、".join(words)


@dataclass(frozen=True, slots=True)
class _Place:
    """A field in its form, or a column in its table."""

    sheet: _Sheet
    field: Field
    table: Field | None = None

    def settings(self) -> dict[str, _Said]:
        """All that is set of it, beside its name, its answers and its columns."""
        one = self.field
        kind = one.format if one.format in _TYPES else one.kind
        found = {"kind": _Said("类型", _TYPES.get(kind, kind), f"{one.kind} {one.format}")}
        options = one.ui.get("ui:options", {})
        for holder in (one.schema, one.ui, options):
            found |= {
                word: _Said(_NAMED.get(word, word), _value(value), _exact(value))
                for word, value in holder.items()
                if word not in _ELSEWHERE
            }
        if one.personal:
            said = str(one.schema["x-personal"])
            found["x-personal"] = _Said("个人信息", _PERSONAL.get(said, said), said)
        if one.show_if:
            shown = self.sheet.condition(one.show_if)
            found["show"] = _Said("显示条件", f"〔{shown}〕", _exact(one.ui["ui:showIf"]))
        if need := self._need():
            found["need"] = _Said("必填", f"〔{'；'.join(need)}〕", _exact(need))
        return found

    def _need(self) -> list[str]:
        key = self.field.key
        if self.table is not None:
            return ["总是"] if key in self.table.schema["items"].get("required", ()) else []
        said = ["总是"] if key in self.sheet.form.required else []
        for rule in self.sheet.form.rules:
            words = self.sheet.condition(rule.condition)
            said += [f"当{words}"] if key in rule.then else []
            said += [f"除非{words}"] if key in rule.otherwise else []
        return said


def _turned(was: _Place, now: _Place) -> Iterator[str]:
    if was.field.title != now.field.title:
        yield f"原名“{was.field.title}”"
    old, new = was.settings(), now.settings()
    for word in dict.fromkeys((*new, *old)):
        before, after = old.get(word), new.get(word)
        if before != after and (before is None or after is None or before.exact != after.exact):
            yield _setting(word, before, after)
    yield from _options(was.field, now.field)
    yield from _columns(was, now)


def _setting(word: str, before: _Said | None, after: _Said | None) -> str:
    """`最多字数由 500 改为 300`; two that read alike, as they are written."""
    name = (after or before or _Said("", "", "")).name
    absent = _ABSENT.get(word, NONE)
    old, new = (each.words if each else absent for each in (before, after))
    if before and after and old == new:
        old, new = f"〔{before.exact}〕", f"〔{after.exact}〕"
    turned = spaced(f"{name}由", old)
    return spaced(f"{turned}{' ' if turned[-1].isdigit() else ''}改为", new)


def _options(was: Field, now: Field) -> Iterator[str]:
    if "boolean" in (was.kind, now.kind):
        return
    old = {each.value: each.title for each in was.choices}
    new = {each.value: each.title for each in now.choices}
    if came := [f"“{title}”" for value, title in new.items() if value not in old]:
        yield _listed("新增选项", came)
    if went := [f"“{title}”" for value, title in old.items() if value not in new]:
        yield _listed("删除选项", went)
    for value, title in new.items():
        if value in old and old[value] != title:
            yield f"选项“{old[value]}”改名为“{title}”"
    if _shared(old, new) != _shared(new, old):
        yield "选项的次序有变"


def _columns(was: _Place, now: _Place) -> Iterator[str]:
    old = {each.key: each for each in was.field.columns}
    new = {each.key: each for each in now.field.columns}
    if came := [f"“{each.title}”" for key, each in new.items() if key not in old]:
        yield _listed("新增列", came)
    if went := [f"“{each.title}”" for key, each in old.items() if key not in new]:
        yield _listed("删除列", went)
    for key, column in new.items():
        if key in old:
            before, after = (
                _Place(was.sheet, old[key], was.field), _Place(now.sheet, column, now.field)
            )  # fmt: skip
            if said := list(_turned(before, after)):
                yield f"列“{column.title}”{'，'.join(said)}"
    if _shared(old, new) != _shared(new, old):
        yield "列的次序有变"


def _laid_out(was: Form, now: Form) -> Iterator[tuple[str, str]]:
    """Groups, and the order of what stands in both."""
    old, new = _groups(was), _groups(now)
    for key, group in new.items():
        if key not in old:
            yield "changed", f"新增分组“{group.title}”"
        elif (old[key].title, old[key].help) != (group.title, group.help):
            before = f"“{old[key].title}”{old[key].help}"
            yield "changed", f"的分组{before}改为“{group.title}”{group.help}"
    for key, group in old.items():
        if key not in new:
            yield "changed", f"去掉分组“{group.title}”"
    yield from _rehomed(was, now)
    if _shared(old, new) != _shared(new, old):
        titles = "、".join(f"“{each.title}”" for each in new.values())
        yield "changed", f"分组的次序改为{titles}"
    if _shared(was.by_key, now.by_key) != _shared(now.by_key, was.by_key):
        titles = "、".join(f"“{one.title}”" for one in now.fields)
        yield "changed", f"字段的次序改为{titles}"


def _rehomed(was: Form, now: Form) -> Iterator[tuple[str, str]]:
    new = _groups(now)
    before, after = (
        {one: key for key, each in groups.items() for one in each.fields}
        for groups in (_groups(was), new)
    )
    for one in now.fields:
        home = after.get(one.key, "")
        if one.key in was.by_key and home and before.get(one.key) != home:
            yield "changed", f"的“{one.title}”现在在分组“{new[home].title}”"


def _shared(keys: Iterable[str], others: Container[str]) -> list[str]:
    return [key for key in keys if key in others]


def _groups(form: Form) -> Mapping[str, GroupSpec]:
    """Those that the file has; the one that stands for having none is not among them."""
    whole = len(form.groups) == 1 and form.groups[0].key == "all"
    return {} if whole else {each.key: each for each in form.groups}


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"〔{_exact(value)}〕" if isinstance(value, list | Mapping) else str(value)


def _exact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
