"""Who keeps whose account and who gives which post: typed by hand from domain.md §4.1 and §4.2.

"City admin all, district admin all levels within the district, department admin its own unit;
nobody grants what they do not hold, raises themselves, or touches a peer's or superior's account."
A peer is whoever keeps accounts of the same unit. y is theirs to do, - is not.
"""

from __future__ import annotations

from collections.abc import Mapping

# account: name, unit (a department as "place/trade"), role, position
KINDS: Mapping[str, tuple[str, str, str, str]] = {
    "plt": ("宁远山", "宜昌市", "platform_admin", ""),
    "aud": ("严知微", "宜昌市", "audit_admin", ""),
    "cku": ("顾南星", "宜昌市", "unit_admin", ""),
    "cga": ("戴安澜", "宜昌市", "city_gov_admin", ""),
    "csu": ("许朝晖", "宜昌市", "supervisor", ""),
    "cus": ("罗望舒", "宜昌市", "city_gov_user", ""),
    "cda": ("白若溪", "宜昌市/housing", "city_dept_admin", ""),
    "cdk": ("江映月", "宜昌市/housing", "unit_admin", ""),
    "cdu": ("秦越川", "宜昌市/housing", "city_dept_user", ""),
    "dku": ("陆青山", "西陵区", "unit_admin", ""),
    "dga": ("沈听澜", "西陵区", "district_gov_admin", ""),
    "dsu": ("方晓禾", "西陵区", "supervisor", ""),
    "dus": ("石磊峰", "西陵区", "district_gov_user", ""),
    "pda": ("温如玉", "西陵区/housing", "district_dept_admin", ""),
    "pdk": ("叶知秋", "西陵区/housing", "unit_admin", ""),
    "pdu": ("杜若衡", "西陵区/housing", "district_dept_user", ""),
    "tdu": ("程望岳", "西陵区/commerce", "district_dept_user", ""),
    "skp": ("苏映雪", "西陵街道", "unit_admin", ""),
    "shd": ("韩松筠", "西陵街道", "", "head"),
    "ckp": ("袁听泉", "铁路坝社区", "unit_admin", ""),
    "chd": ("谢临川", "铁路坝社区", "", "head"),
    "oku": ("梅疏影", "夷陵区", "unit_admin", ""),
    "oga": ("唐既白", "夷陵区", "district_gov_admin", ""),
    "ous": ("柳闻莺", "夷陵区", "district_gov_user", ""),
    "osh": ("贺兰舟", "东苑街道", "", "head"),
    "two": ("郑怀瑾", "西陵街道", "", "head"),
    "pub": ("鄢小满", "", "", ""),
}
"""平台、审计；市：系统后台管理员、政府管理员、督查、用户；市住建：管理员、系统后台管理员、用户；
西陵区：同市；西陵区住建：同市住建；商务用户；西陵街道、铁路坝社区：系统后台管理员、负责人；夷陵区：
系统后台管理员、管理员、用户；东苑街道负责人；郑怀瑾兼夷陵区住建用户；群众。
"""

KEEPS = """
     plt aud | cku cga csu cus | cda cdk cdu | dku dga dsu dus | pda pdk pdu | tdu |
     skp shd | ckp chd | oku oga ous | osh two | pub
plt  -- yyyy yyy yyyy yyy y yy yy yyy yy -   all but the two whom the server alone rescues
cku  -- --yy yyy yyyy yyy y yy yy yyy yy -
cga  -- --yy yyy yyyy yyy y yy yy yyy yy -   annex 4: all departments and all regions
cda  -- ---- --y ---- --- - -- -- --- -- -   own unit only
cdk  -- ---- --y ---- --- - -- -- --- -- -
dku  -- ---- --- --yy yyy y yy yy --- y- -   who has a second post elsewhere is the city's
dga  -- ---- --- --yy yyy y yy yy --- y- -
pda  -- ---- --- ---- --y - -- -- --- -- -   own unit only
pdk  -- ---- --- ---- --y - -- -- --- -- -
skp  -- ---- --- ---- --- - -y yy --- -- -
ckp  -- ---- --- ---- --- - -- -y --- -- -
oku  -- ---- --- ---- --- - -- -- --y -- -
oga  -- ---- --- ---- --- - -- -- --y -- -
"""
"""Who is not in the first column keeps nobody."""

