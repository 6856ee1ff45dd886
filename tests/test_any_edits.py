"""After any sequence of edits, builds and accidents, the output is that of a clean build, byte for byte.

`make edits` draws many more sequences than a test run does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from builds import Kept, build, clean_copy, more_outputs, of_the_content
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sites import NOW, REPOSITORY, small_site

from almanac.cli.reports import as_text
from almanac.content import sources

LEAFLET = """
from almanac.site.pages import page


def pages(site):
    for event in site.events:
        yield page(f"/leaflets/{event.id}.txt", "html:leaflet.txt", leaflet, event.id, source=event.path)


def leaflet(site, event_id):
    event = site.event(event_id)
    return event.fields.title, event.begins, [one.name for one in event.organisers], site.moment.hour, len(site.events)
"""
EVENT_TEMPLATE = (REPOSITORY / "themes/default/templates/event.html").read_text(encoding="utf-8")
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="9"/>'
NAMES = st.sampled_from(["one", "two", "three", "folder/four"])
FILES = [
    "index.html",
    "events/one/index.html",
    "events/one.ics",
    "feeds/all.ics",
    "themes/sky/index.html",
    "sitemap.xml",
    "leaflets/one.txt",
]
KEYS = {
    "title": ["甲活动", "乙活动", "A, b; c", "2019"],
    "theme": ["sky", "water", "[water, sky]", "节水"],
    "form": ["lecture", "讲座"],
    "ages": ["6-12", "6+"],
    "organiser": ["kexie", "科协", "[kexie, museum]"],
    "status": ["scheduled", "cancelled", "full"],
    "summary": ["一句话", ""],
    "start": ["2027-03-01 12:00", "2027-03-02", "2027-03-10 14:00", "2027-04-30 23:00", "2028-02-29 08:00"],
    "end": ["2029-01-01", "2027-03-01 13:00"],
    "repeat": ["FREQ=WEEKLY;COUNT=4", "FREQ=MONTHLY;COUNT=3"],
    "district": ["east", "west"],
    "audience": ["youth", "[public, youth]"],
    "venue": ["library", "{name: 广场, district: west}"],
    "programme": ["lectures"],
    "aliases": ["/events/two/", "/events/old/", "/themes/sky/"],
    "id": ["one", "another"],
    "updated": ["2027-02-28", "2027-03-01 08:00"],
    "draft": ["true", "false"],
    "cover": ["images/drawing.svg"],
    "level": ["city", "key"],
}
PAIRS = st.sampled_from([(key, value) for key, values in KEYS.items() for value in values])
CONFIG = {
    "title": ["小城科普历", "新城科普历"],
    "description": ["测试用的小城", "又一个小城"],
    "districts": ["{east: 东区, west: 西区}", "{east: 东城, west: 西区}"],
    "registries": ["closed", "open"],
    "site_theme": ["default", "own"],
    "language": ["zh-CN", "en"],
    "feeds": ["{pairs: false}", "{months_ahead: 1}", "{cancelled_in_feeds: notice}", "{}"],
    "outputs": [
        "{}",
        "{leaflets: false}",
        "{months: false, feeds: false}",
        "{search: false}",
        "{themes: false}",
        "{withdrawn: false, event_codes: false}",
        "{problems: true}",
    ],
    "timezone": ["Asia/Shanghai", "Asia/Urumqi"],
    "compress": ["[gz]", "[]"],
    "security": ["{contact: kepu@example.org}", "{}"],
}
SETTINGS = st.sampled_from([(key, value) for key, values in CONFIG.items() for value in values])


class Edits(RuleBasedStateMachine):
    """Edits that staff and maintainers make, in any order. Some builds have a new process, some that of `serve`."""

    @initialize(coarsest=st.sampled_from([0, sources.COARSEST]), repository=st.booleans())
    def begin(self, coarsest: int, *, repository: bool) -> None:
        self.coarsest = sources.COARSEST
        sources.COARSEST = coarsest  # whether the states of files that have just changed are trusted
        self.stack = ExitStack()
        self.folder = Path(self.stack.enter_context(TemporaryDirectory()))
        self.stack.enter_context(more_outputs(self.folder / "outputs", leaflets=LEAFLET))
        self.site = small_site(self.folder / "site")
        self.kept = Kept(self.site)
        self.stack.callback(self.kept.close)
        self.config = {
            "title": "小城科普历",
            "description": "测试用的小城",
            "audiences": "{youth: 青少年, public: 公众}",
        }
        self.config |= {"base_url": "https://example.org/kepu/", "districts": "{east: 东区, west: 西区}"}
        self.events: dict[str, dict[str, str]] = {}
        self.site.write("content/organisers/museum.md", "---\nname: 博物馆\n---\n")
        self.site.write("content/images/drawing.svg", DRAWING.format(9))
        self.site.write("themes/own/templates/leaflet.txt", "{{ view|join(' ') }}\n")
        self.set_config("site_theme", "own")
        self.repository = repository
        if repository:
            self.git("init")
            self.commit()
        self.output_is_ours = True  # only builds have touched it since the last look at it
        self.touched: set[Path] = set()  # what a watcher would tell the next build

    def git(self, *arguments: str) -> None:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        stamp = f"{self.site.now.isoformat()}+08:00"
        environment = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp, "PATH": "/usr/bin:/bin:/usr/local/bin"}
        command = ["git", "-C", str(self.site.root), *identity, *arguments]
        subprocess.run(command, check=True, capture_output=True, env=environment | {"HOME": str(self.folder)})

    def write(self, path: str, content: str) -> None:
        self.site.write(path, content)
        self.touched.add(self.site.root / path)

    def remove(self, path: str) -> None:
        (self.site.root / path).unlink(missing_ok=True)
        self.touched.add(self.site.root / path)

    def write_event(self, name: str, body: str = "正文。") -> None:
        lines = "\n".join(f"{key}: {value}" for key, value in self.events[name].items())
        self.write(f"content/events/{name}.md", f"---\n{lines}\n---\n{body}\n")

    def set_config(self, key: str, value: str) -> None:
        self.config[key] = value
        self.site.write("config.yaml", "".join(f"{name}: {text}\n" for name, text in self.config.items()))

    @rule(name=NAMES, changes=st.lists(PAIRS, max_size=3))
    def edit_event(self, name: str, changes: list[tuple[str, str]]) -> None:
        given = {"title": "新活动", "start": "2027-03-10 14:00", "theme": "sky", "organiser": "kexie"}
        self.events[name] = {**self.events.get(name, given), **dict(changes)}
        self.write_event(name)

    @rule(name=NAMES, key=st.sampled_from(["summary", "end", "repeat", "aliases", "id", "draft", "district", "cover"]))
    def delete_a_line(self, name: str, key: str) -> None:
        if self.events.get(name, {}).pop(key, None) is not None:
            self.write_event(name)

    @rule(name=NAMES, body=st.sampled_from(["", "新的正文。", "## 标题\n\n- *甲*\n- [乙](/about/)\n"]))
    def edit_body(self, name: str, body: str) -> None:
        if name in self.events:
            self.write_event(name, body)

    @rule(name=NAMES, line=st.sampled_from(["start: 2027-02-31", "theme: skies", "titel: 错", "end: 2020-01-01"]))
    def mistype(self, name: str, line: str) -> None:
        self.write(f"content/events/{name}.md", "---\ntitle: 错\nstart: 2027-03-10\n---\n".replace("title: 错", line))

    @rule(name=NAMES)
    def delete_event(self, name: str) -> None:
        self.events.pop(name, None)
        self.remove(f"content/events/{name}.md")

    @rule(name=NAMES, new=NAMES)
    def rename_event(self, name: str, new: str) -> None:
        if name in self.events and new not in self.events:
            self.events[new] = self.events.pop(name)
            self.remove(f"content/events/{name}.md")
            self.write_event(new)

    @rule(name=st.sampled_from(["市科协", "科学技术协会"]), body=st.sampled_from(["", "办讲座的地方。"]))
    def edit_organiser(self, name: str, body: str) -> None:
        self.write("content/organisers/kexie.md", f"---\nname: {name}\naliases: [科协]\n---\n{body}\n")

    @rule(back=st.booleans())
    def rename_a_key(self, *, back: bool) -> None:
        old, new = ("hydro", "water") if back else ("water", "hydro")
        if (self.site.root / f"content/themes/{old}.md").exists():
            self.remove(f"content/themes/{old}.md")
            self.write(f"content/themes/{new}.md", f"---\nname: 水\naliases: [{old}, 节水]\ncolour: navy\n---\n")

    @rule(name=st.sampled_from(["themes/sky", "programmes/lectures", "venues/library"]))
    def spoil_or_mend_a_record(self, name: str) -> None:
        file = self.site.root / f"content/{name}.md"
        content = file.read_text(encoding="utf-8")
        right, wrong = "\nname:", "\nnam:"
        spoilt = content.replace(right, wrong) if right in content else content.replace(wrong, right)
        self.write(f"content/{name}.md", spoilt)

    @rule(setting=SETTINGS)
    def edit_config(self, setting: tuple[str, str]) -> None:
        self.set_config(*setting)
        self.touched.add(self.site.root / "config.yaml")

    @rule()
    def break_config(self) -> None:
        self.write("config.yaml", "titel: 小城\n")

    @rule(heading=st.sampled_from(['<h1 class="a">', '<h1 class="b">', "{% broken", None]))
    def edit_template(self, heading: str | None) -> None:
        path = "themes/own/templates/event.html"
        self.remove(path) if heading is None else self.write(path, EVENT_TEMPLATE.replace("<h1>", heading))

    @rule(
        words=st.sampled_from(["{{ view|join(' ') }}", "{% include '_part.txt' %}", "{{ view[0] }}"]),
        part=st.text("甲乙", max_size=2),
    )
    def edit_leaflet(self, words: str, part: str) -> None:
        self.write("themes/own/templates/_part.txt", f"{part}{{{{ view[1] }}}}\n")
        self.write("themes/own/templates/leaflet.txt", f"{words}\n")

    @rule(word=st.sampled_from(["主办单位", "谁办的"]))
    def edit_message(self, word: str) -> None:
        self.write(
            "themes/own/messages/zh-CN.po",
            'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
            f'msgid "Organiser"\nmsgstr "{word}"\n',
        )

    @rule(colour=st.sampled_from(["red", "blue", None]))
    def edit_sheet(self, colour: str | None) -> None:
        path = "themes/own/static/style.css"
        self.remove(path) if colour is None else self.write(path, f"body {{ color: {colour} }}\n")

    @rule(width=st.integers(8, 9), broken=st.booleans())
    def edit_drawing(self, width: int, *, broken: bool) -> None:
        self.write("content/images/drawing.svg", "<svg" if broken else DRAWING.format(width))

    @rule(days=st.sampled_from([0, 0, 1, 8, 31, 400]), minutes=st.integers(0, 1439))
    def turn_the_clock(self, days: int, minutes: int) -> None:
        self.site.now = NOW + timedelta(days=days, minutes=minutes)

    @rule(address=st.sampled_from([None, "https://preview.example/", "https://example.org/other/"]))
    def preview(self, address: str | None) -> None:
        self.site.base_url = address

    @precondition(lambda self: self.repository)
    @rule()
    def commit(self) -> None:
        self.git("add", "--all", "content")
        self.git("commit", "--allow-empty", "--message", "edits")

    @rule(file=st.sampled_from(FILES), content=st.sampled_from(["spoilt", "", None]))
    def spoil_a_page(self, file: str, content: str | None) -> None:
        place = self.site.output / file
        if place.is_file():
            place.unlink() if content is None else place.write_text(content, encoding="utf-8")
        self.output_is_ours = False

    @rule()
    def lose_the_output(self) -> None:
        shutil.rmtree(self.site.output, ignore_errors=True)
        self.output_is_ours = False

    @rule(whole=st.booleans())
    def lose_the_cache(self, *, whole: bool) -> None:
        """Without it a build knows of no file that it may remove, so the output goes as well."""
        self.kept.close()
        files = list((self.site.root / ".almanac").glob("*"))
        shutil.rmtree(self.site.root / ".almanac", ignore_errors=True)
        self.lose_the_output()
        for file in () if whole else files:
            self.site.write(f".almanac/{file.name}", "spoilt")

    @rule()
    def restart(self) -> None:
        self.kept.close()

    @rule(told=st.booleans(), keep_going=st.booleans(), restart=st.booleans())
    def build(self, *, told: bool, keep_going: bool, restart: bool) -> None:
        if restart:
            self.kept.close()
        changed = self.touched if told and self.output_is_ours else None
        self.built = self.kept.build(changed, keep_going=keep_going)
        self.touched = set()
        self.output_is_ours = self.output_is_ours or self.built.report is not None

    @rule(keep_going=st.booleans())
    def another_process_builds(self, *, keep_going: bool) -> None:
        build(self.site, keep_going=keep_going)

    @rule(told=st.booleans(), restart=st.booleans(), keep_going=st.booleans())
    def compare(self, *, told: bool, restart: bool, keep_going: bool) -> None:
        self.build(told=told, keep_going=keep_going, restart=restart)
        clean = clean_copy(self.site)
        report, problems = clean.try_build(keep_going=keep_going)
        told_of = as_text(problems, "en", clean.root)
        assert as_text(of_the_content(self.built.problems), "en", self.site.root) == told_of
        assert (self.built.report is None) == (report is None)
        if report:
            here, there = self.site.files(), clean.files()
            assert [file for file in here.keys() | there.keys() if here.get(file) != there.get(file)] == []
            unchanged = self.kept.build(keep_going=keep_going)
            assert unchanged.report
            assert (unchanged.rendered, unchanged.changed, unchanged.report.removed) == (0, set(), 0)
            assert as_text(of_the_content(unchanged.problems), "en", self.site.root) == told_of
        shutil.rmtree(clean.root)

    def teardown(self) -> None:
        try:
            self.compare(told=False, restart=False, keep_going=True)
        finally:
            sources.COARSEST = self.coarsest
            self.stack.close()


TestEdits = Edits.TestCase
TestEdits.settings = settings(
    max_examples=int(os.environ.get("SEQUENCES", "4")),
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
