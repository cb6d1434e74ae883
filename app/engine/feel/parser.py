"""The grammar, one method per precedence level; each builds a closure.

Written by hand: measured on the same expressions it takes half the time of lark's LALR parser,
needs no tables at start, bounds the depth while reading and can say in Chinese what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from app.engine.feel import nodes, values
from app.engine.feel.errors import FeelSyntaxError
from app.engine.feel.functions import ABSENCE, FUNCTIONS, HOST_FUNCTIONS
from app.engine.feel.lexer import Token
from app.engine.feel.nodes import Node, Test
from app.engine.feel.reader import COMPARISONS, Reader

_SUM = {"+": values.add, "-": values.subtract}
_PRODUCT = {"*": values.multiply, "/": values.divide}
_LITERALS = {
    "true": True, "True": True, "false": False, "False": False, "null": None, "None": None,
}  # fmt: skip
_SPACED = [tuple(name.split()) for name in (*FUNCTIONS, *ABSENCE) if " " in name]
_PHRASES = {first: [words for words in _SPACED if words[0] == first] for first, *_ in _SPACED}


class Parser(Reader):
    """Reads one expression. Which names and functions it uses is known afterwards."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.names: set[str] = set()
        self.calls: set[str] = set()
        self.bound: list[str] = []
        self.bare_in: int | None = None
        """Place of an `in` that was just read without brackets around it."""

    # -- conditions ----------------------------------------------------------------------------
    def expression(self) -> Node:
        return self.nested(self.any_expression)

    def any_expression(self) -> Node:
        if token := self.take("if"):
            return self.conditional(token)
        if token := self.take("some", "every"):
            return self.quantified(token)
        return self.disjunction()

    def conditional(self, start: Token) -> Node:
        condition = self.expression()
        self.need("then")
        yes = self.expression()
        self.need("else")
        return nodes.choice(condition, yes, self.expression(), start.position)

    def quantified(self, start: Token) -> Node:
        name = self.next
        if name.kind != "name":
            raise self.wrong(f"{start.text} 后面应为一个名字")
        self.at += 1
        self.need("in")
        source = self.total()
        self.need("satisfies")
        mark = self.at
        self.bound.append(name.text)
        body = self.expression()
        self.bound.pop()
        cost, every = self.at - mark + 1, start.text == "every"
        return nodes.Quantifier(name.text, source, body, every, cost, start.position)

    def disjunction(self) -> Node:
        return self.chain("or", self.conjunction)

    def conjunction(self) -> Node:
        return self.chain("and", self.negation)

    def chain(self, word: str, part: Callable[[], Node]) -> Node:
        """Parts joined by one word. An `in` among them must stand in brackets: the browser's FEEL
        would read `a in b or c` as `a in (b or c)`, and so decide differently from the server."""
        parts = [self.noted(part)]
        while self.take(word):
            parts.append(self.noted(part))
        self.bare_in = next((loose for _, _, loose in parts if loose is not None), None)
        if len(parts) == 1:
            return parts[0][0]
        if self.bare_in is not None:
            raise FeelSyntaxError(
                "in 与 and、or 同用时请加括号，如 (a in [1..2]) or b", self.bare_in
            )
        return nodes.joined([(node, place) for node, place, _ in parts], stop=word == "or")

    def noted(self, part: Callable[[], Node]) -> tuple[Node, int, int | None]:
        start, self.bare_in = self.next.position, None
        return part(), start, self.bare_in

    def negation(self) -> Node:
        turns, start = 0, self.next.position
        while self.sees("not") and not self.opens():
            self.at += 1
            turns += 1
        self.limit(turns)
        node = self.comparison()
        for _ in range(2 - turns % 2 if turns else 0):
            node = nodes.applied(FUNCTIONS["not"].call, node, start)
        return node

    def comparison(self) -> Node:
        left = self.total()
        sign = self.take(*COMPARISONS, "in", "between")
        if sign is None:
            return left
        if sign.text == "in":
            test = self.membership()
            self.bare_in = sign.position
            return nodes.tested(left, test)
        if sign.text == "between":
            low = self.total()
            self.need("and")
            between = nodes.stretch(low, self.total(), True, True)
            return nodes.tested(left, nodes.matching(between, sign.position))
        right = self.total()
        if self.sees(*COMPARISONS):
            raise self.wrong("比较不能连写，请用 and 或 between")
        return nodes.folded(left, [(nodes.compare(sign.text), right, sign.position)])

    # -- arithmetic ----------------------------------------------------------------------------
    def total(self) -> Node:
        return self.fold(_SUM, self.product)

    def product(self) -> Node:
        return self.fold(_PRODUCT, self.signed)

    def fold(self, signs: Mapping[str, nodes.Operation], part: Callable[[], Node]) -> Node:
        first, rest = part(), []
        while sign := self.take(*signs):
            rest.append((signs[sign.text], part(), sign.position))
        return nodes.folded(first, rest) if rest else first

    def signed(self) -> Node:
        turns, start = 0, self.next.position
        while self.take("-"):
            turns += 1
        self.limit(turns)
        node = self.atom()
        for _ in range(2 - turns % 2 if turns else 0):
            node = nodes.applied(values.negative, node, start)
        return node

    # -- the smallest parts --------------------------------------------------------------------
    def atom(self) -> Node:
        if phrase := self.phrase():
            return self.call(phrase)
        token = self.next
        self.at += 1
        match token.kind:
            case "number":
                return nodes.constant(Decimal(token.text) if "." in token.text else int(token.text))
            case "text":
                return nodes.constant(token.text)
            case "name":
                return self.named(token)
            case "word" if token.text in _LITERALS:
                return nodes.constant(_LITERALS[token.text])
            case "sign" if token.text in ("(", "[", "]"):
                return self.bracketed(token.text)
            case "sign" if token.text == "?":
                return self.subject(token)
        self.at -= 1
        raise self.wrong(f"这里应为一个值，却是{token.shown()}")

    def subject(self, token: Token) -> Node:
        raise FeelSyntaxError("“?”只能用在决策表的输入格里", token.position)

    def named(self, token: Token) -> Node:
        if self.sees("("):
            raise FeelSyntaxError(f"没有“{token.text}”这个函数", token.position)
        if token.text in self.bound:
            return nodes.bound(token.text)
        self.names.add(token.text)
        return nodes.variable(token.text, token.position)

    def bracketed(self, opening: str) -> Node:
        if opening == "[" and self.take("]"):
            return nodes.listed([])
        parts = [self.expression()]
        if self.take(".."):
            return self.stretched(parts[0], opening == "[")
        if opening == "]":
            raise self.wrong("这里应为“..”")
        while opening == "[" and self.take(","):
            parts.append(self.expression())
        self.need(")" if opening == "(" else "]")
        self.bare_in = None
        return parts[0] if opening == "(" else nodes.listed(parts)

    def stretched(self, low: Node, low_in: bool) -> Node:
        high = self.expression()
        end = self.take("]", ")", "[")
        if end is None:
            raise self.wrong(f"范围应以“]”或“)”收尾，却是{self.next.shown()}")
        self.bare_in = None
        return nodes.stretch(low, high, low_in, end.text == "]")

    # -- tests behind `in` ---------------------------------------------------------------------
    def membership(self) -> Test:
        position = self.next.position
        if not self.take("("):
            return self.limited() or nodes.matching(self.total(), position)
        test = self.limited()
        if test is None:
            low = self.expression()
            if self.take(".."):
                return nodes.matching(self.stretched(low, low_in=False), position)
            test = nodes.matching(low, position)
        tests = [test]
        while self.take(","):
            tests.append(self.value_test())
        self.need(")")
        return nodes.either(tests)

    def limited(self) -> Test | None:
        sign = self.take(*COMPARISONS)
        if sign is None:
            return None
        return nodes.against(nodes.compare(sign.text), self.total(), sign.position)

    def value_test(self) -> Test:
        position = self.next.position
        return self.limited() or nodes.matching(self.expression(), position)

    # -- functions -----------------------------------------------------------------------------
    def phrase(self) -> str | None:
        """The function whose name, spaces included, stands here before a bracket."""
        if self.next.kind not in ("name", "word"):
            return None
        for words in _PHRASES.get(self.next.text, ()):
            here = self.tokens[self.at : self.at + len(words)]
            if self.opens(len(words)) and tuple(token.text for token in here) == words:
                return " ".join(words)
        name = self.next.text
        return name if self.opens() and (name in FUNCTIONS or name in HOST_FUNCTIONS) else None

    def call(self, name: str) -> Node:
        position = self.next.position
        self.at += len(name.split()) + 1
        self.calls.add(name)
        if name in ABSENCE:
            return self.absence(name)
        arguments = self.arguments()
        self.bare_in = None
        if name in HOST_FUNCTIONS:
            self.counted(name, len(arguments), HOST_FUNCTIONS[name], HOST_FUNCTIONS[name])
            return nodes.hosted(name, arguments, position)
        function = FUNCTIONS[name]
        self.counted(name, len(arguments), function.least, function.most)
        return nodes.called(name, function, arguments, position)

    def arguments(self) -> list[Node]:
        if self.take(")"):
            return []
        given = [self.expression()]
        while self.take(","):
            given.append(self.expression())
        self.need(")")
        return given

    def counted(self, name: str, given: int, least: int, most: int) -> None:
        if not least <= given <= most:
            wanted = f"{least}" if least == most else f"{least} 至 {most}"
            raise self.wrong(f"{name}(…) 要 {wanted} 个参数，写了 {given} 个")

    def absence(self, name: str) -> Node:
        token = self.next
        if token.kind != "name" or token.text in self.bound:
            raise self.wrong(f"{name}(…) 的第一个参数应为变量名")
        self.at += 1
        self.names.add(token.text)
        default = None
        if ABSENCE[name] == 2:
            self.need(",")
            default = self.expression()
        self.need(")")
        self.bare_in = None
        return nodes.present(token.text, default)
