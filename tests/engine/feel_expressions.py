"""Expressions of our language, made by kind: as we write them, and as the browser's FEEL does."""

from __future__ import annotations

from collections.abc import Callable

from tests.engine.feel_parts import (
    AND,
    ANY,
    ATOM,
    COMPARED,
    CONTEXTS,
    DAYS,
    KINDS,
    NAMES,
    OR,
    PRODUCT,
    SIGNED,
    SPANS,
    SUM,
    WORDS,
    Case,
    Part,
    Pieces,
)


class Expressions(Pieces):
    """An endless supply; the same seed brings the same ones."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.wild = 0.0
        self.depth = 0
        self.bound: dict[str, list[str]] = {}
        self.makers: dict[str, list[Callable[[], Part]]] = {
            "number": [self.arithmetic, self.signed, self.numeric_call, self.counted, self.choice],
            "text": [self.joined, self.text_call, self.choice],
            "truth": [self.comparison, self.within, self.logic, self.logic, self.negated,
                      self.truth_call, self.quantified, self.choice, self.absent],
            "date": [self.day_moved, self.choice],
            "moment": [self.moment_moved],
            "numbers": [self.list_of_numbers],
            "texts": [self.list_of_texts],
        }  # fmt: skip

    def one(self) -> Case:
        """The next expression."""
        chance = self.chance
        self.wild = chance.choice((0.0, 0.0, 0.0, 0.08))
        self.bound = {}
        if chance.random() < 0.15:
            return self.cell()
        kind = chance.choice(("number", "text", "truth", "truth", "truth", "date"))
        self.depth = chance.randint(2, 4)
        part = self.part(kind)
        return Case(
            part.ours, part.theirs, chance.randrange(len(CONTEXTS)), part.inexact, self.wild > 0
        )

    # -- building blocks -----------------------------------------------------------------------
    def part(self, kind: str) -> Part:
        """Something of this kind, or with the chance `wild` of another."""
        if self.chance.random() < self.wild:
            kind = self.pick(KINDS)
            if self.chance.random() < 0.3:
                return self.plain(self.pick(("note", "null", "nobody")))
        if self.depth <= 0 or self.chance.random() < 0.25:
            return self.leaf(kind)
        self.depth -= 1
        found = self.chance.choice(self.makers[kind])
        made = self.choice(kind) if found == self.choice else found()
        self.depth += 1
        return made

    def leaf(self, kind: str) -> Part:
        names = (*NAMES[kind], *self.bound.get(kind, ()))
        if self.chance.random() < 0.55 or kind in ("moment",):
            return self.plain(self.pick(names))
        return self.literal(kind)

    def literal(self, kind: str) -> Part:
        match kind:
            case "number":
                return self.figure()
            case "text":
                return self.plain(self.pick(WORDS))
            case "truth":
                return self.plain(self.pick(("true", "false")))
            case "date":
                return self.plain(f'date("{self.pick(DAYS)}")')
            case "numbers":
                return self.list_of_numbers()
        return self.list_of_texts()

    def figure(self) -> Part:
        """Whole numbers and halves agree in binary; tenths need not."""
        if self.chance.random() < 0.15:
            return Part(tenth := f"{self.chance.randint(1, 999) / 10}", tenth, ATOM, inexact=True)
        return self.plain(
            self.pick(("0", "1", "2", "3", "7", "12", "120", "300000", "0.5", "2.25"))
        )

    # -- numbers -------------------------------------------------------------------------------
    def arithmetic(self) -> Part:
        sign = self.pick(("+", "-", "*", "*", "+", "/"))
        level = PRODUCT if sign in "*/" else SUM
        part = self.made(
            f"{{}} {sign} {{}}",
            level,
            (self.part("number"), level),
            (self.part("number"), level + 1),
        )
        return Part(part.ours, part.theirs, level, part.inexact or sign == "/")

    def signed(self) -> Part:
        return self.made("-{}", SIGNED, (self.part("number"), ATOM))

    def numeric_call(self) -> Part:
        name = self.pick(("abs", "floor", "ceiling", "sum", "min", "max", "decimal", "number"))
        if name in ("abs", "floor", "ceiling"):
            return self.call(name, self.part("number"))
        if name == "decimal":
            part = self.call(name, self.part("number"), self.plain(self.pick(("0", "1", "2"))))
            return Part(part.ours, part.theirs, ATOM, inexact=True)
        if name == "number":
            return self.plain(self.pick(('number("12.5")', 'number("-3")', 'number("0")')))
        if self.chance.random() < 0.5:
            return self.call(name, self.part("numbers"))
        return self.call(name, *(self.part("number") for _ in range(self.chance.randint(2, 4))))

    def counted(self) -> Part:
        match self.chance.randrange(3):
            case 0:
                return self.call("count", self.part(self.pick(("numbers", "texts"))))
            case 1:
                return self.call("string length", self.part("text"))
        one, other = self.part("date"), self.part("date")
        theirs = f"(date({other.theirs}) - date({one.theirs})).days"
        return self.call("days between", one, other, theirs=theirs)

    def choice(self, kind: str = "number") -> Part:
        return self.made(
            "if {} then {} else {}",
            ANY,
            (self.part("truth"), ANY), (self.part(kind), ANY), (self.part(kind), ANY),
        )  # fmt: skip

    # -- texts ---------------------------------------------------------------------------------
    def joined(self) -> Part:
        return self.made("{} + {}", SUM, (self.part("text"), SUM), (self.part("text"), PRODUCT))

    def text_call(self) -> Part:
        match self.chance.randrange(4):
            case 0:
                part = self.call("string", self.part(self.pick(("number", "text", "truth"))))
                return Part(part.ours, part.theirs, ATOM, inexact=True) if part.inexact else part
            case 1:
                return self.call(self.pick(("upper case", "lower case")), self.part("text"))
            case 2:
                place = self.plain(self.pick(("1", "2", "-1", "-2")))
                return self.call("substring", self.part("text"), place)
        start, length = self.pick(("1", "2", "-3")), self.pick(("1", "2", "6"))
        return self.call("substring", self.part("text"), self.plain(start), self.plain(length))

    # -- truths --------------------------------------------------------------------------------
    def comparison(self) -> Part:
        kind = self.pick(("number", "number", "text", "date", "truth", "moment"))
        signs = ("=", "!=") if kind in ("text", "truth") else ("=", "!=", "<", "<=", ">", ">=")
        sign = self.pick(signs)
        return self.made(
            f"{{}} {sign} {{}}", COMPARED, (self.part(kind), SUM), (self.part(kind), SUM)
        )

    def within(self) -> Part:
        kind = self.pick(("number", "number", "date", "text"))
        subject = (self.part(kind), SUM)
        if kind == "text":
            if self.chance.random() < 0.4:
                return self.made("{} in {}", COMPARED, subject, (self.part("texts"), SUM))
            return self.made(
                "{} in ({}, {})", COMPARED, subject, (self.part(kind), SUM), (self.part(kind), SUM)
            )
        ends = (self.part(kind), SUM), (self.part(kind), SUM)
        if self.chance.random() < 0.3:
            return self.made("{} between {} and {}", COMPARED, subject, *ends)
        if self.chance.random() < 0.2:
            sign = self.pick(("<", "<=", ">", ">="))
            return self.made(f"{{}} in ({sign} {{}}, {{}})", COMPARED, subject, *ends)
        opens, closes = self.pick(("[", "(", "]")), self.pick(("]", ")", "["))
        return self.made(f"{{}} in {opens}{{}}..{{}}{closes}", COMPARED, subject, *ends)

    def logic(self) -> Part:
        word, level = self.chance.choice((("and", AND), ("or", OR)))
        parts = [(self.part("truth"), level + 1) for _ in range(self.chance.randint(2, 3))]
        return self.made(f" {word} ".join(["{}"] * len(parts)), level, *parts)

    def negated(self) -> Part:
        return self.call("not", self.part("truth"))

    def truth_call(self) -> Part:
        if self.chance.random() < 0.3:
            kind = self.pick(("number", "text"))
            return self.call("list contains", self.part(f"{kind}s"), self.part(kind))
        name = self.pick(("contains", "starts with", "ends with"))
        return self.call(name, self.part("text"), self.part("text"))

    def quantified(self) -> Part:
        kind, name = self.pick(("number", "text")), self.pick(("x", "y"))
        source = self.part(f"{kind}s")
        before, self.bound = self.bound, {**self.bound, kind: [*self.bound.get(kind, []), name]}
        body = self.part("truth")
        self.bound = before
        word = self.pick(("some", "every"))
        return self.made(f"{word} {name} in {{}} satisfies {{}}", ANY, (source, SUM), (body, ANY))

    def absent(self) -> Part:
        name = self.pick(("note", "amount", "level", "nobody"))
        match self.chance.randrange(3):
            case 0:
                return Part(f"is defined({name})", f"({name} != null)", ATOM)
            case 1:
                word = self.pick(("get or else", "or else"))
                theirs = f"(if {name} != null then {name} else 5)"
                kept = self.pick(("note", "amount"))
                return Part(f"{word}({kept}, 5) > 4", f"{theirs.replace(name, kept)} > 4", COMPARED)
        return self.plain(self.pick((f"({name} = null)", f"({name} != null)")))

    # -- days, moments, lists ------------------------------------------------------------------
    def day_moved(self) -> Part:
        span = self.plain(f'duration("{self.pick(SPANS)}")')
        sign = self.pick(("+", "-"))
        return self.made(f"{{}} {sign} {{}}", SUM, (self.part("date"), SUM), (span, PRODUCT))

    def moment_moved(self) -> Part:
        span = self.plain(f'duration("{self.pick(SPANS)}")')
        return self.made("{} + {}", SUM, (self.part("moment"), SUM), (span, PRODUCT))

    def list_of_numbers(self) -> Part:
        return self.listed("number")

    def list_of_texts(self) -> Part:
        return self.listed("text")

    def listed(self, kind: str) -> Part:
        parts = [(self.part(kind), ANY) for _ in range(self.chance.randint(0, 3))]
        return self.made(f"[{', '.join(['{}'] * len(parts))}]", ATOM, *parts)

    # -- cells of decision tables --------------------------------------------------------------
    def cell(self) -> Case:
        """One to three tests of a column, sometimes turned round by not(…)."""
        kind = self.pick(("number", "number", "text", "date", "truth"))
        self.depth = 1
        tests = [self.cell_test(kind) for _ in range(self.chance.randint(1, 3))]
        ours, theirs = (
            ", ".join(texts) for texts in zip(*((t.ours, t.theirs) for t in tests), strict=True)
        )
        if self.chance.random() < 0.2:
            ours, theirs = f"not({ours})", f"not({theirs})"
        inexact = any(test.inexact for test in tests)
        context = self.chance.randrange(len(CONTEXTS))
        name = self.pick(NAMES[kind]) if self.chance.random() > self.wild else "note"
        return Case(ours, theirs, context, inexact, self.wild > 0, name)

    def cell_test(self, kind: str) -> Part:
        if self.chance.random() < 0.05:
            return self.plain("null")
        if kind in ("number", "date"):
            if self.chance.random() < 0.4:
                sign = self.pick(("<", "<=", ">", ">="))
                return self.made(f"{sign} {{}}", ATOM, (self.part(kind), SUM))
            if self.chance.random() < 0.5:
                opens, closes = self.pick(("[", "(", "]")), self.pick(("]", ")", "["))
                ends = (self.leaf(kind), SUM), (self.leaf(kind), SUM)
                return self.made(f"{opens}{{}}..{{}}{closes}", ATOM, *ends)
            if self.chance.random() < 0.3:
                ends = (self.leaf(kind), SUM), (self.leaf(kind), SUM)
                return self.made("? > {} and ? < {}", AND, *ends)
        return self.leaf(kind)
