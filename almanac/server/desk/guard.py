"""Refuses requests that do not come from the desk's own pages, opened with the token of this run.

Another site can make a browser send requests here (CSRF), under a name of its own that leads to this machine (DNS
rebinding), and show the desk in a frame. It can neither set this header nor hide where it comes from: the Fetch
standard forbids scripts to set Host, Origin and Sec-Fetch-Site.
"""

from __future__ import annotations

from email.message import Message
from secrets import compare_digest

TOKEN = "X-Almanac-Token"  # noqa: S105 - the name of a header
OWN_NAMES = ("127.0.0.1", "localhost")
CHECKED = ("Host", "Origin", "Sec-Fetch-Site", "Content-Type", "Content-Length", "Transfer-Encoding", TOKEN)
# What every answer of the desk says to browsers: nothing of another origin goes in or reads, and no frame shows it.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def may_open(headers: Message, port: int) -> bool:
    """Whether a browser may open a page of the desk: from the address bar, or from a page of this server."""
    return _is_own(headers, port) and headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}


def may_ask(headers: Message, port: int, token: str) -> bool:
    """Whether a request for data is answered. It is a POST, so a browser states its origin."""
    return (
        _is_own(headers, port)
        and headers.get("Origin") == f"http://{headers['Host']}"
        and headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        and headers.get_content_type() == "application/json"
        and compare_digest(headers.get(TOKEN, "").encode(errors="replace"), token.encode())
    )


def _is_own(headers: Message, port: int) -> bool:
    """Whether a request names this machine and this port, and says nothing twice."""
    once = all(len(headers.get_all(name, ())) <= 1 for name in CHECKED)
    return once and headers.get("Host") in {f"{name}:{port}" for name in OWN_NAMES}
