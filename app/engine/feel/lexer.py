"""Text to tokens, within bounds; what is not ours is refused here with its place."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from app.engine.feel.errors import FeelSyntaxError
from app.engine.feel.values import MAX_TEXT

MAX_SOURCE, MAX_TOKENS = 2000, 400

_LOGIC = {"and", "or", "not", "in", "between", "if", "then", "else", "some", "every", "satisfies"}
KEYWORDS = _LOGIC | {"true", "false", "null", "True", "False", "None"}

_TOKEN = re.compile(
    r"""(?P<number>[0-9]{1,34}(?:\.(?!\.)[0-9]{1,34})?|\.[0-9]{1,34})
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<name>[^\W\d]\w*)
      | (?P<sign>\.\.|<=|>=|!=|==|[-+*/<>=(),\[\]?])""",
    re.VERBOSE,
)
_SPACE = re.compile(r"\s*")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "/": "/"}
_WIDE = {
    **dict(zip("（），＝＜＞＋－＊／？、×÷", "(),=<>+-*/?,*/", strict=True)),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("‘’", "'"),
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}
_HINTS = {
    ".": "不能用“.”取下级内容，请直接写变量名",
    "{": "不能用花括号",
    "}": "不能用花括号",
    "$": "不用写 ${ }，直接写表达式",
    "#": "不用写 #{ }，直接写表达式",
    '"': "文字没有用引号收尾",
    "'": "文字没有用引号收尾",
    "&": "“并且”请写 and",
    "|": "“或者”请写 or",
    "!": "“不等于”请写 !=，“不是”请写 not(…)",
    "%": "不支持求余数或百分号",
    ";": "只能写一个表达式",
}


class Token(NamedTuple):
    """One piece: number, text, name, word (a keyword), sign or end. `text` is unescaped."""

    kind: str
    text: str
    position: int

    def shown(self) -> str:
        """The piece as it is named in a message."""
        return "结尾" if self.kind == "end" else f"“{self.text[:20]}”"


def tokens(source: str) -> list[Token]:
    """All tokens of the text, closed by one of kind `end`."""
    if len(source) > MAX_SOURCE:
        raise FeelSyntaxError(f"表达式超过 {MAX_SOURCE} 个字符", MAX_SOURCE)
    found: list[Token] = []
    position, length = _skip(source, 0), len(source)
    while position < length:
        match = _TOKEN.match(source, position)
        if match is None:
            raise FeelSyntaxError(_unknown(source[position]), position)
        if len(found) >= MAX_TOKENS:
            raise FeelSyntaxError(f"表达式超过 {MAX_TOKENS} 个词", position)
        found.append(_token(match, position))
        if match.lastgroup == "number" and source[match.end() : match.end() + 1].isalnum():
            raise FeelSyntaxError("数字太长，或后面直接跟了别的字", match.end())
        position = _skip(source, match.end())
    found.append(Token("end", "", length))
    return found


def _skip(source: str, position: int) -> int:
    space = _SPACE.match(source, position)
    return space.end() if space else position


def _token(match: re.Match[str], position: int) -> Token:
    kind, piece = match.lastgroup or "", match.group()
    if kind == "text":
        return Token(kind, _unescaped(piece[1:-1], position), position)
    if kind == "name":
        if piece in KEYWORDS:
            return Token("word", piece, position)
        _check_name(piece, position)
    return Token(kind, piece, position)


def _check_name(name: str, position: int) -> None:
    if name.startswith("_"):
        raise FeelSyntaxError("变量名不能以下划线开头", position)
    if len(name) > 64 or unicodedata.normalize("NFKC", name) != name:
        raise FeelSyntaxError("变量名太长，或含有全角字母等异形字符", position)


def _unescaped(body: str, position: int) -> str:
    def one(match: re.Match[str]) -> str:
        code = match.group(1)
        if len(code) == 5:
            return chr(int(code[1:], 16))
        if code not in _ESCAPES:
            raise FeelSyntaxError(f"文字里不认识“\\{code}”，反斜杠本身请写成两个", position)
        return _ESCAPES[code]

    text = _ESCAPE.sub(one, body)
    if len(text) > MAX_TEXT or any("\ud800" <= c <= "\udfff" for c in text):
        raise FeelSyntaxError("文字太长，或含有不成对的编码", position)
    return text


def _unknown(character: str) -> str:
    if character in _WIDE:
        return f"“{character}”是中文或全角符号，请改用英文的 {_WIDE[character]}"
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return _HINTS.get(character, f"不认识字符“{shown}”")
