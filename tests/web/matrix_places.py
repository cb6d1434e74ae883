"""The rows of `matrix_table` about claims and changes of divisions: the city's keepers alone."""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /places                             i ff ffff fff fff fff ff ff f sf
GET  /places/changes                     i ff ffff fff fff fff ff ff f sf
GET  /places/changes/preview             i ff ffff fff fff fff ff ff f rf
"""

WRITES = """
POST /places/claims                      i ff ffff fff fff fff ff ff f rf
POST /places/claims/nothing/end          i ff ffff fff fff fff ff ff f nf
POST /places/changes                     i ff ffff fff fff fff ff ff f rf
POST /places/changes/nothing/drop        i ff ffff fff fff fff ff ff f nf
"""


def sent(path: str) -> object:
    """What goes with a writing row: a form that says nothing but the day."""
    return {"last_day": "2099-01-01", "reason": "批复"} if path.endswith("/end") else {}
