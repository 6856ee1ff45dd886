"""The hook by which a wheel gets compiled messages. The build backend runs it; see `[tool.hatch]` in pyproject.toml."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class MessagesHook(BuildHookInterface[Any]):
    """Compiles the message catalogues before the files of the wheel are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        del version, build_data
        sys.path.insert(0, self.root)
        from scripts.compile_messages import main

        main()
        sys.path.remove(self.root)
