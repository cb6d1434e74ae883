"""From what a line calls its place to the unit, or to a question for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.identity.annexes.folding import folded
from app.identity.annexes.layouts import DEPARTMENTS
from app.identity.annexes.places import DEPARTMENT, OWNER, PLACE, Directory
from app.identity.annexes.reading import ADMINISTRATOR, Line
from app.identity.annexes.verdicts import Choices, Question, key_of

NOT_FILLED = "表头没有写所属单位（工作表“{}”）"
_ROWS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Spelling:
    """A name to be resolved: what kind of unit it names, as written, and within which unit."""

    kind: str
    annex: str
    text: str
    within: str
    told: bool = True

    @property
    def key(self) -> str:
        return key_of(self.kind, self.annex, self.text, self.within)


class Asker:
    """Resolves names of one workbook; what it cannot, it asks once per spelling."""

    def __init__(self, directory: Directory, choices: Choices) -> None:
        self.directory = directory
        self.lists: dict[str, list[tuple[str, str]]] = {}
        self._asked: dict[_Spelling, Question] = {}
        self._choices = choices
        self._known: dict[_Spelling, str] = {}

    @property
    def questions(self) -> list[Question]:
        """All that could not be told, in the order of the lines."""
        return list(self._asked.values())

    def unit_of(self, line: Line) -> tuple[str, str]:
        """(owner, unit) that a line means; empty where a person has to say."""
        owner = self._owner(line)
        if not owner or line.position == ADMINISTRATOR:
            return owner, owner
        return owner, self._place(line, owner)

    def _owner(self, line: Line) -> str:
        """By the head of the sheet; where it says nothing, the sheet may be named for the unit."""
        said = line.owner or line.sheet
        name = _Spelling(OWNER, line.annex, folded(said), self.directory.top, bool(line.owner))
        if name not in self._known:
            found = self.directory.owners(said, line.annex)
            shown = line.owner or NOT_FILLED.format(line.sheet)
            self._known[name] = self._told(name, shown, found)
        return self._noted(name, line)

    def _place(self, line: Line, owner: str) -> str:
        kind = DEPARTMENT if line.annex == DEPARTMENTS else PLACE
        name = _Spelling(kind, line.annex, folded(line.place), owner)
        if name not in self._known:
            found = self.directory.places(line.place, line.annex, owner)
            self._known[name] = self._told(name, line.place, found)
        return self._noted(name, line)

    def _told(self, name: _Spelling, shown: str, found: Sequence[str]) -> str:
        """The one unit that it means, or the answer to the question that is put now."""
        if len(found) == 1:
            return found[0]
        possible = self._possible(name)
        listed = f"{name.kind}-{name.annex}-{name.within}"
        self.lists.setdefault(listed, [(one, self._shown(one, name.within)) for one in possible])
        chosen = self._choices.units.get(name.key, "")
        chosen = chosen if chosen in possible else ""
        self._asked[name] = Question(
            key=name.key, kind=name.kind, text=shown, spelling=name.text if name.told else "",
            within_id=name.within, within_name=self.directory.units[name.within].name,
            choices=listed, likely=list(found), rows=[], chosen=chosen,
        )  # fmt: skip
        return chosen

    def _possible(self, name: _Spelling) -> Sequence[str]:
        if name.kind != OWNER:
            return self.directory.possible_places(name.annex, name.within)
        owners = self.directory.possible_owners(name.annex)
        return [one for one in owners if one in self.directory.reached] or owners

    def _noted(self, name: _Spelling, line: Line) -> str:
        """The unit; a spelling that is asked about notes where it stands, the first few times."""
        question = self._asked.get(name)
        if question is not None and len(question.rows) < _ROWS_SHOWN:
            where = f"{line.sheet}第{line.row}行"
            question.rows.extend([where] if where not in question.rows else [])
        return self._known[name]

    def _shown(self, unit_id: str, within: str) -> str:
        """A unit's name, behind that of its parent where several have children of one name."""
        unit = self.directory.units[unit_id]
        parent = self.directory.units.get(unit.parent_id)
        if parent is None or within in (unit_id, parent.id) or unit.kind == "department":
            return unit.name
        return f"{parent.name} {unit.name}"
