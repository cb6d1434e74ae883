"""Files to be kept, never to be shown by the browser: one, or many packed together."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

from flask import Response


def attached(body: bytes, mime: str, name: str) -> Response:
    """One file under this name."""
    answer = Response(body, mimetype=mime)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def packed(files: Mapping[str, str], name: str, *, at: datetime) -> Response:
    """Many as one, each dated with that moment: the same files are the same bytes again."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as box:
        for path, text in sorted(files.items()):
            box.writestr(zipfile.ZipInfo(path, at.timetuple()[:6]), text)
    return attached(whole.getvalue(), "application/zip", f"{name}.zip")
