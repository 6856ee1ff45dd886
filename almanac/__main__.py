"""The entry point: the installed command `almanac`, `python -m almanac`, and `python site.py` in a clone."""

from __future__ import annotations

import gc


def main(program: str = "almanac") -> None:
    """Runs the command line. `program` is what people type to run it, for messages."""
    gc.disable()  # for the imports already; almanac.cli.app.run gives the reason
    from almanac.cli.app import run

    run(program)


if __name__ == "__main__":
    main()
