"""The ladder while the duties are apart (三员分立): typed by hand from security.md §4.7 and ADR 16.

Three keep the city: settings, people, audit; nobody holds two, and each of the three is touched by
nobody. Who kept the city before holds nothing any more, and is kept by the second of the three. The
rest stands as in `ladder`. y is theirs to do, - is not.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.identity.ladder import KINDS, POSTS

THREE: Mapping[str, str] = {"sys": "邵云帆", "sec": "秦牧野", "adt": "庄晓梦"}
EVERYBODY: Mapping[str, str] = {kind: line[0] for kind, line in KINDS.items()} | THREE

KEEPS = """
     plt aud | cku cga csu cus | cda cdk cdu | dku dga dsu dus | pda pdk pdu | tdu |
     skp shd | ckp chd | oku oga ous | osh two | pub | sys sec adt
sec  yy yyyy yyy yyyy yyy y yy yy yyy yy - ---   all but the three
cda  -- ---- --y ---- --- - -- -- --- -- - ---
cdk  -- ---- --y ---- --- - -- -- --- -- - ---
dku  -- ---- --- --yy yyy y yy yy --- y- - ---
dga  -- ---- --- --yy yyy y yy yy --- y- - ---
pda  -- ---- --- ---- --y - -- -- --- -- - ---
pdk  -- ---- --- ---- --y - -- -- --- -- - ---
skp  -- ---- --- ---- --- - -y yy --- -- - ---
ckp  -- ---- --- ---- --- - -- -y --- -- - ---
oku  -- ---- --- ---- --- - -- -- --y -- - ---
oga  -- ---- --- ---- --- - -- -- --y -- - ---
"""
"""Who is not in the first column keeps nobody: neither 系统管理员 nor 审计管理员 does."""

POSTS_APART = (*POSTS, ("宜昌市", "system_admin", ""), ("宜昌市", "security_admin", ""))

GIVES = """
sec  ----yy yyy yyyy yyy yy yy yy yy y yy yy --
cda  ------ --y ---- --- -- -- -- -- - -- -- --
cdk  ------ --y ---- --- -- -- -- -- - -- -- --
dku  ------ --- --yy yyy yy yy yy yy y -- -- --
dga  ------ --- --yy yyy yy yy yy yy y -- -- --
pda  ------ --- ---- --y -- -- -- -- - -- -- --
pdk  ------ --- ---- --y -- -- -- -- - -- -- --
skp  ------ --- ---- --- -- -y -- yy - -- -- --
ckp  ------ --- ---- --- -- -- -- -y - -- -- --
oku  ------ --- ---- --- -- -- -- -- - -y -- --
oga  ------ --- ---- --- -- -- -- -- - -y -- --
"""
"""Which of `POSTS_APART` somebody gives: neither one of the three, nor what carries two of them."""

BATCHES = """
sec  yyyyyyyyyy
cda  -y--------
cdk  -y--------
dku  --yyyyyy--
dga  --yyyyyy--
pda  ---y------
pdk  ---y------
skp  -----y-y--
ckp  -------y--
oku  --------y-
oga  --------y-
"""

HAND_OVERS = """
sec  -yyyyyyyyy   the city has no keeper beside the three
cda  ----------
cdk  -y--------
dku  --yyyyyy--
dga  ---yyyyy--
pda  ----------
pdk  ---y------
skp  -----y-y--
ckp  -------y--
oku  --------y-
oga  ----------
"""

RULE = "sec"
PROPOSE = "sys sec adt"
"""Who proposes another line-up; and of whose proposal each of them confirms that of the others."""
