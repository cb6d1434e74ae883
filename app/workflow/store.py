"""Where the bytes of attachments lie: a folder, each file under the SHA-256 of what is in it."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import InstrumentedAttribute

from app.crashing import point

FOLDERS: dict[str, tuple[str, InstrumentedAttribute[str]]] = {}
"""Folder of the data folder -> what lies in it, in Chinese, and the column that names its files."""
_NAME = re.compile(r"[0-9a-f]{64}\Z")


class FileStore:
    """put, get, delete; an object store can take its place."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, content: bytes) -> str:
        """Keep these bytes and return their name. Once this returns they survive a crash."""
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        with suppress(FileNotFoundError):
            os.utime(path)  # young again: a sweep that runs now must not take it
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            point("bytes")
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        return name

    def get(self, name: str) -> bytes:
        """The bytes under this name. Raises FileNotFoundError."""
        return self._path(name).read_bytes()

    def delete(self, name: str, *, unless_after: datetime) -> bool:
        """Forget them, unless somebody put the same bytes after that moment."""
        path = self._path(name)
        aside = path.with_name(f".{secrets.token_hex(4)}.part")
        if self._age(path) >= unless_after:
            return False
        point("sweep")
        with suppress(FileNotFoundError):  # another sweep was first
            path.replace(aside)
        if self._age(aside) < unless_after:
            aside.unlink(missing_ok=True)
            return True
        with suppress(FileNotFoundError):  # put again between the look and the move
            aside.replace(path)
        return False

    def names(self, *, before: datetime) -> Iterator[str]:
        """Everything that was put before that moment; leftovers of broken writes go at once."""
        for path in self._root.glob("??/*"):
            if path.suffix == ".part":
                if self._age(path) < before:
                    path.unlink(missing_ok=True)
            elif _NAME.match(path.parent.name + path.name) and self._age(path) < before:
                yield path.parent.name + path.name

    def _path(self, name: str) -> Path:
        if not _NAME.match(name):
            raise FileNotFoundError(name)
        return self._root / name[:2] / name[2:]

    @staticmethod
    def _age(path: Path) -> datetime:
        with suppress(FileNotFoundError):
            return datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return datetime.max.replace(tzinfo=UTC)
