"""The rows of `matrix_table` about accounts: opening, keeping, the second factor, the hand-over."""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /sign-in/oidc                       n nn nnnn nnn nnn nnn nn nn n nn
GET  /sign-in/oidc/back                  n nn nnnn nnn nnn nnn nn nn n nn
GET  /staff/sign-in/oidc                 n nn nnnn nnn nnn nnn nn nn n nn
GET  /staff/sign-in/oidc/back            n nn nnnn nnn nnn nnn nn nn n nn
GET  /sign-in/code                       i oo oooo ooo ooo ooo oo oo o oo
GET  /second-factor                      i nn ssss sss sss sss ss ss s ss
GET  /accounts                           i ff ffff fff fsf ffs ss ff f sf
GET  /people/new                         i ff ffff fff fsf ffs ss ff f sf
GET  /settings/accounts                  i ff ffff fff fff fff ff ff f sf
GET  /people/{hed}                       i ff ffff fff fsf fff sf ff f sf
GET  /people/{dep}                       i ff ffff fff fsf ffs sf ff f sf
GET  /people/{una}                       i ff ffff fff fff fff ff ff f sf
GET  /people/{plt}                       i ff ffff fff fff fff ff ff f ff
GET  /people/{own}                       i ff ffff fff fnf ffn nn ff f nf
GET  /units/{unit}/hand-over             i ff ffff fff fff fff sf ff f sf
GET  /units/nobody/hand-over             i ff ffff fff fnf ffn nn ff f nf
"""

WRITES = """
POST /sign-ins/links/nobody/end          i nn nnnn nnn nnn nnn nn nn n nn
POST /sign-in/code                       i ff ffff fff fff fff ff ff f ff
POST /second-factor/begin                i nn ssss sss sss sss ss ss s ss
POST /second-factor/confirm              i rr rrrr rrr rrr rrr rr rr r rr
POST /second-factor/drop                 i rr rrrr rrr rrr rrr rr rr r rr
POST /accounts/batches                   i ff ffff fff frf fff rf ff f rf
POST /accounts/batches/nobody/close      i ff ffff fff fnf ffn nn ff f nf
POST /settings/accounts                  i ff ffff fff fff fff ff ff f sf
POST /people/{hed}/reading               i ff ffff fff fsf fff sf ff f sf
POST /people/{una}/reading               i ff ffff fff fff fff ff ff f sf
POST /people/new                         i ff ffff fff fsf fff sf ff f sf
POST /people/{hed}/phone                 i ff ffff fff fsf fff sf ff f sf
POST /people/{una}/phone                 i ff ffff fff fff fff ff ff f sf
POST /people/{hed}/sign-out              i ff ffff fff fsf fff sf ff f sf
POST /people/{dep}/sign-out              i ff ffff fff fsf ffs sf ff f sf
POST /people/{una}/sign-out              i ff ffff fff fff fff ff ff f sf
POST /people/{plt}/sign-out              i ff ffff fff fff fff ff ff f ff
POST /people/{own}/sign-out              i ff ffff fff fnf ffn nn ff f nf
POST /people/{hed}/reset                 i ff ffff fff fsf fff sf ff f sf
POST /people/{dep}/reset                 i ff ffff fff fsf ffs sf ff f sf
POST /people/{una}/reset                 i ff ffff fff fff fff ff ff f sf
POST /people/{plt}/reset                 i ff ffff fff fff fff ff ff f ff
POST /people/{own}/reset                 i ff ffff fff fnf ffn nn ff f nf
POST /people/{hed}/lift-factor           i ff ffff fff frf fff rf ff f rf
POST /people/{una}/lift-factor           i ff ffff fff fff fff ff ff f rf
POST /people/{hed}/code                  i ff ffff fff frf fff rf ff f rf
POST /people/{una}/code                  i ff ffff fff fff fff ff ff f rf
POST /units/{unit}/hand-over             i ff ffff fff fff fff rf ff f rf
"""


def sent(path: str) -> object:
    """What goes with a writing row: nothing wrong in it but what the row is about."""
    reason = {"reason": "手机丢失", "phone": "13955556666", "phone_reason": "换了号码"}
    post = {"unit": "{unit}", "role": "district_gov_user"}
    return {
        "/accounts/batches": {"name": "首批账号", "unit": "{unit}"},
        "/people/new": {"name": "向晚舟", "phone": "13955556666"} | post,
        "/settings/accounts": {"initial": "random", "reason": "试一试"},
        "/units/{unit}/hand-over": {"to": "{hed}", "reason": "工作调动"},  # 社区的人
    }.get(path, {"typed": "abcde", "code": "000000"} | reason)
