"""Evaluation: each construct as a closure over its parts, run against one Env."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.engine.feel import values
from app.engine.feel.errors import FeelError
from app.engine.feel.functions import Function, host_number

FUEL = 10_000
"""Steps that one run may take; a round of some/every costs as much as its body is long."""


@dataclass(slots=True)
class Env:
    """What one run sees. `bound` holds the names of some/every that are being gone through."""

    context: Mapping[str, object]
    value: object = None
    functions: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    bound: dict[str, object] = field(default_factory=dict)
    fuel: int = FUEL

    def burn(self, steps: int) -> None:
        """Pay for work done, refusing to go on when nothing is left."""
        self.fuel -= steps
        if self.fuel < 0:
            raise FeelError("表达式的计算量太大")


Node = Callable[[Env], object]
Test = Callable[[Env, object], bool]
"""A test of a DMN cell or behind `in`: takes the value that is tested."""
Operation = Callable[[object, object], object]


def constant(value: object) -> Node:
    """A literal."""
    return lambda env: value


def subject(env: Env) -> object:
    """`?`, the value of the input column."""
    return env.value


def variable(name: str, position: int) -> Node:
    """A name of the case data; absence is an error that says so."""

    def run(env: Env) -> object:
        if name not in env.context:
            raise FeelError(f"没有变量“{name}”的值（如果是文字，请加英文引号）", position)
        return _read(env, env.context[name], name, position)

    return run


def bound(name: str) -> Node:
    """The name that some/every goes through with."""
    return lambda env: env.bound[name]


def present(name: str, default: Node | None) -> Node:
    """`is defined(name)` without a default; `get or else(name, default)` with one."""

    def run(env: Env) -> object:
        found = env.context.get(name)
        if default is None:
            return found is not None
        return default(env) if found is None else _read(env, found, name, None)

    return run


def _read(env: Env, value: object, name: str, position: int | None) -> object:
    try:
        given = values.admitted(value)
        env.burn(len(given) if type(given) is list else 1)
    except FeelError as error:
        raise FeelError(f"变量“{name}”：{error.what}", position) from None
    return given


def listed(parts: Sequence[Node]) -> Node:
    """A list written out."""
    return lambda env: [part(env) for part in parts]


def stretch(low: Node, high: Node, low_in: bool, high_in: bool) -> Node:
    """A range written out."""
    return lambda env: values.Range(low(env), high(env), low_in, high_in)


def folded(first: Node, rest: Sequence[tuple[Operation, Node, int]]) -> Node:
    """A chain such as a + b - c, from left to right, without nesting."""

    def run(env: Env) -> object:
        total = first(env)
        for operation, part, position in rest:
            right = part(env)
            try:
                total = operation(total, right)
            except FeelError as error:
                raise error.at(position) from None
        return total

    return run


def applied(operation: Callable[[object], object], part: Node, position: int) -> Node:
    """A sign or a prefix `not`."""

    def run(env: Env) -> object:
        given = part(env)
        try:
            return operation(given)
        except FeelError as error:
            raise error.at(position) from None

    return run


def joined(parts: Sequence[tuple[Node, int]], stop: bool) -> Node:
    """`or` (stops at true) and `and` (stops at false)."""

    def run(env: Env) -> object:
        return any(_holds(part, env, position) is stop for part, position in parts) is stop

    return run


def _holds(part: Node, env: Env, position: int) -> bool:
    given = part(env)
    try:
        return values.truth(given)
    except FeelError as error:
        raise error.at(position) from None


def choice(condition: Node, yes: Node, no: Node, position: int) -> Node:
    """`if … then … else …`; only the branch taken is worked out."""
    return lambda env: yes(env) if _holds(condition, env, position) else no(env)


@dataclass(frozen=True, slots=True)
class Quantifier:
    """`some` and `every`: the name, the list it goes through and what must hold."""

    name: str
    source: Node
    body: Node
    every: bool
    cost: int
    position: int

    def __call__(self, env: Env) -> bool:
        shadowed = dict(env.bound)
        try:
            for item in self._items(env):
                env.burn(self.cost)
                env.bound[self.name] = item
                if _holds(self.body, env, self.position) is not self.every:
                    return not self.every
            return self.every
        finally:
            env.bound = shadowed

    def _items(self, env: Env) -> list[object]:
        given = self.source(env)
        try:
            return values.items(given)
        except FeelError as error:
            raise error.at(self.position) from None


def called(name: str, function: Function, arguments: Sequence[Node], position: int) -> Node:
    """A function of the closed list."""
    call = function.call

    def run(env: Env) -> object:
        given = [argument(env) for argument in arguments]
        try:
            env.burn(1 + sum(len(value) for value in given if type(value) is list))
            return call(*given)
        except FeelError as error:
            raise error.at(position) from None

    return run


def hosted(name: str, arguments: Sequence[Node], position: int) -> Node:
    """A function that the caller of `run` hands in."""

    def run(env: Env) -> object:
        if name not in env.functions:
            raise FeelError(f"{name}(…) 只能用在定时器里", position)
        given = [argument(env) for argument in arguments]
        try:
            return values.admitted(env.functions[name](*map(host_number, given)))
        except FeelError as error:
            raise error.at(position) from None

    return run


def compare(sign: str) -> Operation:
    """The comparison that a sign stands for."""
    match sign:
        case "=" | "==":
            return values.same
        case "!=":
            return lambda a, b: not values.same(a, b)
        case "<":
            return lambda a, b: values.order(a, b) < 0
        case "<=":
            return lambda a, b: values.order(a, b) <= 0
        case ">":
            return lambda a, b: values.order(a, b) > 0
    return lambda a, b: values.order(a, b) >= 0


def against(operation: Operation, right: Node, position: int) -> Test:
    """A cell such as `< 5`."""

    def test(env: Env, value: object) -> bool:
        limit = right(env)
        try:
            return values.truth(operation(value, limit))
        except FeelError as error:
            raise error.at(position) from None

    return test


def matching(part: Node, position: int, *, computed: bool = False) -> Test:
    """A cell such as `5`, `[1..5]` or a list: equal to it, or in it.

    A cell that is `computed` and comes to a truth is refused: the browser's FEEL takes it for a
    condition, we would compare it with the column, and nobody can tell which was meant.
    """

    def test(env: Env, value: object) -> bool:
        wanted = part(env)
        try:
            if computed and type(wanted) is bool:
                raise FeelError(
                    "这一格算出的是 true 或 false，请用 ? 写成完整的条件，如 ? = 变量名"
                )
            return _matches(value, wanted)
        except FeelError as error:
            raise error.at(position) from None

    return test


def _matches(value: object, wanted: object) -> bool:
    if type(wanted) is values.Range:
        return wanted.holds(value)
    if type(wanted) is list:
        return any(_matches(value, item) for item in wanted if type(item) is not list)
    return values.same(value, wanted)


def full(part: Node, position: int) -> Test:
    """A cell that names its value with `?` and is a condition by itself."""
    return lambda env, value: _holds(part, env, position)


def either(tests: Sequence[Test], negated: bool = False) -> Test:
    """Any of several tests, or none of them."""
    return lambda env, value: any(test(env, value) for test in tests) is not negated


def tested(part: Node, test: Test) -> Node:
    """`value in tests`."""
    return lambda env: test(env, part(env))
