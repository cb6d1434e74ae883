"""A condition in words: 字段, 比较, 值. What cannot be said so is left to its formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.engine.feel import FeelSyntaxError
from app.engine.feel.reader import COMPARISONS, Reader
from app.engine.telling.words import FieldWords, Words

OUTCOME = "outcome"
_SAID = {
    "=": "为", "==": "为", "!=": "不是", "<": "小于", "<=": "不超过", ">": "大于", ">=": "不小于",
}  # fmt: skip
_TRUTH = {"true": "是", "True": "是", "false": "否", "False": "否", "null": "空", "None": "空"}


class _Unsaid(ValueError):
    """There are no words for a part of it."""


def condition_words(text: str, words: Words, outcomes: Mapping[str, str]) -> str:
    """`通过且办到哪一级不是“市级”`; nothing where a part has no words."""
    try:
        reader = _Sayer(text, words, outcomes)
        said = reader.either().text
        reader.end()
    except (_Unsaid, FeelSyntaxError):
        return ""
    return " ".join(said.split()).replace(" ，", "，")


@dataclass(frozen=True, slots=True)
class _Said:
    """Words of a part: `joint` is what joins its own parts; of an equation, both sides."""

    text: str
    joint: str = ""
    field: str = ""
    value: str = ""


class _Sayer(Reader):
    def __init__(self, text: str, words: Words, outcomes: Mapping[str, str]) -> None:
        super().__init__(text)
        self.words = words
        self.outcomes = outcomes

    def either(self) -> _Said:
        return self.nested(lambda: self._chain("or", self._both))

    def _both(self) -> _Said:
        return self._chain("and", self._one)

    def _chain(self, word: str, part: Callable[[], _Said]) -> _Said:
        """Parts joined by one word. Words have no brackets: alternatives within an `and` are left
        to the formula, for they would be read as another rule."""
        parts = [part()]
        while self.take(word):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        if word == "and":
            if any(each.joint == "or" for each in parts):
                raise _Unsaid
            return _Said("且".join(each.text for each in parts), word)
        fields = {each.field for each in parts}
        if len(fields) == 1 and "" not in fields:
            return _Said(fields.pop() + "或".join(each.value for each in parts), word)
        return _Said("，或者".join(each.text for each in parts), word)

    def _one(self) -> _Said:
        if self.take("("):
            inside = self.either()
            self.need(")")
            return inside
        name = self._variable()
        if sign := self.take(*COMPARISONS):
            return self._compared(name, sign.text)
        if self.take("in"):
            return self._listed(name)
        return _Said(self._label(name) + "为“是”")

    def _variable(self) -> str:
        """A name, or a name that may be missing: `get or else(until_fixed, false)`."""
        if self.next.kind in {"name", "word"} and self.next.text == "get":
            self.at += 3
            self.need("(")
            name = self._name()
            self.need(",")
            self.at += 1
            self.need(")")
            return name
        return self._name()

    def _name(self) -> str:
        token = self.next
        if token.kind != "name":
            raise _Unsaid
        self.at += 1
        return token.text

    def _compared(self, name: str, sign: str) -> _Said:
        value = self._literal(name)
        if name == OUTCOME:
            return _Said(value if sign in {"=", "=="} else f"{_SAID[sign]}“{value}”")
        field = self._label(name) + _SAID[sign]
        return _Said(field + value, "", field if sign in {"=", "=="} else "", value)

    def _listed(self, name: str) -> _Said:
        self.need("(")
        values = [self._literal(name)]
        while self.take(","):
            values.append(self._literal(name))
        self.need(")")
        said = "、".join(values)
        if name == OUTCOME:
            return _Said(said, "or" if len(values) > 1 else "")
        return _Said(f"{self._label(name)}为{said}之一")

    def _literal(self, name: str) -> str:
        token = self.next
        self.at += 1
        if token.kind == "number":
            return f" {token.text} "
        if token.kind == "word" and token.text in _TRUTH:
            return f"“{_TRUTH[token.text]}”"
        if token.kind != "text":
            raise _Unsaid
        if name == OUTCOME:
            return self.outcomes.get(token.text, token.text)
        field = self.words.fields.get(name, FieldWords(""))
        found = next((said for each in (field.values, self.words.values, self.outcomes)
                      if (said := each.get(token.text))), None)  # fmt: skip
        if found is None:
            raise _Unsaid
        return f"“{found}”"

    def _label(self, name: str) -> str:
        if name not in self.words.fields:
            raise _Unsaid
        return self.words.fields[name].label
