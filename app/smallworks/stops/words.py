"""The words of stops: scopes, outcomes, and the law that papers quote."""

from __future__ import annotations

from types import MappingProxyType

HELD_WHY = "工程已停工"
"""What people are told whose cases wait."""
SCOPES = MappingProxyType({"all": "全部停工", "part": "局部停工"})
RESULTS = MappingProxyType(
    {"resumed": "已复工", "revoked": "停工已撤销", "cancelled": "工程已注销"}
)
VERBS = MappingProxyType({"breached": "发现停工期间施工"})
LAWS = (
    "《中华人民共和国安全生产法》第六十五条",
    "《中华人民共和国安全生产法》第七十条",
    "《建设工程安全生产管理条例》第四十三条",
)
"""What a stop may rest on; the first where nobody chose."""
