"""The rows of `matrix_table` about posts, disabled accounts and the table of rights."""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /rights                             i ff ffff fff fsf ffs ss ff f sf
GET  /people/{hed}/posts                 i ff ffff fff fsf fff sf ff f sf
GET  /people/{dep}/posts                 i ff ffff fff fsf ffs sf ff f sf
GET  /people/{una}/posts                 i ff ffff fff fff fff ff ff f sf
GET  /people/{plt}/posts                 i ff ffff fff fff fff ff ff f ff
GET  /people/{own}/posts                 i ff ffff fff fnf ffn nn ff f nf
"""

WRITES = """
POST /people/{hed}/posts                 i ff ffff fff fsf fff sf ff f sf
POST /people/{dep}/posts                 i ff ffff fff fsf fff sf ff f sf
POST /people/{una}/posts                 i ff ffff fff fff fff ff ff f sf
POST /people/{plt}/posts                 i ff ffff fff fff fff ff ff f ff
POST /people/{own}/posts                 i ff ffff fff fnf ffn nn ff f nf
POST /posts/nobody/end                   i ff ffff fff fnf ffn nn ff f nf
POST /people/{hed}/disable               i ff ffff fff fsf fff sf ff f sf
POST /people/{dep}/disable               i ff ffff fff fsf ffs sf ff f sf
POST /people/{una}/disable               i ff ffff fff fff fff ff ff f sf
POST /people/{plt}/disable               i ff ffff fff fff fff ff ff f ff
POST /people/{hed}/enable                i ff ffff fff frf fff rf ff f rf
POST /people/{una}/enable                i ff ffff fff fff fff ff ff f rf
"""


def sent(path: str) -> object:
    """What goes with a writing row: nothing wrong in it but what the row is about."""
    post = {"unit": "{unit}", "role": "district_gov_user", "valid_from": "2099-01-01"}
    said = {"reason": "岗位调整", "status_reason": "调离", "end_reason": "调离"}
    return {"last_day": "2099-01-01"} | said | (post if path.endswith("/posts") else {})
