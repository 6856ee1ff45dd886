"""Web addresses in the characters that every program takes."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

RESERVED = "%/:?#[]@!$&'()*+,;=~"  # RFC 3986, section 2.2, and the sign of what is encoded already


def uri(address: str) -> str:
    """An address as a URI (RFC 3986): its host in IDNA, all other characters beyond ASCII percent-encoded."""
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    try:
        host = host.encode("idna").decode()
    except UnicodeError:  # no name that the domain name system knows; the author's text stays
        return address
    rest = (quote(part, safe=RESERVED) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, f"{user}{at}{host}", *rest))
