"""The input cells of a decision table: DMN's unary tests."""

from __future__ import annotations

from app.engine.feel import nodes
from app.engine.feel.lexer import Token
from app.engine.feel.nodes import Node, Test
from app.engine.feel.parser import Parser


class CellParser(Parser):
    """Reads one cell, in which `?` is the value of the column."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.subjects = 0

    def cell(self) -> Node:
        """One of several tests holds, or with not(…) none of them."""
        if self.sees("not") and self.opens():
            self.at += 2
            tests = self.cell_tests()
            self.need(")")
            return nodes.tested(nodes.subject, nodes.either(tests, negated=True))
        return nodes.tested(nodes.subject, nodes.either(self.cell_tests()))

    def cell_tests(self) -> list[Test]:
        tests = [self.cell_test()]
        while self.take(","):
            tests.append(self.cell_test())
        return tests

    def cell_test(self) -> Test:
        """One test. An expression that names `?` is a condition by itself, any other a value."""
        if test := self.limited():
            return test
        seen, first, at = self.subjects, self.next, self.at
        node = self.expression()
        if self.subjects > seen:
            return nodes.full(node, first.position)
        literal = first.kind == "word" and self.at == at + 1
        return nodes.matching(node, first.position, computed=not literal)

    def subject(self, token: Token) -> Node:
        self.subjects += 1
        return nodes.subject
