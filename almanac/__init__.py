"""Almanac (科普历): Markdown events in, a site and calendar feeds out. Read `almanac.build.pipeline` first."""

__version__ = "0.2.0"
