"""HTML whose styles stand on its elements, for programs that drop style sheets: article editors and mail programs."""

from __future__ import annotations

from css_inline import CSSInliner
from markupsafe import Markup
from nh3 import Cleaner

# What the editor of WeChat's official accounts keeps when an article is saved. It drops classes, ids, style sheets and
# `div`, moves what is positioned, loses backgrounds, and takes the size of a picture from its style alone.
ARTICLE_TAGS = {"p", "section", "span", "strong", "img"}
ARTICLE_STYLES = {
    *("border", "border-bottom", "border-left", "border-radius", "border-top", "color", "display", "font-size"),
    *(
        "font-weight",
        "height",
        "letter-spacing",
        "line-height",
        "margin",
        "max-width",
        "padding",
        "text-align",
        "width",
    ),
}
_INLINER = CSSInliner(load_remote_stylesheets=False)
_CLEANER = Cleaner(
    tags=ARTICLE_TAGS,
    attributes={tag: {"style"} | ({"src", "alt"} if tag == "img" else set()) for tag in ARTICLE_TAGS},
    filter_style_properties=ARTICLE_STYLES,
    url_schemes={"http", "https"},
)


def article(fragment: str, sheet: str) -> Markup:
    """A fragment of HTML for the editor of an official account, with its styles. Only what it keeps is left."""
    return Markup(_CLEANER.clean(_INLINER.inline_fragment(fragment, sheet)).strip())  # noqa: S704 - nh3 has cleaned it


def mail(document: str) -> str:
    """An HTML document for mail programs. Only a sheet with `data-css-inline="keep"` is left, for dark screens."""
    return _INLINER.inline(document)
