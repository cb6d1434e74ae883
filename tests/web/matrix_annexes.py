"""Who may do what about the annexes of people, over every route: typed by hand.

Signs and columns are those of `matrix_table`.
"""

from __future__ import annotations

import io

from tests.identity.annexes.books import DONGYUAN, annex

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /people/annexes                     i ff ffff fff fsf ffs ss ff f sf
GET  /people/annexes/template?annex=1&unit={unit} i ff ffff fff fsf fff sf ff f sf
GET  /people/annexes/{annex}             i ff ffff fff fsf ffn nn ff f nf
GET  /people/annexes/{annex}/reasons     i ff ffff fff fsf ffn nn ff f nf
"""

WRITES = """
POST /people/annexes                     i ff ffff fff fsf ffs ss ff f sf
POST /people/annexes/export              i ff ffff fff fsf fff sf ff f sf
POST /people/annexes/{annex}/choices     i ff ffff fff fsf ffn nn ff f nf
POST /people/annexes/{annex}/commit      i ff ffff fff frf ffn nn ff f nf
POST /people/annexes/{annex}/abandon     i ff ffff fff fsf ffn nn ff f nf
POST /people/annexes/{annex}/accounts    i ff ffff fff frf ffn nn ff f nf
"""


def sent(path: str) -> object:
    """What goes with a writing row; a fresh one each time, for a file is read but once."""
    plain: dict[str, object] = {
        "/people/annexes": {"file": (io.BytesIO(annex("1", DONGYUAN)), "附件1.xlsx")},
        "/people/annexes/export": {"annex": "1", "unit": "{unit}"},
        "/people/annexes/{annex}/commit": {"mark": "not what was seen"},
    }
    return plain.get(path)
