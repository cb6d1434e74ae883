"""Writing a form file: what was not changed stays as it stood, letter by letter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

WIDTH = 120
_SPACE = re.compile(r"[ \t\r\n]*")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_PLAIN = re.compile(r"[^\s,\]}]+")


@dataclass(slots=True)
class _Piece:
    """A value of the source: how it stood there, and what it holds."""

    text: str
    same: str
    named: dict[str, _Piece] = field(default_factory=dict)
    items: list[_Piece] = field(default_factory=list)


def parsed(text: str) -> dict[str, Any]:
    """The content of a form file that `read` has taken."""
    said: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return said


def written(said: Mapping[str, Any], source: str) -> str:
    """This content as text, laid out as in `source`, which may be empty."""
    if not source.strip():
        return _put(said, None, 0) + "\n"
    begin = _past(source, 0)
    piece, end = _value(source, begin)
    return source[:begin] + _put(said, piece, 0) + source[end:]


def _put(value: Any, was: _Piece | None, depth: int) -> str:
    if was is not None and was.same == _same(value):
        return was.text
    if isinstance(value, Mapping):
        known = was.named if was else {}
        parts = [
            f"{_word(name)}: {_put(one, known.get(name), depth + 1)}" for name, one in value.items()
        ]
        return _joined("{}", parts, was, depth)
    if isinstance(value, list | tuple):
        parts = [
            _put(one, before, depth + 1)
            for one, before in zip(value, _matched(value, was), strict=True)
        ]
        return _joined("[]", parts, was, depth)
    return _plain(value)


def _matched(value: list[Any] | tuple[Any, ...], was: _Piece | None) -> Iterator[_Piece | None]:
    """To each item the same one of the source; to a changed one that at its place."""
    items = was.items if was else []
    by_content = {each.same: each for each in items}
    for at, one in enumerate(value):
        yield by_content.get(_same(one)) or (items[at] if at < len(items) else None)


def _joined(brackets: str, parts: list[str], was: _Piece | None, depth: int) -> str:
    opening, closing = brackets[0], brackets[1]
    line = f"{opening}{', '.join(parts)}{closing}"
    spread = any("\n" in part for part in parts) or (was is not None and "\n" in was.text)
    if not parts or (not spread and len(line) + 2 * depth <= WIDTH):
        return line
    deep = "\n" + "  " * (depth + 1)
    return opening + deep + f",{deep}".join(parts) + "\n" + "  " * depth + closing


def _plain(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def _word(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _same(value: Any) -> str:
    """Equal for equal content in equal order; unlike Python, it tells 1 from true."""
    return json.dumps(value, ensure_ascii=False, default=str)


# ---- the source, with the place of everything in it


def _past(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int) -> tuple[_Piece, int]:
    if text[at] == "{":
        return _object(text, at)
    if text[at] == "[":
        return _array(text, at)
    found = _TEXT.match(text, at) or _PLAIN.match(text, at)
    end = found.end() if found else at + 1
    return _Piece(text[at:end], _same(json.loads(text[at:end], parse_float=Decimal))), end


def _object(text: str, at: int) -> tuple[_Piece, int]:
    named: dict[str, _Piece] = {}
    end = _past(text, at + 1)
    while text[end] != "}":
        found = _TEXT.match(text, end)
        name, end = (json.loads(found[0]), found.end()) if found else ("", end + 1)
        end = _past(text, _past(text, end) + 1)
        named[name], end = _value(text, end)
        end = _after(text, end)
    same = "{" + ", ".join(f"{_word(name)}: {one.same}" for name, one in named.items()) + "}"
    return _Piece(text[at : end + 1], same, named=named), end + 1


def _array(text: str, at: int) -> tuple[_Piece, int]:
    items: list[_Piece] = []
    end = _past(text, at + 1)
    while text[end] != "]":
        piece, end = _value(text, end)
        items.append(piece)
        end = _after(text, end)
    same = "[" + ", ".join(one.same for one in items) + "]"
    return _Piece(text[at : end + 1], same, items=items), end + 1


def _after(text: str, at: int) -> int:
    end = _past(text, at)
    return _past(text, end + 1) if text[end] == "," else end
