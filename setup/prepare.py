"""The virtual environment and the pinned packages in it; done once, then known by a stamp."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from setup.screen import ROOT, Broken, Refusal, quietly, say, timed

VENV = ROOT / ".venv"
LOCK = ROOT / ".prepare.lock"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def fingerprint(files: Iterable[Path], *more: str) -> str:
    """One hash over names and contents, so that a stamp tells whether anything changed."""
    total = hashlib.sha256()
    for word in more:
        total.update(word.encode() + b"\0")
    for file in sorted(files):
        total.update(file.as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def stamped(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text() == wanted


@contextmanager
def one_at_a_time(path: Path = LOCK) -> Iterator[None]:
    """Wait until no other run is preparing the same folder."""
    with path.open("a+b") as file:
        if not locked(file.fileno(), wait=False):
            say("另一个命令正在准备环境，等待它完成 …")
            locked(file.fileno(), wait=True)
        yield


def locked(handle: int, *, wait: bool) -> bool:
    """Whether the lock on this open file is now ours; it ends with the file or the process."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return locked(handle, wait=True) if wait else False
    return True


def packages(*names: str) -> None:
    """Have the environment hold what `requirements*.txt` of these names pin."""
    _environment()
    for name in names:
        wanted = ROOT / f"{name}.txt"
        stamp = VENV / f".{name}.stamp"
        mark = fingerprint([wanted], sys.version, str(ROOT))
        if stamped(stamp, mark):
            continue
        with timed(f"安装 {wanted.name} 中的软件包"):
            _install(wanted)
        stamp.write_text(mark)


def _install(wanted: Path) -> None:
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--no-deps",
    ]
    command += ["--disable-pip-version-check", "--require-hashes", "-r", wanted]
    try:
        quietly(command)
    except Broken as fault:
        raise Refusal(f"软件包没有装上，请检查网络或 pip 的软件源设置后重试：\n{fault}") from None


def _environment() -> None:
    if PYTHON.is_file() and _works():
        return
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise Refusal(_no_venv())
    if VENV.exists():
        say("虚拟环境不完整，重新创建")
        shutil.rmtree(VENV)
    with timed("创建虚拟环境 .venv"):
        try:
            quietly([sys.executable, "-m", "venv", VENV])
        except Broken as fault:
            shutil.rmtree(VENV, ignore_errors=True)
            raise Refusal(f"{_no_venv()}\n{fault}") from None


def _works() -> bool:
    try:
        quietly([PYTHON, "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"])
    except (Broken, OSError):
        return False
    return True


def _no_venv() -> str:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return (
        "这台机器的 Python 缺少 venv 模块（Debian/Ubuntu 把它单独打包）。请先执行：\n"
        f"    apt-get update && apt-get install -y python{version}-venv"
    )