INTO_COMMUNITY = "plt cku cga dku dga skp ckp"
"""Whose annexes reach 铁路坝社区: into it they name whom they keep, and nobody else."""

UNITS = (
    "宜昌市", "宜昌市/housing", "西陵区", "西陵区/housing", "西陵区/commerce", "西陵街道",
    "东苑街道", "铁路坝社区", "夷陵区", "宜昌高新区",
)  # fmt: skip

BATCHES = """
plt  yyyyyyyyyy
cku  yyyyyyyyyy
cga  yyyyyyyyyy
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
"""Of which unit, by `UNITS`, somebody opens the waiting accounts, or ends a batch."""

HAND_OVERS = """
plt  yyyyyyyyyy
cku  yyyyyyyyyy
cga  -yyyyyyyyy   that of the city is a peer's
cda  ----------   that of the own unit is a peer's
cdk  -y--------   the own hand-over
dku  --yyyyyy--
dga  ---yyyyy--   that of the district is a peer's
pda  ----------
pdk  ---y------
skp  -----y-y--
ckp  -------y--
oku  --------y-
oga  ----------
"""
"""Of which unit somebody names the next 系统后台管理员; to oneself never."""

POSTS = (
    ("宜昌市", "platform_admin", ""), ("宜昌市", "audit_admin", ""), ("宜昌市", "unit_admin", ""),
    ("宜昌市", "city_gov_admin", ""), ("宜昌市", "city_gov_user", ""), ("宜昌市", "supervisor", ""),
    ("宜昌市/housing", "unit_admin", ""), ("宜昌市/housing", "city_dept_admin", ""),
    ("宜昌市/housing", "city_dept_user", ""),
    ("西陵区", "unit_admin", ""), ("西陵区", "district_gov_admin", ""),
    ("西陵区", "district_gov_user", ""), ("西陵区", "supervisor", ""),
    ("西陵区/housing", "unit_admin", ""), ("西陵区/housing", "district_dept_admin", ""),
    ("西陵区/housing", "district_dept_user", ""),
    ("西陵区/commerce", "unit_admin", ""), ("西陵区/commerce", "", "head"),
    ("西陵街道", "unit_admin", ""), ("西陵街道", "", "head"),
    ("东苑街道", "unit_admin", ""), ("东苑街道", "", "inspector"),
    ("铁路坝社区", "unit_admin", ""), ("铁路坝社区", "", "head"),
    ("汕头路社区", "", "head"),
    ("夷陵区", "district_gov_admin", ""), ("夷陵区", "district_gov_user", ""),
    ("宜昌高新区", "unit_admin", ""), ("宜昌高新区", "district_gov_user", ""),
)  # fmt: skip

GIVES = """
plt  yyyyyy yyy yyyy yyy yy yy yy yy y yy yy
cku  ----yy yyy yyyy yyy yy yy yy yy y yy yy
cga  ----yy yyy yyyy yyy yy yy yy yy y yy yy
cda  ------ --y ---- --- -- -- -- -- - -- --
cdk  ------ --y ---- --- -- -- -- -- - -- --
dku  ------ --- --yy yyy yy yy yy yy y -- --
dga  ------ --- --yy yyy yy yy yy yy y -- --
pda  ------ --- ---- --y -- -- -- -- - -- --
pdk  ------ --- ---- --y -- -- -- -- - -- --
skp  ------ --- ---- --- -- -y -- yy - -- --
ckp  ------ --- ---- --- -- -- -- -y - -- --
oku  ------ --- ---- --- -- -- -- -- - -y --
oga  ------ --- ---- --- -- -- -- -- - -y --
"""
"""Which of `POSTS` somebody gives; to themselves none."""

RULE = "plt cku"
"""Who sets how first passwords are made: one rule for the whole city."""
