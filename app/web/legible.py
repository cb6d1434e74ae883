"""Whether what was sent is text at all: a store refuses NUL, an encoder half a character pair."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

LARGEST_JSON = 2 * 1024 * 1024
"""Files come as multipart; what is typed is far smaller."""


def request_is() -> bool:
    """Whether path, query and form hold nothing that no store could keep or look for."""
    return _whole([request.path]) and _whole(_words(request.args)) and _whole(_words(request.form))


def _words(sent: MultiDict[str, str]) -> Iterable[str]:
    for name, value in sent.items(multi=True):
        yield name
        yield value


def _whole(words: Iterable[str]) -> bool:
    return not any("\x00" in word for word in words)


def json_body() -> Any:
    """The JSON that was sent; nothing where it is none, too deep, too large or not text."""
    if not request.is_json or (request.content_length or 0) > LARGEST_JSON:
        return None
    try:
        body = json.loads(request.get_data())
        plain = json.dumps(body, ensure_ascii=False)
        plain.encode()
    except (ValueError, RecursionError):
        return None
    return None if "\\u0000" in plain.replace("\\\\", "") else body
