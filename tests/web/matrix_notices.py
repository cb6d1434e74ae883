"""The rows of both sheets about notices: everybody's own, and where a unit's go outside."""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /notices/choices                    i ss ssss sss sss sss ss ss s ss
GET  /settings/webhooks                  i ff ffff fff fsf ffs ss ff f sf
GET  /settings/notices                   i ff ffff fff fsf fff ss ff f sf
GET  /settings/notices/copied            i ff ffff fff fsf fff ss ff f sf
"""

WRITES = """
POST /notices/choices                    i ss ssss sss sss sss ss ss s ss
POST /notices/nobody/open                i nn nnnn nnn nnn nnn nn nn n nn
POST /notices/nobody/read                i nn nnnn nnn nnn nnn nn nn n nn
POST /settings/webhooks                  i ff ffff fff frf ffr rr ff f rf
POST /settings/webhooks/nobody/test      i ff ffff fff fnf ffn nn ff f nf
POST /settings/webhooks/nobody/end       i ff ffff fff fnf ffn nn ff f nf
POST /settings/notices/copied            i ff ffff fff fsf fff sf ff f sf
POST /settings/notices/copied/preview    i ff ffff fff fsf fff ss ff f sf
POST /settings/notices/versions/nobody   i ff ffff fff fnf fff nn ff f nf
"""

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
RANKS_READ = """
GET  /notices/choices
=                                        sss ssss ss ssss ss sss ssssss ss ss

U: the administrator's and the keeper's of every unit, as of people
GET  /settings/webhooks
=                                        ffs fffs sf fffs ff ssf fsffff ff fs

Governments' administrators and keepers, as the texts of papers
GET  /settings/notices
GET  /settings/notices/copied
=                                        fff ffff sf ffff ff ssf ffffff ff sf
"""

RANKS_WRITE = """
POST /notices/choices
=                                        sss ssss ss ssss ss sss ssssss ss ss

POST /notices/nobody/open
POST /notices/nobody/read
=                                        nnn nnnn nn nnnn nn nnn nnnnnn nn nn

POST /settings/webhooks
=                                        ffr fffr rf fffr ff rrf frffff ff fr

POST /settings/webhooks/nobody/test
POST /settings/webhooks/nobody/end
=                                        ffn fffn nf fffn ff nnf fnffff ff fn

The texts of the district: its own, and whoever stands above
POST /settings/notices/copied
=                                        fff ffff ff ffff ff ssf ffffff ff sf

Seen before it is kept, by whoever words any
POST /settings/notices/copied/preview
=                                        fff ffff sf ffff ff ssf ffffff ff sf

POST /settings/notices/versions/nobody
=                                        fff ffff nf ffff ff nnf ffffff ff nf
"""


def sent(path: str) -> object:
    """What goes with a writing row."""
    if path.startswith("/settings/notices"):
        return {"unit": "{unit}", "text": "请阅。"}
    return {"unit": "{unit}", "url": "nowhere"} if path == "/settings/webhooks" else {}
