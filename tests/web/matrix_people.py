"""The other posts of domain.md §4.2 at each level: whoever has no column in `matrix_scene`."""

from __future__ import annotations

from collections.abc import Mapping

# column: account, name, unit (a department as "place/trade"), level, role, position
RANKS: Mapping[str, tuple[str, str, str, str, str, str]] = {
    "cin": ("lanmangzhong", "蓝芒种", "樵湖岭社区", "community", "", "inspector"),
    "cle": ("yanxiazhi", "晏夏至", "樵湖岭社区", "community", "", "leader"),
    "cka": ("yinchushu", "尹处暑", "铁路坝社区", "community", "unit_admin", ""),
    "tle": ("pangdahan", "庞大寒", "西陵街道", "township", "", "leader"),
    "ti2": ("zhuojingzhe", "卓惊蛰", "东苑街道", "township", "", "inspector"),
    "tl2": ("leilichun", "雷立春", "东苑街道", "township", "", "leader"),
    "tka": ("linqingming", "蔺清明", "西陵街道", "township", "unit_admin", ""),
    "ad2": ("miaoxiaoshu", "苗小暑", "夷陵区", "district", "district_gov_admin", ""),
    "zon": ("wendashu", "温大暑", "宜昌高新区", "district", "district_gov_user", ""),
    "dso": ("xingliqiu", "邢立秋", "西陵区/housing", "district", "", "safety_officer"),
    "dhe": ("jibailu", "纪白露", "西陵区/housing", "district", "", "head"),
    "dle": ("shulidong", "舒立冬", "西陵区/housing", "district", "", "leader"),
    "dku": ("xiangyushui", "项雨水", "西陵区/housing", "district", "unit_admin", ""),
    "dh2": ("zhulixia", "祝立夏", "西陵区/commerce", "district", "", "head"),
    "fdu": ("dongchuxue", "董初雪", "夷陵区/housing", "district", "district_dept_user", ""),
    "cga": ("lianghanlu", "梁寒露", "宜昌市", "city", "city_gov_admin", ""),
    "cku": ("duqiufen", "杜秋分", "宜昌市", "city", "city_gov_user", ""),
    "csu": ("ruanshuangjiang", "阮霜降", "宜昌市", "city", "supervisor", ""),
    "cdu": ("minxiaoxue", "闵小雪", "宜昌市/housing", "city", "city_dept_user", ""),
    "cda": ("xidaxue", "席大雪", "宜昌市/housing", "city", "city_dept_admin", ""),
    "cdo": ("mazhongqiu", "麻仲秋", "宜昌市/housing", "city", "", "safety_officer"),
    "cdh": ("qiangduanwu", "强端午", "宜昌市/housing", "city", "", "head"),
    "cdl": ("jiachongyang", "贾重阳", "宜昌市/housing", "city", "", "leader"),
    "cdx": ("louchuxi", "娄除夕", "宜昌市/commerce", "city", "", "head"),
    "two": ("weiyuanxiao", "危元宵", "东苑街道", "township", "", "head"),
    "nil": ("jianglaba", "江腊八", "西陵区", "district", "district_gov_admin", ""),
    "sys": ("yuanxichu", "元夕初", "宜昌市", "city", "system_admin", ""),
    "sec": ("youguyu", "游谷雨", "宜昌市", "city", "security_admin", ""),
}
"""Of another community an inspector and a leader, of the case's the keeper; of its township the
leader, of another the inspector and the leader, of its own the keeper; the administrator of another
district; a user of the functional zone, which has no place yet; of its trade's department the
safety officer, head, leader and keeper; the head of another trade's; a user of its trade in another
district; of the city the administrator, the keeper (who took over from 宁远山, user before) and the
supervisor; of the city's department of its trade a user, the administrator, the safety officer,
the head and the leader; the head of another trade's; who is head of another township and, at once,
safety officer of its trade; who was the district's administrator until yesterday; who keeps the
settings of the city, and who keeps its people, where the duties are apart.
"""
