"""Backups: one file with the database, the attachments, papers and anchors, and what each must be.

Keys stay outside, unless asked for: who has a backup and its keys can read everything in it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from setup import tools
from setup.screen import Broken, Refusal, quietly, say, shout, timed
from setup.serve import FLASK
from setup.stores import KEYS

FOLDERS = ("attachments", "papers", "anchors")
KEY_FILES = ("keys.env", "anchor.key")
MANIFEST, DATABASE, FORMAT = "manifest.json", "database", 1
_PIECE = 1 << 20


def make(env: Mapping[str, str], file: Path, *, with_keys: bool = False) -> None:
    """Write a backup while the product runs; the file appears only when it is complete.

    The database first, then the files: these are only ever added, so that whatever the database
    names is there.
    """
    data, url = Path(env["ANGUAN_DATA"]), env["DATABASE_URL"]
    if file.exists():
        raise Refusal(f"{file} 已存在，请换一个文件名")
    part = file.with_name(file.name + ".part")
    with timed(f"备份到 {file}"), tempfile.TemporaryDirectory(dir=file.absolute().parent) as room:
        dump = Path(room) / DATABASE
        _dump(url, dump)
        hashes: dict[str, str] = {}
        with part.open("wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as archive:
                for name, path in _members(data, dump, with_keys):
                    hashes[name] = _add(archive, name, path)
                _write_manifest(archive, {"store": _kind(url), "files": hashes})
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(file)
    if with_keys:
        shout("备份里有密钥：得到这个文件的人能读出全部证件号和电话，请加密保存")
    else:
        shout(
            f"备份里没有密钥（{'、'.join(KEY_FILES)}）：请另行保存，丢了它备份里的证件号再也读不出来"
        )


def unpack(file: Path, data: Path) -> str:
    """Put the files back where they were, each checked; returns the kind of store it holds.

    `data` may hold keys, and nothing else. Raises Refusal, naming what is damaged.
    """
    there = [path.name for path in data.iterdir()] if data.exists() else []
    if set(there) - set(KEY_FILES):
        raise Refusal(f"数据目录 {data} 不是空的，恢复只能在空目录里做（可以先放入密钥文件）")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    found: dict[str, str] = {}
    manifest: dict[str, object] = {}
    try:
        with tarfile.open(file, "r:gz") as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is None or not _plain(member.name):
                    raise Refusal(f"备份里有不该有的内容：{member.name}")
                if member.name == MANIFEST:
                    manifest = json.load(content)
                else:
                    found[member.name] = _extract(content, data / member.name)
    except (tarfile.TarError, EOFError, OSError, ValueError) as fault:
        raise Refusal(f"备份文件 {file} 已损坏：{fault}") from None
    _compare(manifest, found)
    return str(manifest["store"])


def demand_keys(data: Path, unpacked: Path) -> None:
    """Refuse to go on without the keys that the data were sealed with: new ones would not do.

    What was unpacked in vain is taken away again.
    """
    missing = []
    if not (data / "keys.env").exists() and not all(os.environ.get(name) for name in KEYS):
        missing.append("keys.env")
    signed = (unpacked / "anchors").exists() and not os.environ.get("ANGUAN_ANCHOR_KEY")
    if signed and not (data / "anchor.key").exists():
        missing.append("anchor.key")
    if not missing:
        return
    for folder in FOLDERS:
        shutil.rmtree(unpacked / folder, ignore_errors=True)
    (unpacked / DATABASE).unlink(missing_ok=True)
    names = "、".join(missing)
    raise Refusal(f"请先把另行保存的 {names} 放入 {data}，或设置相应的环境变量，再恢复")


def load(env: Mapping[str, str], data: Path) -> None:
    """Load the unpacked dump into the empty store of this environment."""
    dump, url = data / DATABASE, env["DATABASE_URL"]
    if _kind(url) == "sqlite":
        dump.rename(url.removeprefix("sqlite:///"))
        return
    program = tools.of_postgresql(url, "pg_restore")
    words = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-acl"]
    quietly([program, *words, f"--dbname={tools.plain(url)}", dump])
    dump.unlink()


def verify(env: Mapping[str, str]) -> None:
    """Chains, anchors, references, files: of a store that was restored. Raises Refusal."""
    for words in (("audit", "verify"), ("check-store",)):
        try:
            say(quietly([*FLASK, *words], dict(env)).strip())
        except Broken as fault:
            raise Refusal(f"恢复出来的数据不完整：\n{fault}") from None


@contextmanager
def trial(env: Mapping[str, str], room: Path, kind: str) -> Iterator[dict[str, str]]:
    """The environment of a store beside the real one, gone afterwards."""
    ours = {**env, "ANGUAN_DATA": str(room)}
    key = Path(env["ANGUAN_DATA"]) / "anchor.key"
    if key.exists() and not (room / key.name).exists():
        shutil.copy(key, room / key.name)
    if kind == "sqlite":
        yield {**ours, "DATABASE_URL": f"sqlite:///{room / 'anguan.db'}"}
        return
    with tools.database_beside(env["DATABASE_URL"]) as url:
        yield {**ours, "DATABASE_URL": url}


def _kind(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"


def _dump(url: str, target: Path) -> None:
    if _kind(url) == "sqlite":
        source = Path(url.removeprefix("sqlite:///"))
        if not source.exists():
            raise Refusal(f"没有数据库 {source}")
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        return
    program = tools.of_postgresql(url, "pg_dump")
    quietly([program, "--format=custom", f"--file={target}", f"--dbname={tools.plain(url)}"])


def _members(data: Path, dump: Path, with_keys: bool) -> Iterator[tuple[str, Path]]:
    yield DATABASE, dump
    for name in KEY_FILES if with_keys else ():
        if (data / name).exists():
            yield name, data / name
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and path.suffix != ".part":
                yield path.relative_to(data).as_posix(), path


def _add(archive: tarfile.TarFile, name: str, path: Path) -> str:
    """Add a file as it is now, whatever happens to it meanwhile; returns its hash."""
    if name == DATABASE:  # a copy of ours, which nothing happens to, and too large for memory
        archive.add(path, name, recursive=False)
        with path.open("rb") as read:
            return hashlib.file_digest(read, "sha256").hexdigest()
    content = path.read_bytes()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = len(content), int(path.stat().st_mtime), 0o600
    archive.addfile(entry, io.BytesIO(content))
    return hashlib.sha256(content).hexdigest()


def _write_manifest(archive: tarfile.TarFile, said: Mapping[str, object]) -> None:
    made = {"format": FORMAT, "made_at": datetime.now(UTC).isoformat(timespec="seconds"), **said}
    content = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


def _plain(name: str) -> bool:
    parts = Path(name).parts
    top = parts[0] if parts else ""
    return ".." not in parts and (
        (len(parts) == 1 and top in (MANIFEST, DATABASE, *KEY_FILES)) or top in FOLDERS
    )


def _extract(content: IO[bytes], target: Path) -> str:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    total = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        while piece := content.read(_PIECE):
            total.update(piece)
            out.write(piece)
    return total.hexdigest()


def _compare(manifest: Mapping[str, object], found: Mapping[str, str]) -> None:
    if manifest.get("format") != FORMAT or not isinstance(manifest.get("files"), dict):
        raise Refusal("备份没有清单，可能没有写完，或由其他版本的系统做成")
    wanted = manifest["files"]
    assert isinstance(wanted, dict)  # noqa: S101 - just asked
    wrong = sorted(name for name in wanted.keys() | found if wanted.get(name) != found.get(name))
    if wrong:
        raise Refusal(f"备份已损坏，以下内容与清单不符：{'、'.join(wrong[:10])}")
