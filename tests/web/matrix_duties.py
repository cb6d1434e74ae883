"""The rows of `matrix_table` about 三员分立 and the audit record."""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /settings/duties                    i ff ffff fff fff fff ff ff f ss
GET  /settings/duties/check?platform=nobody i ff ffff fff fff fff ff ff f rr
GET  /settings/duties/check?system={cty}&security={cku}&audit={csu} i ff ffff fff fff fff ff ff f ss
GET  /audit                              i ff ffff fff fsf ffs ff ss f fs
GET  /audit?verb=signed_in&before=1      i ff ffff fff fsf ffs ff ss f fs
"""

WRITES = """
POST /settings/duties                    i ff ffff fff fff fff ff ff f rf
POST /settings/duties/nothing/confirm    i ff ffff fff fff fff ff ff f nf
POST /settings/duties/nothing/drop       i ff ffff fff fff fff ff ff f nf
"""
"""Refused for 梁寒露, whose post of the city's administrator has to end before."""


def sent(_path: str) -> object:
    """Three who may be named."""
    return {"system": "{cty}", "security": "{cku}", "audit": "{csu}", "reason": "等保测评"}
