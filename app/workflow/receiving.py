"""Files of a process as they come (收到的文件): named as versions keep them, said in our words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from app import engine
from app.errors import BrokenProcess, Finding, Invalid

_FILE = re.compile(r"[\w.-]{1,80}\.(bpmn|dmn|json)")
_FORM = re.compile(r"[a-z][a-z0-9_/]{1,79}")


def received(files: Mapping[str, bytes], key: str) -> dict[str, str]:
    """Files as versions and drafts of a process keep them.

    Raises Invalid for names that cannot be kept and for two files that would go under one.
    """
    came: dict[str, str] = {}
    found: dict[str, str] = {}
    for name, body in files.items():
        kept, text = _text(name, body, key)
        if kept in found:
            raise Invalid(
                f"“{_bare(came[kept])[:60]}”和“{_bare(name)[:60]}”是同一个文件（{kept}），请只留一个"
            )
        came[kept], found[kept] = name, text
    return found


def notes(files: Mapping[str, bytes], key: str) -> tuple[Finding, ...]:
    """What other products wrote into the drawings that were sent, and how we say it."""
    drawn = {_bare(name): body for name, body in files.items() if name.endswith(".bpmn")}
    return tuple(
        note for name, body in drawn.items() for note in engine.translate(body, _main(name, key))[1]
    )


def _bare(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _main(bare: str, key: str) -> str:
    """The key that the process of this file goes by; none for what a process calls."""
    return key if bare == f"{key}.bpmn" else ""


def _text(name: str, body: bytes, key: str) -> tuple[str, str]:
    """A file by the name under which versions keep it; a form goes by the key that it states."""
    bare = _bare(name)
    if not _FILE.fullmatch(bare):
        raise Invalid(f"“{bare[:60]}”不能用：只接受 .bpmn、.dmn、.json 文件，名称不含空格和符号")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise BrokenProcess(f"{bare} 不是 UTF-8 文本，请另存为 UTF-8 再上传") from wrong
    if bare.endswith(".bpmn"):
        return bare, engine.translate(text.encode(), _main(bare, key))[0].decode()
    if not bare.endswith(".json"):
        return bare, text
    try:
        stated = json.loads(text)["key"]
    except (ValueError, KeyError, TypeError, RecursionError):
        stated = ""
    usable = isinstance(stated, str) and _FORM.fullmatch(stated)
    return f"forms/{stated}.json" if usable else f"forms/{bare}", text
