"""The corpus: one hostile or honest file per case, and how each is judged.

The first line of a file says what is expected and what it tries; what is judged begins behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from app.engine.check_bundle import check_bundle
from app.errors import BrokenProcess, Finding
from app.workflow import forms
from tests.engine.drawings import WORDS, graded, table

ROOT = Path(__file__).parent / "corpus"
FORM = "forms/demo/extra.json"
_FIRST = re.compile(r"(?:<!--|//) (?:(?P<code>[\w-]+) at (?P<at>.+?)|harmless|honest): .+")


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One case. `code` and `at` are the finding that must be among the answers; none for harmless
    and honest files."""

    path: Path
    code: str
    at: str
    body: bytes

    @property
    def files(self) -> dict[str, bytes]:
        """What would be published: a drawing with its table."""
        if self.path.suffix == ".dmn":
            return {"demo.bpmn": graded().encode(), "grade.dmn": self.body}
        return {"demo.bpmn": self.body, "grade.dmn": table().encode()}

    def findings(self) -> list[Finding]:
        """What the product says to it, without the child."""
        if self.path.suffix != ".json":
            return check_bundle(self.files, "demo", WORDS)
        try:
            forms.read(self.body.decode(), FORM)
        except BrokenProcess as broken:
            return list(broken.findings)
        return []

    def named(self, finding: Finding) -> bool:
        """Whether a reader can tell from the message what it is about."""
        if self.path.suffix == ".json":
            return finding.element.startswith(FORM)
        if finding.element == "demo" and "流程" in finding.message:
            return True
        words = re.findall(r'(?:id|name)="([^"]*)"', self.text)
        names = {" ".join(word.replace("\x7f", "").split())[:40] for word in words}
        said = re.findall("“([^”]*)”", finding.message)
        files = any(name in finding.message for name in self.files)
        return files or not names.isdisjoint(said)

    @property
    def text(self) -> str:
        """Both files as far as they are text, with XML's own letters written out."""
        return unescape("".join(body.decode(errors="replace") for body in self.files.values()))


def corpus(kind: str) -> Iterable[CorpusFile]:
    """All files of `hostile` or `honest`."""
    for path in sorted((ROOT / kind).iterdir()):
        first, _, body = path.read_bytes().partition(b"\n")
        said = _FIRST.match(first.decode())
        assert said, f"{path.name} does not say what it tries"
        yield CorpusFile(path, said["code"] or "", said["at"] or "", body)
