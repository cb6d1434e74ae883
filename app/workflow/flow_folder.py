"""Files of many processes in one folder, as git keeps them: `bpmn/` and `forms/`.

Versions freeze their own copies, so two processes may have different texts under one name. What
most have alike lies in the common place; who differs has theirs in `only/<process>/`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from app.engine.contents import files_used, named
from app.errors import Invalid

Files = Mapping[str, str]
Flows = Mapping[str, Files]
OWN = "only"
_DRAWN = (".bpmn", ".dmn")


def used(files: Files, key: str) -> dict[str, str]:
    """What one process uses of these files, also where they are faulty."""
    drawn = files_used(files, key)
    asked = named({name: files[name] for name in drawn}, "form", "startForm")
    names = drawn | {f"forms/{form}.json" for form in asked}
    return {name: text for name, text in sorted(files.items()) if name in names}


def read(root: Path, known: Collection[str]) -> dict[str, dict[str, str]]:
    """The processes that lie there, each with its files.

    A drawing that another calls is part of that one, and a process of its own only if it is `known`
    as one. Raises Invalid for what is no text.
    """
    common = dict(_texts(root))
    found = {}
    for key in sorted(_stems(common) | {path.name for path in (root / OWN).glob("*")}):
        files = {**common, **dict(_texts(root / OWN / key))}
        if f"{key}.bpmn" in files:
            found[key] = used(files, key)
    called = {each for key, files in found.items() for each in _stems(files) - {key}}
    return {key: files for key, files in found.items() if key in known or key not in called}


def write(root: Path, flows: Flows) -> list[str]:
    """Lay them down; gives what is otherwise now. The same again writes nothing."""
    common: dict[str, str] = {}
    for name in sorted({name for files in flows.values() for name in files}):
        texts = Counter(files[name] for _key, files in sorted(flows.items()) if name in files)
        common[name] = texts.most_common(1)[0][0]
    wanted = {_place(name): text for name, text in common.items()}
    for key, files in flows.items():
        own = {name: text for name, text in files.items() if common[name] != text}
        wanted |= {f"{OWN}/{key}/{_place(name)}": text for name, text in own.items()}
    changed = []
    for place, text in sorted(wanted.items()):
        path = root / place
        if not path.is_file() or path.read_bytes() != text.encode():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            changed.append(place)
    return [*changed, *_forgotten(root, flows, wanted)]


def _forgotten(root: Path, flows: Flows, wanted: Collection[str]) -> Iterator[str]:
    """Own copies that are no longer needed; left there, they would be read again."""
    for key in sorted(flows):
        for name in sorted(dict(_texts(root / OWN / key))):
            place = f"{OWN}/{key}/{_place(name)}"
            if place not in wanted:
                (root / place).unlink()
                yield place


def _texts(root: Path) -> Iterator[tuple[str, str]]:
    drawn = [path for path in (root / "bpmn").glob("*") if path.suffix in _DRAWN]
    for path in (*drawn, *(root / "forms").rglob("*.json")):
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            raise Invalid(f"{path} 不是 UTF-8 文本") from wrong
        yield (path.name if path in drawn else path.relative_to(root).as_posix()), text


def _stems(files: Collection[str]) -> set[str]:
    return {name.removesuffix(".bpmn") for name in files if name.endswith(".bpmn")}


def _place(name: str) -> str:
    return f"bpmn/{name}" if name.endswith(_DRAWN) else name
