"""One request to an address outside that somebody typed: https, public, pinned, and short.

Whoever keeps a unit names the address, so it must not become a way into the network in which the
product stands: the name is resolved once, every address that it has must be public, the connection
goes to the one that was looked at, nothing is followed elsewhere, and all of it ends in time.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from http.client import HTTPException, HTTPSConnection
from threading import Thread, Timer
from time import monotonic
from urllib.parse import SplitResult, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Net = ipaddress.IPv4Network | ipaddress.IPv6Network

PATIENCE = 6.0
"""Seconds for all of it."""
MOST = 4096
"""Of the answer, which nobody reads."""
HTTPS = 443
NOT_REACHED = "没有连上"
"""All that is said of an address inside: who types ports must not learn which are open."""
ONLY_HTTPS = "公网地址只能用 443 端口"
_PUBLIC = ipaddress.ip_network("2000::/3")
"""What is handed out of the new kind; beyond it lie private, translated and future ones."""
_inside: list[Net] = []


class Unsent(Exception):
    """It did not arrive, and why, in words for whoever named the address."""

    def __repr__(self) -> str:
        return str(self)


def allow(networks: Iterable[str]) -> None:
    """Set which networks that are not public may be reached: of a town hall, say."""
    _inside[:] = [ipaddress.ip_network(one) for one in networks]


def parts(url: str) -> SplitResult:
    """The address in parts. Raises Unsent for one that is none of ours to call."""
    try:
        found = urlsplit(url)
        port = found.port
    except ValueError:
        raise Unsent("地址有误") from None
    if found.scheme != "https" or not found.hostname:
        raise Unsent("地址须以 https:// 开头")
    if found.username or found.password or found.fragment:
        raise Unsent("地址里不能有账号、密码和 #")
    if port is not None and not 0 < port < 65536:
        raise Unsent("端口有误")
    if port not in (None, HTTPS) and not _inside:
        raise Unsent(ONLY_HTTPS)
    return found


def deliver(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post it; returns the status of the answer. Raises Unsent."""
    to, until = parts(url), monotonic() + PATIENCE
    host, port = str(to.hostname), to.port or 443
    address = _public(host, port, until)
    line = _Pinned(host, port, address, until)
    path = (to.path or "/") + (f"?{to.query}" if to.query else "")
    try:
        line.request("POST", path, body, dict(headers))
        answer = line.getresponse()
        answer.read(MOST)
        if line.over:  # the library takes a line that was cut for the end of an answer
            raise TimeoutError
        return answer.status
    except ssl.SSLError:
        raise Unsent(NOT_REACHED if _within(address) else "对方的证书无效") from None
    except (OSError, HTTPException, ValueError) as failed:
        why = "" if _within(address) else f"：{type(failed).__name__}"
        raise Unsent(f"{NOT_REACHED}{why}") from failed
    finally:
        line.shut()


def _public(host: str, port: int, until: float) -> Address:
    """The first address of a host, if all of them are such that we may go there."""
    addresses = [ipaddress.ip_address(one) for one in _asked(host, port, until)]
    if not addresses:
        raise Unsent("没有这个主机名")
    if not all(_may(one) for one in addresses):
        raise Unsent("这个地址不在公网上，不能推送")
    if port != HTTPS and not all(_within(one) for one in addresses):
        raise Unsent(ONLY_HTTPS)
    return addresses[0]


def _asked(host: str, port: int, until: float) -> list[str]:
    """The addresses of a name; asked beside us, since who is asked knows no clock."""
    found: list[str] = []

    def ask() -> None:
        with suppress(OSError, UnicodeError):
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(str(one[4][0]) for one in answers)

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_left(until))
    return list(found)


def _left(until: float) -> float:
    return max(until - monotonic(), 0.01)


def _within(address: Address) -> bool:
    return any(address in net for net in _inside if net.version == address.version)


def _may(address: Address) -> bool:
    if _within(address):
        return True
    if isinstance(address, ipaddress.IPv6Address):
        led = address.sixtofour or address.teredo  # to any address of the old kind
        return address in _PUBLIC and led is None and address.is_global
    return address.is_global and not address.is_multicast


class _Pinned(HTTPSConnection):
    """A connection to one address under its host's name, cut when the time is over."""

    def __init__(self, host: str, port: int, address: Address, until: float) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(host, port, timeout=PATIENCE, context=self._tls)
        self._address, self._until = str(address), until
        self._cut: Timer | None = None
        self.over = False

    def connect(self) -> None:
        """Connect where we looked, whatever the name says by now."""
        plain = socket.create_connection((self._address, self.port), _left(self._until))
        self.sock = plain
        self._cut = Timer(_left(self._until), self._hang_up)
        self._cut.start()
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)

    def shut(self) -> None:
        """Let go of it."""
        if self._cut is not None:
            self._cut.cancel()
        self.close()

    def _hang_up(self) -> None:
        self.over = True
        with suppress(OSError):  # closed meanwhile
            self.sock.shutdown(socket.SHUT_RDWR)
