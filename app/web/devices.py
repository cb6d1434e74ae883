"""What a browser calls itself, in a few words that its owner recognises."""

from __future__ import annotations

from app.identity.models import SignIn

# the order matters: most browsers also call themselves what they want to be taken for
_BROWSERS = (
    ("MicroMessenger/", "微信"),
    ("Edg/", "Edge 浏览器"),
    ("Firefox/", "Firefox 浏览器"),
    ("Chrome/", "Chrome 浏览器"),
    ("Safari/", "Safari 浏览器"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Windows", "Windows"),
    ("Mac OS", "苹果电脑"),
    ("Linux", "Linux"),
)


def device(row: SignIn) -> str:
    """The browser and the system of a session."""
    return "程序接口" if row.kind == "api" else browser(row.agent)


def browser(agent: str) -> str:
    """What a browser says of itself, in our words; never its raw text, which anybody may write."""
    words = (
        next((words for mark, words in table if mark in agent), "")
        for table in (_BROWSERS, _SYSTEMS)
    )
    return "，".join(word for word in words if word) or "其他设备"
