"""Rows of both sheets about versions of flows: who takes one back before its day, and who lets a
unit go back to the flow of the unit above.
"""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /flows/versions/{local}/fallback        i ff ffff fff fff fff sf ff f sf
GET  /flows/versions/{local}/republish       i ff ffff fff fff fff sf ff f sf
GET  /flows/versions/{version}/fallback      i ff ffff fff fff fff ff ff f nf
"""
WRITES = """
POST /flows/versions/{version}/withdraw      i ff ffff fff fff fff ff ff f rf
POST /flows/versions/{local}/withdraw        i ff ffff fff fff fff rf ff f rf
POST /flows/versions/{local}/fallback        i ff ffff fff fff fff sf ff f sf
POST /flows/fallbacks/{fallback}/cancel      i ff ffff fff fff fff sf ff f sf
"""

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
RANKS_READ = """
GET  /flows/versions/{local}/fallback
GET  /flows/versions/{local}/republish
=                                            fff ffff ff ffff ff fsf ffffff ff sf

There is nothing above the city
GET  /flows/versions/{version}/fallback
=                                            fff ffff ff ffff ff fnf ffffff ff nf
"""
RANKS_WRITE = """
POST /flows/versions/{local}/fallback
POST /flows/fallbacks/{fallback}/cancel
=                                            fff ffff ff ffff ff fsf ffffff ff sf

Refused here: both are in force
POST /flows/versions/{version}/withdraw
POST /flows/versions/{local}/withdraw
=                                            fff ffff ff ffff ff frf ffffff ff rf
"""


def sent(path: str) -> object:
    """What goes with a writing row."""
    return {"reason": "试"} if path.endswith("/fallback") else {}
