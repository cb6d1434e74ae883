"""A child process that opens one workbook: bytes in, rows of text out. Imports nothing of ours.

What a hostile workbook may talk its reader into stays in here, within limits of memory and time.
`read`: a workbook; answers JSON, `[{"title", "hidden", "rows"}]`, merged cells filled downwards.
`mark`: a line of JSON, `{"word", "sheets": {title: {"head": row, "rows": {row: text}}}}`, then the
workbook; answers the same workbook with the texts in a column behind its last. Exit 3: not taken.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from datetime import date
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

MEMORY = 1024 * 1024 * 1024
SECONDS = 40
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 20_000, 60, 200
REFUSED = 3
RED = "FFC00000"
WIDTH = 48


def main() -> int:
    """Read or mark, as the argument says."""
    _limit()
    try:
        sent = sys.stdin.buffer.read()
        if sys.argv[1] == "mark":
            head, _, content = sent.partition(b"\n")
            sys.stdout.buffer.write(mark(content, json.loads(head)))
        else:
            sys.stdout.buffer.write(json.dumps(rows(sent)).encode())
    except Exception:  # whatever a reader throws at hostile bytes means the same: not taken
        return REFUSED
    return 0


def rows(content: bytes) -> list[dict[str, Any]]:
    """Every sheet as rows of text."""
    _refuse_entities(content)
    book = load_workbook(io.BytesIO(content), data_only=True)
    return [
        {
            "title": sheet.title,
            "hidden": sheet.sheet_state != "visible",
            "rows": _rows(sheet),
        }
        for sheet in book.worksheets[:MOST_SHEETS]
    ]


def _rows(sheet: Any) -> list[list[str]]:
    last, wide = min(sheet.max_row, MOST_ROWS), min(sheet.max_column, MOST_COLUMNS)
    cells = sheet.iter_rows(max_row=last, max_col=wide, values_only=True)
    found = [[_text(value) for value in row] for row in cells]
    for merged in sheet.merged_cells.ranges:
        left, top = merged.min_col - 1, merged.min_row - 1
        if left < wide and top < last:
            for row in found[top + 1 : merged.max_row]:
                row[left] = found[top][left]
    while found and not any(found[-1]):
        found.pop()
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a telephone number that the sheet took for a quantity
    return value.isoformat() if isinstance(value, date) else str(value)


def mark(content: bytes, said: dict[str, Any]) -> bytes:
    """The workbook with texts in a new last column, in red."""
    _refuse_entities(content)
    book = load_workbook(io.BytesIO(content))
    for title, told in said["sheets"].items():
        sheet = book[title]
        column = _width(sheet) + 1
        texts = {int(row): text for row, text in told["rows"].items()} | {
            told["head"]: said["word"]
        }
        for row, text in texts.items():
            cell = sheet.cell(row, column)
            cell.value, cell.font = text, Font(color=RED)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _refuse_entities(content: bytes) -> None:
    """No honest workbook declares a document type; in any coding, the zeros between go."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.namelist():
            if member.endswith((".xml", ".rels", ".vml")):
                text = archive.read(member).replace(b"\x00", b"")
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    raise ValueError(member)


def _width(sheet: Any) -> int:
    """The last column that holds anything, or that a merged cell reaches."""
    filled = (cell.column for row in sheet.iter_rows() for cell in row if cell.value is not None)
    reached = (merged.max_col for merged in sheet.merged_cells.ranges)
    return max([*filled, *reached], default=0)


def _limit() -> None:
    """Where the system knows how: no more memory and time than a large honest workbook needs."""
    try:
        import resource
    except ImportError:  # no such limits on Windows; the parent still ends us by the clock
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
