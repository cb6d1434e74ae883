"""The rows of `matrix_table` about personal data: one's own, and the masked numbers of a case.

Whoever has the case's task at their desk, or decided one; of the rest, who reads the case is told
so, and who does not finds nothing there.
"""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /my-data                            i ss nnnn nnn nnn nnn nn nn n nn
"""

WRITES = """
POST /my-data/take                       i ss nnnn nnn nnn nnn nn nn n nn
POST /my-data/erase                      i rr nnnn nnn nnn nnn nn nn n nn
POST /my-data/erase/code                 i ss nnnn nnn nnn nnn nn nn n nn
POST /cases/{case}/numbers               i fn ssfn ffn ffn fnf nn fn f nn
"""


def sent(path: str) -> object:
    """What goes with a writing row."""
    return {
        "/cases/{case}/numbers": {"why": "verify"},
        "/my-data/erase": {"password": "not this one", "understood": "yes"},
    }.get(path, {})
