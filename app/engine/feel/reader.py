"""Walking over tokens: looking ahead, taking, and refusing with a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.engine.feel.errors import FeelSyntaxError
from app.engine.feel.lexer import Token, tokens

Part = TypeVar("Part")
MAX_DEPTH = 24
COMPARISONS = ("=", "==", "!=", "<", "<=", ">", ">=")


class Reader:
    """The tokens of one text and the place that has been reached in them."""

    def __init__(self, source: str) -> None:
        self.tokens = tokens(source)
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        """The token that stands here."""
        return self.tokens[self.at]

    def sees(self, *texts: str) -> bool:
        """Whether one of these signs or keywords stands here."""
        return self.next.kind in ("sign", "word") and self.next.text in texts

    def opens(self, ahead: int = 1) -> bool:
        """Whether an opening bracket stands that many tokens ahead."""
        if self.at + ahead >= len(self.tokens):
            return False
        token = self.tokens[self.at + ahead]
        return token.kind == "sign" and token.text == "("

    def take(self, *texts: str) -> Token | None:
        """Step over one of these signs or keywords, if it stands here."""
        if not self.sees(*texts):
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def need(self, text: str) -> None:
        """Step over this sign or keyword, which must stand here."""
        if self.take(text) is None:
            raise self.wrong(f"这里应为“{text}”，却是{self.next.shown()}")

    def wrong(self, what: str) -> FeelSyntaxError:
        """The refusal of what stands here."""
        return FeelSyntaxError(what, self.next.position)

    def end(self) -> None:
        """Nothing may be left."""
        if self.next.kind == "end":
            return
        if self.sees(*COMPARISONS):
            raise self.wrong("比较不能连写，请用 and 或 between")
        raise self.wrong(f"多出了{self.next.shown()}（变量名中间不能有空格，文字要加英文引号）")

    def limit(self, depth: int) -> None:
        """Refuse what is nested too deep."""
        if depth > MAX_DEPTH:
            raise self.wrong(f"嵌套超过 {MAX_DEPTH} 层")

    def nested(self, part: Callable[[], Part]) -> Part:
        """What `part` reads, one level deeper."""
        self.depth += 1
        self.limit(self.depth)
        found = part()
        self.depth -= 1
        return found
