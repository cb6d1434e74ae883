"""The two ways an expression fails: it cannot be read, or it cannot be worked out."""

from __future__ import annotations


def _located(what: str, position: int | None) -> str:
    return what if position is None else f"第 {position + 1} 个字符处：{what}"


class FeelSyntaxError(SyntaxError):
    """The text is not an expression of ours. `position` counts characters from 0."""

    def __init__(self, what: str, position: int) -> None:
        super().__init__(_located(what, position))
        self.what = what
        self.position = position


class FeelError(ValueError):
    """The expression was read but has no value for this data. `position` is the operation's."""

    def __init__(self, what: str, position: int | None = None) -> None:
        super().__init__(_located(what, position))
        self.what = what
        self.position = position

    def at(self, position: int) -> FeelError:
        """The same error, placed; the innermost place wins."""
        return self if self.position is not None else FeelError(self.what, position)
