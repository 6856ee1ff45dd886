"""The weekly digest as a message (RFC 5322) that a mail program opens, completes and sends."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

from almanac.core.digests import digest
from almanac.model.site import Site
from almanac.outputs.digest import mail_page, mail_view, text_page
from almanac.render import rendered
from almanac.site.pages import Page
from almanac.site.settings import site_settings

LENGTH_OF_MARK = 32  # characters of the boundary and the Message-ID that tell contents apart


def digest_message(site: Site, key: str, sender: str = "") -> bytes:
    """The message of an ISO 8601 week; the same content gives the same bytes. Raises ValueError for a faulty sender.

    It has no recipients and no date: the program that sends it adds them. `X-Unsent` lets mail programs open it as a
    draft. There is no `List-Unsubscribe`, since nobody here keeps a list.
    """
    html, plain = _words(site, mail_page(key)), _words(site, text_page(key))
    settings, view = site_settings(site), mail_view(site, key)
    mark = digest(html.encode(), plain.encode(), sender.encode())[:LENGTH_OF_MARK]
    message = EmailMessage(SMTP)
    message["Subject"] = view.heading
    if sender:
        message["From"] = sender
    message["Message-ID"] = f"<digest-{key}.{mark}@{settings.uid_host}>"
    message["X-Unsent"] = "1"
    message.set_content(plain, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    message.set_boundary(f"=_{mark}")
    message["Content-Language"] = settings.language  # the contents, once set, would take it out
    return message.as_bytes()


def _words(site: Site, page: Page) -> str:
    return rendered(site, page.renderer, page.view, *page.args).decode()
