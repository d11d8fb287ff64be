"""Access control of the viewer's page, by address and token."""

from __future__ import annotations

import errno
import ipaddress
import secrets
import socket
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

MOST_PAGES = 24
"""Tabs that may look at the same time."""
FORBIDDEN, FULL = 403, 503

_TAKEN = (errno.EADDRINUSE, errno.EACCES)  # of a port: by another program, or for root alone
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass
class Gate:
    """Decides over requests, by their address and their headers.

    Args:
        host, port: where the page is served.

    Attributes:
        token: what a request must carry; None where only this machine reaches the page.
        open_pages: how many tabs are connected.
    """

    host: str
    port: int
    token: str | None = field(init=False)
    open_pages: int = 0

    def __post_init__(self) -> None:
        self.token = None if is_loopback(self.host) else secrets.token_urlsafe(24)

    @property
    def cookie(self) -> str:
        """Name of the cookie that keeps the token; cookies do not tell ports apart."""
        return f"retrowalk-{self.port}"

    @property
    def url(self) -> str:
        """Where people find the page, with the token."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)
        shown = f"[{host}]" if ":" in host else host
        query = "" if self.token is None else f"/?token={self.token}"
        return f"http://{shown}:{self.port}{query}"

    def refusal(
        self, path: str, headers: list[tuple[str, str]], reached_at: str
    ) -> tuple[int, str] | None:
        """Return the status and the reason to refuse a request with, None to let it pass.

        Args:
            path: with its query. headers: all, in order. reached_at: this machine's own address
                that the request came to.
        """
        values = _values(headers)
        hosts = values.get("host", [])
        if len(hosts) != 1 or not self._is_own(hosts[0], reached_at):
            return FORBIDDEN, "This page is not served under that name."
        origins = values.get("origin", [])
        if any(urlsplit(one).netloc.lower() != hosts[0].lower() for one in origins):
            return FORBIDDEN, "Pages of other sites may not use this one."
        if self.token is not None and not self._has_token(path, values.get("cookie", [])):
            return FORBIDDEN, "Open the address that was printed, with its token."
        if "upgrade" in values and self.open_pages >= MOST_PAGES:
            return FULL, f"{MOST_PAGES} tabs are open already; close one."
        return None

    def _is_own(self, host: str, reached_at: str) -> bool:
        """Return whether a `Host` header names this page.

        A name that somebody else owns may be made to lead here; an address may not.
        """
        try:
            name = (urlsplit(f"//{host}").hostname or "").lower()
        except ValueError:
            return False
        return name in {*_LOOPBACK_NAMES, self.host.lower(), reached_at.lower()} - {""}

    def _has_token(self, path: str, cookies: list[str]) -> bool:
        given = parse_qs(urlsplit(path).query).get("token", [])
        for text in cookies:
            try:
                kept = SimpleCookie(text).get(self.cookie)
            except CookieError:
                continue
            given += [] if kept is None else [kept.value]
        return any(secrets.compare_digest(one.encode(), str(self.token).encode()) for one in given)


def link_query(path: str, headers: list[tuple[str, str]]) -> str:
    """Return the query that a page is opened with, without the token; empty for other requests.

    A page of another site may lead here, but not say what is shown.
    """
    values = _values(headers)
    opened, _, query = path.partition("?")
    sites = values.get("sec-fetch-site", ["none"])
    if opened != "/" or "upgrade" in values or not {*sites} <= {"none", "same-origin"}:
        return ""
    return "&".join(one for one in query.split("&") if not one.startswith("token="))


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a server there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def bind(host: str, port: int, tries: int = 100) -> socket.socket:
    """Return a socket that listens at the first free port from `port` on.

    Raises:
        OSError: the address is none of this machine's, or no port is free.
    """
    family, _, _, _, address = socket.getaddrinfo(
        host or "0.0.0.0", port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    last = min(port + tries, 65536) if port else 1
    problem = OSError(f"no port is free from {port} to {last - 1}")
    for number in range(port, last):
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((address[0], number, *address[2:]))
            listening.listen(128)
        except OSError as error:
            listening.close()
            if error.errno not in _TAKEN:
                raise
            problem = error
            continue
        return listening
    raise problem


def _values(headers: list[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    return values
