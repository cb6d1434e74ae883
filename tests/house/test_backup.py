"""Backups: what is in them, what is not, and what is refused before anything is lost."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
from pathlib import Path

import pytest

from setup import backup
from setup.screen import Refusal


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A data folder with a little of everything."""
    data = tmp_path / "data"
    for name in ("attachments/ab/cd", "papers/ef/01", "anchors/2026-11-23.json", "anchor.key"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(f"what is in {name}")
    (data / "keys.env").write_text("ANGUAN_SECRET_KEY=s\nANGUAN_DATA_KEY=d\n")
    (data / "attachments" / "ab" / ".x.part").write_text("half an upload")
    with sqlite3.connect(data / "anguan.db") as made:
        made.execute("CREATE TABLE told (word TEXT)")
        made.execute("INSERT INTO told VALUES ('kept')")
    return {"ANGUAN_DATA": str(data), "DATABASE_URL": f"sqlite:///{data / 'anguan.db'}"}


@pytest.fixture
def file(env: dict[str, str], tmp_path: Path) -> Path:
    made = tmp_path / "backup.tar.gz"
    backup.make(env, made)
    return made


def names(file: Path) -> set[str]:
    with tarfile.open(file) as archive:
        return set(archive.getnames())


def test_a_backup_holds_everything_but_keys_and_says_so(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"attachments/ab/cd", "papers/ef/01", "anchors/2026-11-23.json"}
    assert names(file) == {*files, "database", "manifest.json"}
    with tarfile.open(file) as archive:
        kept = archive.extractfile("manifest.json")
        assert kept is not None
        manifest = json.load(kept)
    assert manifest["store"] == "sqlite"
    assert set(manifest["files"]) == {*files, "database"}


def test_keys_go_along_only_when_asked(
    env: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup.make(env, tmp_path / "plain")
    assert "备份里没有密钥" in capsys.readouterr().out
    backup.make(env, tmp_path / "whole", with_keys=True)
    assert "请加密保存" in capsys.readouterr().out
    assert names(tmp_path / "whole") - names(tmp_path / "plain") == {"keys.env", "anchor.key"}


def test_a_backup_never_replaces_another(env: dict[str, str], file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(Refusal, match="已存在"):
        backup.make(env, file)
    assert file.read_bytes() == before


def test_a_backup_comes_back_as_it_was(env: dict[str, str], file: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    assert backup.unpack(file, fresh) == "sqlite"
    backup.load({"DATABASE_URL": f"sqlite:///{fresh / 'anguan.db'}"}, fresh)
    assert (fresh / "attachments/ab/cd").read_text() == "what is in attachments/ab/cd"
    with sqlite3.connect(fresh / "anguan.db") as back:
        assert back.execute("SELECT word FROM told").fetchall() == [("kept",)]


def test_restoring_over_something_is_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="不是空的"):
        backup.unpack(file, tmp_path / "data")


def test_without_its_keys_nothing_is_restored(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ANGUAN_SECRET_KEY", "ANGUAN_DATA_KEY", "ANGUAN_ANCHOR_KEY"):
        monkeypatch.delenv(name, raising=False)
    fresh = tmp_path / "fresh"
    backup.unpack(file, fresh)
    with pytest.raises(Refusal, match=r"keys.env、anchor.key"):
        backup.demand_keys(fresh, fresh)
    assert list(fresh.iterdir()) == []
    for name in backup.KEY_FILES:
        (fresh / name).write_text("kept elsewhere")
    backup.unpack(file, fresh)
    backup.demand_keys(fresh, fresh)
    assert (fresh / "database").exists()


def rewritten(file: Path, change: dict[str, bytes | None]) -> Path:
    """The same archive with some members changed, added, or (None) left out."""
    made = file.with_name("changed.tar.gz")
    with tarfile.open(file) as old, tarfile.open(made, "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            put(new, member.name, change.pop(member.name, content.read()))
        for name, content in change.items():
            put(new, name, content)
    return made


def put(archive: tarfile.TarFile, name: str, content: bytes | None) -> None:
    if content is not None:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"attachments/ab/cd": b"changed"}, "attachments/ab/cd"),
        ({"papers/ef/01": None}, "papers/ef/01"),
        ({"papers/ef/02": b"put in"}, "papers/ef/02"),
        ({"manifest.json": None}, "没有清单"),
        ({"../outside": b"x"}, "不该有的内容"),
        ({"/etc/outside": b"x"}, "不该有的内容"),
        ({"attachments/../../outside": b"x"}, "不该有的内容"),
    ],
)
def test_a_damaged_or_hostile_backup_is_refused(
    file: Path, tmp_path: Path, change: dict[str, bytes | None], words: str
) -> None:
    with pytest.raises(Refusal, match=words):
        backup.unpack(rewritten(file, dict(change)), tmp_path / "fresh")
    assert not (tmp_path / "outside").exists()


def test_a_backup_cut_short_is_refused(file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    for length in (0, 1, len(whole) // 2):
        file.write_bytes(whole[:length])
        with pytest.raises(Refusal, match="已损坏"):
            backup.unpack(file, tmp_path / f"fresh-{length}")
