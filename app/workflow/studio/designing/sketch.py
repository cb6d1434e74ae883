"""A form while it is designed: each change on its content, written with the rest as it stood."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

from app.errors import BrokenProcess, Invalid, NotFound
from app.workflow import forms
from app.workflow.forms import Form
from app.workflow.forms.writing import parsed, written
from app.workflow.studio.designing.changing import change, freed
from app.workflow.studio.designing.kinds import KINDS
from app.workflow.studio.designing.settings import Settings, group_of, halves, settings_of

MOST_FIELDS = 120


class Sketch:
    """One form file of a draft. Raises BrokenProcess where it cannot be read as a form."""

    def __init__(self, text: str, name: str) -> None:
        self.form: Form = forms.read(text, name)
        self.name = name
        self.said = parsed(text)
        self._source = text

    def text(self) -> str:
        """The file as it is to be kept. Raises Invalid where it would be no form any more."""
        return _sound(written(self.said, self._source), self.name)

    def copied(self, title: str, taken: Container[str]) -> tuple[str, str]:
        """(file name, text) of a new form that asks the same, called otherwise. Raises Invalid."""
        if not title.strip() or title.strip() == self.said["title"]:
            words = "写上新表单的名称，和原来的不同"
            raise Invalid("请给新表单另取一个名称", {"copy": words})
        stem = re.sub(r"_\d+$", "", self.said["key"])
        key = next(each for n in range(2, 999) if _file(each := f"{stem}_{n}") not in taken)
        text = written(self.said | {"key": key, "title": title.strip()}, self._source)
        return _file(key), _sound(text, _file(key))

    @property
    def _properties(self) -> dict[str, Any]:
        found: dict[str, Any] = self.said["schema"]["properties"]
        return found

    @property
    def _ui(self) -> dict[str, Any]:
        found: dict[str, Any] = self.said["ui"]
        return found

    @property
    def order(self) -> list[str]:
        """The fields in the order in which they are read."""
        return list(self._ui.get("ui:order") or self._properties)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The groups as the file has them; none where it has none."""
        found: list[dict[str, Any]] = self._ui.get("ui:groups", [])
        return found

    def known(self, path: str) -> str:
        """The path of a field or column that is there. Raises NotFound."""
        key, dot, column = path.partition(".")
        beneath = self._properties.get(key, {}).get("items", {}).get("properties", {})
        if key not in self._properties or (dot and column not in beneath):
            raise NotFound("表单里没有这个字段，可能刚被别人删除，请回到表单页")
        return path

    def _columns(self, table: str) -> dict[str, Any]:
        """The columns of a table that is there. Raises NotFound."""
        found: dict[str, Any] | None = (
            self._properties.get(table, {}).get("items", {}).get("properties")
        )
        if found is None:
            raise NotFound("表单里没有这个表格，可能刚被别人删除，请回到表单页")
        return found

    def settings(self, path: str) -> Settings:
        """What is set of a field now."""
        return settings_of(self.said, self.known(path))

    def retitle(self, title: str) -> None:
        """Give the whole form another title."""
        self.said["title"] = title.strip()

    # ---- fields

    def add(self, kind: str, title: str, group: str = "", table: str = "") -> str:
        """Put a new field at the end of a group, or a column into a table; returns its path."""
        if kind not in KINDS or not title.strip():
            raise Invalid("请写名称、选类型", {"title": "写上字段名称"})
        schema, ui = KINDS[kind].made(title.strip())
        holder = self._columns(table) if table else self._properties
        if len(holder) >= MOST_FIELDS:
            raise Invalid(f"字段超过 {MOST_FIELDS} 个，请分成两张表单")
        stem = KINDS[kind].stem
        key = next(each for n in range(1, 200) if (each := f"{stem}_{n}") not in holder)
        holder[key] = schema
        if ui:
            beside = self._ui.setdefault(table, {}).setdefault("items", {}) if table else self._ui
            beside[key] = ui
        if table:
            return f"{table}.{key}"
        if "ui:order" in self._ui:
            self._place(key, group)
        elif self.groups:
            self._grouped(group)["fields"].append(key)
        return key

    def _place(self, key: str, group: str) -> None:
        order = self._ui["ui:order"]
        if not self.groups:
            order.append(key)
            return
        fields = self._grouped(group)["fields"]
        order.insert(order.index(fields[-1]) + 1 if fields else len(order), key)
        fields.append(key)

    def _grouped(self, key: str) -> dict[str, Any]:
        """This group, or the last where there is none of that key. Raises NotFound."""
        if not self.groups:
            raise NotFound("表单还没有分组，请回到表单页")
        return next((each for each in self.groups if each["key"] == key), self.groups[-1])

    def drop(self, path: str) -> None:
        """Take a field out, with all that is said of it. Its users are the caller's business."""
        key, _, column = self.known(path).partition(".")
        _, _, required = halves(self.said, path)
        if (column or key) in required:
            required.remove(column or key)
        if column:
            self._properties[key]["items"]["properties"].pop(column)
            self._ui.get(key, {}).get("items", {}).pop(column, None)
            return
        freed(self.said, key)
        self._properties.pop(key)
        self._ui.pop(key, None)
        for names in (self._ui.get("ui:order", []), *(each["fields"] for each in self.groups)):
            if key in names:
                names.remove(key)

    def move(self, path: str, by: int) -> None:
        """One place up (-1) or down (1): past its neighbour, or into the group beside its own."""
        key, _, column = self.known(path).partition(".")
        if column:
            items = self._properties[key]["items"]
            items["properties"] = _swapped(items["properties"], column, by)
            return
        if not self.groups:
            self._pass(key, self.order, by)
            return
        at = [each["key"] for each in self.groups].index(group_of(self.said, key))
        fields = self.groups[at]["fields"]
        place = fields.index(key) + by
        if 0 <= place < len(fields):
            self._pass(key, fields, by)
            fields.remove(key)
            fields.insert(place, key)
        elif 0 <= at + by < len(self.groups):
            self.regroup(key, self.groups[at + by]["key"], first=by > 0)

    def _pass(self, key: str, beside: list[str], by: int) -> None:
        """In the order of reading, to the other side of the neighbour in `beside`."""
        place = beside.index(key) + by
        if not 0 <= place < len(beside):
            return
        order = [each for each in self.order if each != key]
        order.insert(order.index(beside[place]) + (by > 0), key)
        self._reorder(order)

    def _reorder(self, order: list[str]) -> None:
        if "ui:order" in self._ui:
            self._ui["ui:order"] = order
        else:
            self.said["schema"]["properties"] = {each: self._properties[each] for each in order}

    def regroup(self, key: str, group: str, *, first: bool = False) -> None:
        """Into another group: at its end, or first in it."""
        for each in self.groups:
            if key in each["fields"]:
                each["fields"].remove(key)
        fields = self._grouped(group)["fields"]
        order = [each for each in self.order if each != key]
        if fields:
            order.insert(order.index(fields[0]) if first else order.index(fields[-1]) + 1, key)
            self._reorder(order)
        fields.insert(0 if first else len(fields), key)

    def change(self, path: str, wanted: Settings) -> str:
        """Write what differs from what is set; returns the path, which may be another then."""
        before = self.settings(path)
        if wanted.group != before.group and "." not in path:
            self.regroup(path, wanted.group)
        return change(self.said, path, before, wanted)

    # ---- groups

    def add_group(self, title: str) -> None:
        """A new group at the end; the first one takes all fields along."""
        if not title.strip():
            raise Invalid("请写分组名称", {"group_title": "写上分组名称"})
        groups = self._ui.setdefault("ui:groups", [])
        if not groups:
            groups.append({"key": "group_1", "title": self.said["title"], "fields": self.order})
        taken = {each["key"] for each in groups}
        key = next(each for n in range(1, 99) if (each := f"group_{n}") not in taken)
        groups.append({"key": key, "title": title.strip(), "fields": []})

    def change_group(self, key: str, title: str, words: str) -> None:
        """Give a group another title and another word of help."""
        group = self._grouped(key)
        group["title"] = title.strip()
        rest = {name: one for name, one in group.items() if name not in ("key", "title", "help")}
        group.pop("help", None)
        if words.strip():
            group.clear()
            group |= {"key": key, "title": title.strip(), "help": words.strip(), **rest}

    def drop_group(self, key: str) -> None:
        """Take a group away; its fields go to the one before it, or after."""
        at = next((n for n, each in enumerate(self.groups) if each["key"] == key), None)
        if at is None or len(self.groups) < 2:
            raise Invalid("至少要有一个分组，这个分组不能去掉")
        fields = self.groups.pop(at)["fields"]
        if at:
            self.groups[at - 1]["fields"] += fields
        else:
            self.groups[0]["fields"][:0] = fields

    def move_group(self, key: str, by: int) -> None:
        """One place up or down."""
        at = next((n for n, each in enumerate(self.groups) if each["key"] == key), 0)
        if 0 <= at + by < len(self.groups):
            self.groups.insert(at + by, self.groups.pop(at))
            self._reorder([key for each in self.groups for key in each["fields"]])


def _sound(text: str, name: str) -> str:
    try:
        forms.read(text, name)
    except BrokenProcess as broken:
        raise Invalid("；".join(one.message for one in broken.findings[:3])) from broken
    return text


def _file(key: str) -> str:
    return f"forms/{key}.json"


def _swapped(said: dict[str, Any], key: str, by: int) -> dict[str, Any]:
    names = list(said)
    at = names.index(key)
    if 0 <= at + by < len(names):
        names.insert(at + by, names.pop(at))
    return {name: said[name] for name in names}
