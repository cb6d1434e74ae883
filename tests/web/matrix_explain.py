"""The rows of `matrix_table` about explanations: who may read and decide, whom steps fall to.

Administrators of the place and its supervisors only; a unit administrator reads no case.
"""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /cases/{case}/access                i ff ffff fff fsf ffs nn sn f nf
GET  /cases/{case}/access/{hed}          i ff ffff fff fsf ffs nn sn f nf
GET  /cases/{case}/access/{di2}          i ff ffff fff fnf ffn nn nn f nf
GET  /staffing                           i ff ffff fff fsf ffs ss ss f sf
GET  /staffing/{unit}                    i ff ffff fff fsf ffn sn sn f sf
GET  /staffing/{unit}/filing             i ff ffff fff fsf ffn sn sn f sf
"""

WRITES = ""
