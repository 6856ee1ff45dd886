"""After any sequence of edits, an incremental build leaves what a clean build of the same content makes, byte for byte."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sites import NOW, small_site

NAMES = st.sampled_from(["one", "two", "three", "folder/four"])
TITLES = st.sampled_from(["甲活动", "乙活动", "A, b; c", "2019"])
THEMES = st.sampled_from(["sky", "water", "[water, sky]"])
STATUSES = st.sampled_from(["scheduled", "cancelled", "full"])
STARTS = st.datetimes(datetime(2027, 1, 1), datetime(2028, 3, 1)).map(lambda moment: f"{moment:%Y-%m-%d %H:%M}")


class Edits(RuleBasedStateMachine):
    """Edits that staff make, in any order; every build is held against a clean one."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.site = small_site(Path(self.folder.name) / "site")
        self.clean_builds = 0

    @rule(name=NAMES, title=TITLES, theme=THEMES, status=STATUSES, start=STARTS)
    def write_event(self, name: str, title: str, theme: str, status: str, start: str) -> None:
        self.site.event(name, title=title, theme=theme, status=status, start=start)

    @rule(name=NAMES)
    def delete_event(self, name: str) -> None:
        (self.site.root / f"content/events/{name}.md").unlink(missing_ok=True)

    @rule(name=st.sampled_from(["市科协", "科学技术协会"]))
    def rename_organiser(self, name: str) -> None:
        self.site.write("content/organisers/kexie.md", f"---\nname: {name}\n---\n办讲座的地方。\n")

    @rule(title=st.sampled_from(["小城科普历", "新城科普历"]))
    def retitle_site(self, title: str) -> None:
        config = (self.site.root / "config.yaml").read_text(encoding="utf-8")
        self.site.write("config.yaml", f"title: {title}\n{config.partition(chr(10))[2]}")

    @rule(days=st.integers(0, 120))
    def let_time_pass(self, days: int) -> None:
        self.site.now = NOW + timedelta(days=days)

    @rule(file=st.sampled_from(["index.html", "feeds/all.ics", "themes/sky/index.html"]))
    def spoil_a_page(self, file: str) -> None:
        if (self.site.output / file).exists():
            self.site.write(f"output/{file}", "spoilt")

    @invariant()
    def same_as_clean(self) -> None:
        self.site.build()
        self.clean_builds += 1
        clean = self.site.copy(Path(self.folder.name) / f"clean-{self.clean_builds}")
        clean.build()
        assert self.site.files() == clean.files()

    def teardown(self) -> None:
        self.folder.cleanup()


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=12, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck))
