"""Rows of both sheets about versions of flows: who takes one back before its day."""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = ""
WRITES = """
POST /flows/versions/{version}/withdraw      i ff ffff fff fff fff ff ff f rf
POST /flows/versions/{local}/withdraw        i ff ffff fff fff fff rf ff f rf
"""

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
RANKS_READ = ""
RANKS_WRITE = """
Refused here: both are in force
POST /flows/versions/{version}/withdraw
POST /flows/versions/{local}/withdraw
=                                            fff ffff ff ffff ff frf ffffff ff rf
"""


def sent(_path: str) -> object:
    """What goes with a writing row."""
    return {}
