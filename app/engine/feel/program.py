"""A compiled expression: run as often as wanted, it keeps nothing between runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.engine.feel import values
from app.engine.feel.errors import FeelError
from app.engine.feel.nodes import Env, Node

_NONE: Mapping[str, Callable[..., object]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Program:
    """`names` are the variables that it reads, `calls` the functions that it uses."""

    text: str
    names: frozenset[str]
    calls: frozenset[str]
    node: Node

    def run(
        self,
        context: Mapping[str, object],
        value: object = None,
        functions: Mapping[str, Callable[..., object]] | None = None,
    ) -> values.Value:
        """The value for this data. `value` is what `?` stands for in a DMN cell."""
        env = Env(context, None, _NONE if functions is None else functions)
        return self.within(env, value)

    def within(self, env: Env, value: object = None) -> values.Value:
        """The value inside an Env that several programs share, and its fuel with it."""
        env.value = values.admitted(value)
        return values.result(self.node(env))

    def holds(self, context: Mapping[str, object], value: object = None) -> bool:
        """The value of a condition; anything but true or false is an error."""
        answer = self.run(context, value)
        if answer is True or answer is False:
            return answer
        raise FeelError(f"条件的结果应为 true 或 false，得到的是{values.kind(answer)}", 0)
