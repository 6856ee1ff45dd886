"""The templates of a site theme, as Jinja is told to read, compile and keep them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, nodes, select_autoescape
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escaped  # type: ignore[attr-defined]  # what `escape` makes its Markup of, in C: nothing public gives the plain string
from msgspec.structs import replace

from almanac.build.compiled import read_compiled, write_compiled
from almanac.core.digests import digest, digest_bytes, engine_version
from almanac.core.messages import gettext_of, translations
from almanac.render.filters import filters, tests
from almanac.site.dates import MONTHS, WEEKDAYS
from almanac.site.settings import Settings
from almanac.site.views import MOST_CARDS

AUTOESCAPED = ("html", "xml")


@cache
def environment(settings: Settings) -> Environment:
    """Made once for a site, and again when its settings or its site theme change."""
    made = ThemeEnvironment(
        loader=FileSystemLoader([str(folder) for folder in settings.templates]),
        autoescape=select_autoescape(AUTOESCAPED, default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        extensions=["jinja2.ext.i18n", FixedWords],
        auto_reload=True,
        cache_size=-1,
        bytecode_cache=Compiled(settings),
    )
    gettext, ngettext = (
        gettext_of(settings.language, settings.messages),
        translations(settings.language, settings.messages).ngettext,
    )
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    made.globals |= {
        "site": settings,
        "weekday_names": [text.message for text in WEEKDAYS],
        "month_names": [text.message for text in MONTHS],
    }
    made.globals["_"] = lambda message, **values: Markup(gettext(message)) % values  # noqa: S704 - messages are ours, and values are escaped
    made.filters |= filters(settings, gettext)
    made.filters["once"] = lru_cache(MOST_CARDS * 2)(_call)
    made.tests |= tests(settings)
    made.filters[FixedWords.FILTER] = lambda message: Markup(gettext(message)) % {}  # noqa: S704 - likewise
    return made


class _Generator(CodeGenerator):
    """Has the environment escape what a page shows."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.shown(")
        else:
            super()._output_child_pre(node, frame, finalize)


class ThemeEnvironment(Environment):
    """Three things are spared.

    What is parsed to see which other templates it names is not parsed again when it is compiled. What a page shows does not become Markup before it
    is joined. Globals stay as they are: a template gets them as one plain mapping, which is copied for each page that is rendered.
    """

    code_generator_class = _Generator

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.parsed: dict[tuple[str | None, str], nodes.Template] = {}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """What Jinja's `parse` and `compile` both ask: the first time it parses, the second time it gives that and lets go of it."""
        known = self.parsed.pop((name, source), None)
        if known is None:
            known = self.parsed[name, source] = super()._parse(source, name, filename)
        return known

    @staticmethod
    def shown(value: Any) -> str:
        """As `escape`, of which a page does a hundred, but as a plain string: that takes a tenth of the time."""
        kind = type(value)
        if kind is str:
            return escaped(value)
        return value if kind is Markup else escape(value)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template, its own before those of all."""
        return {**self.globals, **(d or {})}


class Compiled(BytecodeCache):
    """Compiled templates, kept from build to build. What is fixed when they are compiled follows from the settings: language, base path, outputs."""

    def __init__(self, settings: Settings) -> None:
        words = (file.digest.encode() for file in settings.messages)
        shown = replace(settings, theme_version="")  # what a change of one template must not tell of all others
        self.ground = digest_bytes(engine_version().encode(), repr(shown).encode(), *words)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fills the bucket, if its template is known."""
        if compiled := read_compiled(self._key(bucket)):
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what has been compiled."""
        write_compiled(self._key(bucket), bucket.bytecode_to_string())

    def _key(self, bucket: Bucket) -> str:
        return digest(b"template", self.ground, bucket.key.encode(), bucket.checksum.encode())


class FixedWords(Extension):
    """`_("…")` without values becomes a filter of a constant, which Jinja applies when it compiles the template, and not once more for each page."""

    FILTER = "_fixed"

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """`_`, `(`, a string, `)` become `(`, the string, `|`, the filter, `)`."""
        seen: list[Token] = []
        for token in stream:
            if not seen and token.value != "_":  # nearly all of them
                yield token
                continue
            seen.append(token)
            if not _may_be_fixed(seen):
                yield from seen
                seen = []
            elif len(seen) == len(FIXED):
                called, opened, message, closed = seen
                yield from (
                    opened,
                    message,
                    Token(called.lineno, "pipe", "|"),
                    Token(called.lineno, "name", self.FILTER),
                    closed,
                )
                seen = []
        yield from seen


FIXED = (
    ("name", "_"),
    ("lparen", "("),
    ("string", None),
    ("rparen", ")"),
)  # types and values of tokens, where the value matters


def _may_be_fixed(seen: Sequence[Token]) -> bool:
    return all(
        token.type == kind and value in {token.value, None} for token, (kind, value) in zip(seen, FIXED, strict=False)
    )


def _call(macro: Callable[..., Any], *arguments: Any) -> Any:
    """`macro|once(…)` in a template: what a macro makes of the same values is made once, and kept for the next page."""
    return macro(*arguments)


def source_of(settings: Settings, name: str) -> str:
    """The text of a template. Raises TemplateNotFound."""
    loader = environment(settings).loader
    if loader is None:
        raise TemplateNotFound(name)
    return loader.get_source(environment(settings), name)[0]
