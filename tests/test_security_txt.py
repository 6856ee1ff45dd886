"""`security.txt` (RFC 9116): where the config names a contact, with an end that days do not move."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sites import Site

ADDRESS = "/.well-known/security.txt"
CONFIG = """title: 小城
base_url: https://example.org/kepu/
"""
SECURITY = """security:
  contact: [kepu@example.org, 'https://example.org/report', 'tel:+86-519-86619627']
  policy: https://example.org/security/
"""


def test_a_site_with_a_contact_says_whom_to_tell_of_a_weakness(tmp_path: Path) -> None:
    site = Site(tmp_path)
    (tmp_path / "content").mkdir()
    site.write("config.yaml", CONFIG)
    site.build()
    assert not (site.output / ADDRESS.lstrip("/")).exists()
    site.write("config.yaml", CONFIG + SECURITY)
    site.build()
    assert site.file(ADDRESS).decode().splitlines() == [
        "Contact: mailto:kepu@example.org",
        "Contact: https://example.org/report",
        "Contact: tel:+86-519-86619627",
        "Expires: 2028-02-01T00:00:00+00:00",
        "Preferred-Languages: zh-CN",
        "Canonical: https://example.org/.well-known/security.txt",
        "Policy: https://example.org/security/",
    ]
    site.now = datetime(2027, 3, 31, 23, 59)
    assert ADDRESS.lstrip("/") not in site.build().changed
    site.now += timedelta(minutes=1)
    assert ADDRESS.lstrip("/") in site.build().changed, "a month begins"
    ends = datetime.fromisoformat(site.file(ADDRESS).decode().split("Expires: ")[1].split()[0])
    assert timedelta(300) < ends.replace(tzinfo=None) - site.now < timedelta(365), "RFC 9116, section 2.5.5"
    site.edit("config.yaml", "kepu@example.org", "http://example.org/")
    assert "“http://example.org/” is no address to which a report can be sent." in site.problems()
