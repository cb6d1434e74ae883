"""Names that stand in the books of a unit already, with another number: the same person or not."""

from __future__ import annotations

from collections.abc import Iterable

from app.identity.annexes.reading import Line
from app.identity.annexes.staff import Held, same_name
from app.identity.annexes.verdicts import ANOTHER, Choices, Judged, Twin, key_of


class Twins:
    """What has to be asked in one judgement, once for each name and number, and the answers."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._asked: dict[tuple[str, str], Twin] = {}

    def look(self, line: Line, unit_name: str, held: Iterable[Held]) -> None:
        """Ask about the line's person, whose number nobody has, if a unit knows the name."""
        alike = {one.person.id: one.person for one in held if same_name(one.person.name, line.name)}
        for person in alike.values():
            if person.phone and person.status != "disabled":
                self._ask(line, (person.id, unit_name, person.account))

    def _ask(self, line: Line, known: tuple[str, str, str]) -> None:
        who = (line.name, line.phone)
        twin = self._asked.setdefault(who, Twin(key_of("twin", *who), *who, known=[]))
        if known[0] not in {one[0] for one in twin.known}:
            twin.known.append(known)
        chosen = self._choices.twins.get(twin.key, "")
        if chosen in {ANOTHER, *(one[0] for one in twin.known)}:
            twin.chosen = chosen

    @property
    def asked(self) -> list[Twin]:
        """All of them, in the order of the workbook."""
        return list(self._asked.values())

    def is_open(self, made: Judged) -> bool:
        """Whether nobody has said yet who the person of a line is."""
        twin = self._asked.get(made.who)
        return twin is not None and not twin.chosen

    def known(self, made: Judged) -> tuple[str, str]:
        """Id and account of the person of a line, who has a new number; empty for all others."""
        twin = self._asked.get(made.who)
        found = (one for one in twin.known if one[0] == twin.chosen) if twin else ()
        return next(((id_, account) for id_, _, account in found), ("", ""))
