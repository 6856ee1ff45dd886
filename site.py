# ruff: noqa: A005 - the public name of the command; Python has imported its own `site` before this file runs
"""`python site.py VERB`: the same as the installed command `almanac`. The engine is the package `almanac/`."""

from __future__ import annotations

import sys
from importlib.util import find_spec

NEEDED = (
    "babel",
    "click",
    "css_inline",
    "dateutil",
    "defusedxml",
    "icalendar",
    "jinja2",
    "markdown",
    "msgspec",
    "nh3",
    "openpyxl",
    "pydantic",
    "pypinyin",
    "python_calamine",
    "rapidfuzz",
    "rich",
    "watchdog",
    "yaml",
)


def main() -> None:
    """Runs the command line. If a dependency is missing, prints how to install it and exits with 2."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file may be run by an older Python
        sys.exit("需要 Python 3.11 或更高版本。 / Python 3.11 or newer is needed.")
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        sys.stderr.write(f"缺少依赖 / Missing: {', '.join(missing)}\n")
        sys.stderr.write(
            "请运行 / Please run:  make site   （或 / or  python -m pip install -r requirements/site.txt）\n"
        )
        sys.exit(2)
    from almanac.__main__ import main as run

    run("python site.py")


if __name__ == "__main__":
    main()
