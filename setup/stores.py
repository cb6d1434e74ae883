"""A data folder: its keys, its store, and the environment that the application is started with."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setup.postgres import Postgres
from setup.screen import Refusal

KEYS = ("ANGUAN_SECRET_KEY", "ANGUAN_DATA_KEY")


@contextmanager
def store(data: Path, kind: str) -> Iterator[dict[str, str]]:
    """The environment for this folder, its own PostgreSQL running inside the block."""
    _folder(data)
    env = {**os.environ, **_keys(data), "ANGUAN_DATA": str(data), "PYTHONUTF8": "1"}
    if env.get("DATABASE_URL"):
        yield env
    elif kind == "sqlite":
        yield {**env, "DATABASE_URL": f"sqlite:///{data / 'anguan.db'}"}
    else:
        server = Postgres(data / "postgresql")
        ours = not server.running()
        server.start()
        try:
            yield {**env, "DATABASE_URL": server.url("anguan")}
        finally:
            if ours:
                server.stop()


def _folder(data: Path) -> None:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise Refusal(f"数据目录 {data} 不能创建：{fault.strerror}。请用 --data 换一个") from None
    if not os.access(data, os.W_OK | os.X_OK):
        raise Refusal(f"数据目录 {data} 不能写入，请修改权限，或用 --data 换一个")


def _keys(data: Path) -> dict[str, str]:
    """The keys given from outside; otherwise those of this folder, made the first time."""
    given = {name: os.environ[name] for name in KEYS if os.environ.get(name)}
    if len(given) == len(KEYS):
        return given
    file = data / "keys.env"
    if not file.exists():
        text = "".join(f"{name}={secrets.token_urlsafe(48)}\n" for name in KEYS)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(text)
    kept = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    if not all(kept.get(name) for name in KEYS):
        raise Refusal(f"{file} 不完整：它保存着加密密钥，请从备份恢复，不要删除重建")
    return {**kept, **given}
