"""Workbooks in and out of the child process that alone opens strangers' files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import BoundedSemaphore
from typing import TypedDict

from app.errors import Invalid
from app.identity.annexes.reading import Sheet

_CHILD = Path(__file__).with_name("workbook_child.py")
_SECONDS = 60
_turns = BoundedSemaphore(1)
"""A workbook wants a core and up to a gigabyte."""
_UNREADABLE = (
    "这个表格打不开：可能已损坏、加了密码，或末尾有大量空白行。请另存为新的 xlsx 文件后再传"
)
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How .xls, .et and .xlsx with a password begin."""


class Marks(TypedDict):
    """What is written beside a sheet: the line of its head, and a text for each line."""

    head: int
    rows: Mapping[int, str]


def refuse_others(name: str, content: bytes) -> None:
    """Tell whoever sends another kind of table how to save it as one that we read."""
    ending = name.rpartition(".")[2].lower()
    if not content:
        raise Invalid("文件是空的，请重新选择")
    if content.startswith(_OLD):
        raise Invalid(
            "这是旧格式（xls、et）或加了密码的表格。请用 WPS 或 Excel 打开，取消密码，"
            "点“文件—另存为”，文件类型选“Excel 文件（*.xlsx）”，再上传"
        )
    if not content.startswith(b"PK\x03\x04"):
        kind = ending if ending in ("csv", "txt", "et", "xls", "pdf", "doc", "ods") else "这种"
        raise Invalid(
            f"不能读取 {kind} 文件。请用 WPS 或 Excel 打开，点“文件—另存为”，"
            "文件类型选“Excel 文件（*.xlsx）”，再上传"
        )


def sheets_of(content: bytes) -> list[Sheet]:
    """Every sheet of a workbook as rows of text. Raises Invalid."""
    found = json.loads(_ask("read", content))
    return [Sheet(one["title"], one["rows"], one["hidden"]) for one in found]


def marked(content: bytes, word: str, sheets: Mapping[str, Marks]) -> bytes:
    """The same workbook with texts beside its lines, under the heading `word`. Raises Invalid."""
    said = json.dumps({"word": word, "sheets": sheets}, ensure_ascii=True)
    return _ask("mark", said.encode() + b"\n" + content)


def _ask(verb: str, sent: bytes) -> bytes:
    with _turns:
        try:
            done = subprocess.run(  # noqa: S603 - our own file, run by our own interpreter
                [sys.executable, "-I", str(_CHILD), verb],
                input=sent,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as slow:
            raise Invalid(_UNREADABLE) from slow
    if done.returncode != 0:
        raise Invalid(_UNREADABLE)
    return done.stdout
