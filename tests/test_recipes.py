"""The hook that checks before a commit, and the recipes for continuous integration."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml
from serving import serving
from sites import REPOSITORY, Site

from almanac.cli.app import main
from almanac.core.messages import LANGUAGES

RECIPES = REPOSITORY / "docs/recipes"
STARTER = {language: REPOSITORY / f"almanac/starter/{language}/.github/workflows/content.yml" for language in LANGUAGES}
WORKFLOWS = [RECIPES / "github.yml", RECIPES / "gitea.yml", *STARTER.values()]
TALK = "content/events/2027/2027-03-20-clouds.md"
IDENTITY = {
    **{
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "a"), ("EMAIL", "a@example.org"))
    },
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "init.defaultBranch",
    "GIT_CONFIG_VALUE_0": "main",
}


def run(site: Site, *command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=site.root,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **IDENTITY, **environment},
    )


def git(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = run(site, "git", *arguments)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def kept(site: Site) -> Site:
    """The small site in git, with the engine and its hook, and one commit."""
    git(site, "init", "-q")
    git(site, "add", "-A")
    git(site, "commit", "-q", "-m", "first")
    git(site, "config", "core.hooksPath", str(REPOSITORY / ".githooks"))
    git(site, "config", "almanac.engine", str(REPOSITORY))
    return site


def commit(site: Site) -> subprocess.CompletedProcess[str]:
    return run(site, "git", "commit", "-m", "next", PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}")


def test_the_hook_refuses_content_with_errors_and_says_where(kept: Site) -> None:
    kept.edit(TALK, "theme: [sky, water]", "theme: [skyy]")
    git(kept, "add", "-A")
    refused = commit(kept)
    assert refused.returncode == 1
    assert f"{TALK}:6: 错误: 主题里没有“skyy”。" in refused.stdout + refused.stderr
    kept.edit(TALK, "skyy", "sky")
    assert commit(kept).returncode == 1, "what is staged counts, not what lies on disk"
    git(kept, "add", "-A")
    accepted = commit(kept)
    assert accepted.returncode == 0, accepted.stderr
    assert not list(kept.root.glob("output"))


def test_the_hook_lets_warnings_pass_and_leaves_other_commits_alone(kept: Site) -> None:
    kept.event("short", "来。")
    git(kept, "add", "-A")
    accepted = commit(kept)
    assert accepted.returncode == 0, accepted.stderr
    assert (accepted.stdout + accepted.stderr).count("[short-text]") == 1, "of the files in the commit alone"
    assert "处提醒在其他文件里。" in accepted.stdout + accepted.stderr
    kept.write("content/events/broken.md", "---")
    kept.write("notes.txt", "nothing of the site")
    git(kept, "add", "notes.txt")
    accepted = commit(kept)
    assert accepted.returncode == 0
    assert "提醒" not in accepted.stdout + accepted.stderr


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.relative_to(REPOSITORY).as_posix())
def test_a_workflow_reviews_requests_and_publishes_the_main_branch(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert set(workflow[True]) == {"pull_request", "push", "schedule", "workflow_dispatch"}, "YAML reads `on` as true"
    assert set(workflow["jobs"]) == {"review", "publish", "complete"}
    said = {job: "\n".join(step.get("run", "") for step in workflow["jobs"][job]["steps"]) for job in workflow["jobs"]}
    verbs = {job: {call[0] for call in commands(said[job])} for job in said}
    assert {"check", "diff"} <= verbs["review"] <= {"check", "diff", "build"}
    assert {"build"} <= verbs["publish"] <= {"build", "check"}
    kept = [step["with"]["path"] for step in workflow["jobs"]["publish"]["steps"] if "cache@" in step.get("uses", "")]
    assert kept == [".almanac"], "it holds what was published last"
    checkouts = [
        step
        for job in workflow["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/checkout")
    ]
    assert [step["with"]["fetch-depth"] for step in checkouts] == [0, 0], (
        "diff needs the branch point, and dates of change the history"
    )


def test_a_workflow_publishes_what_is_sound_and_fails_afterwards(kept: Site, tmp_path: Path) -> None:
    """The build step runs here; the engine's call is the one thing in which the workflows differ."""
    scripts = set()
    for file in WORKFLOWS:
        jobs = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]
        (step,) = (step for step in jobs["publish"]["steps"] if step.get("id") == "build")
        assert step["env"] == {"REMOVALS": "${{ inputs.removals }}"}
        assert jobs["publish"]["outputs"] == {"status": "${{ steps.build.outputs.status }}"}
        assert jobs["complete"]["if"] == "needs.publish.outputs.status == '3'"
        assert jobs["complete"]["needs"] == "publish"
        scripts.add(
            "\n".join(line for line in step["run"].splitlines() if "check" not in line).replace(".venv/bin/", "")
        )
    (script, other) = sorted(scripts, key=len)
    assert script == other.replace("python site.py", "almanac")
    script = other.replace("python site.py", f"{sys.executable} {REPOSITORY / 'site.py'}")
    result = tmp_path / "result"

    def published(removals: str = "") -> tuple[int, str]:
        done = run(kept, "bash", "-e", "-c", script, GITHUB_OUTPUT=str(result), REMOVALS=removals)
        return done.returncode, result.read_text(encoding="utf-8").split()[-1]

    assert published() == (0, "status=0")
    kept.event("fine", title="新的讲座")
    kept.edit(TALK, "theme: [sky, water]", "theme: [skies]")
    assert published() == (0, "status=3")
    assert "新的讲座" in kept.page("/events/fine/")
    kept.delete(TALK)
    kept.edit("config.yaml", "title:", "feeds: {uid_host: other.example}\ntitle:")
    assert published() == (1, "status=1"), "subscribers would have every entry twice"
    assert published("true") == (0, "status=0")


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.relative_to(REPOSITORY).as_posix())
def test_no_workflow_pastes_untrusted_text_into_a_shell(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert "pull_request_target" not in workflow[True]
    assert not [step for job in workflow["jobs"].values() for step in job["steps"] if "${{" in step.get("run", "")]


def test_a_publication_without_the_cache_learns_from_the_site_what_was_published(kept: Site, tmp_path: Path) -> None:
    steps = [
        step["run"]
        for file in WORKFLOWS
        for step in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]["publish"]["steps"]
        if "events.json" in step.get("run", "")
    ]
    assert len(steps) == len(WORKFLOWS)
    assert len(set(steps)) == 1
    kept.build()
    with serving(kept.output) as address:
        fresh = kept.copy(tmp_path / "fresh")
        fresh.edit("config.yaml", "base_url: https://example.org/kepu/", f"base_url: {address}/")
        fresh.edit("config.yaml", "title:", "feeds: {uid_host: example.org}\ntitle:")
        fresh.edit(TALK, "fee:", "draft: true\nfee:")
        assert run(fresh, "sh", "-c", steps[0]).returncode == 0
        fresh.allow_removals = False
        assert "1 published calendar entries would vanish: 2027-03-20-clouds (" in fresh.problems()


def commands(content: str) -> list[list[str]]:
    """The arguments of every call of the engine."""
    found = re.findall(
        r"(?:(?:^|run: |-0 )\s*almanac|site\.py\"?) (?![\"\]])(.*?)(?: > .*| \|\| .*)?$", content, re.MULTILINE
    )
    return [[word for word in shlex.split(line) if word] for line in found]


@pytest.mark.parametrize(
    "file",
    [*WORKFLOWS, RECIPES / "ci.sh", REPOSITORY / ".githooks/pre-commit"],
    ids=lambda file: file.relative_to(REPOSITORY).as_posix(),
)
def test_the_engine_accepts_every_call_in_the_recipes(file: Path) -> None:
    calls = [[word for word in call if word != "$@"] for call in commands(file.read_text(encoding="utf-8"))]
    assert calls
    for call in calls:
        words = [str(REPOSITORY) if word.startswith("$staged") else word for word in call]
        place = next(place for place, word in enumerate(words) if word in main.list_commands(click.Context(main)))
        with main.make_context("site.py", words[: place + 1]) as context:
            verb = main.get_command(context, words[place])
            assert verb is not None
            verb.make_context(words[place], words[place + 1 :], parent=context)


def test_the_script_for_other_platforms_reviews_and_publishes(kept: Site) -> None:
    (kept.root / "site.py").symlink_to(REPOSITORY / "site.py")
    git(kept, "checkout", "-q", "-b", "change")
    kept.edit(TALK, "fee: 免费", "fee: 10元")
    git(kept, "commit", "-q", "-a", "-m", "fee")
    reviewed = run(kept, RECIPES / "ci.sh", "review", "main", PYTHON=sys.executable)
    assert reviewed.returncode == 0, reviewed.stderr
    assert "费用：免费 → 10元" in (kept.root / "diff.md").read_text(encoding="utf-8")
    assert (
        run(kept, RECIPES / "ci.sh", "preview", "https://preview.example.org/12/", PYTHON=sys.executable).returncode
        == 0
    )
    shown = (kept.root / "preview/events/2027-03-20-clouds/index.html").read_text(encoding="utf-8")
    assert 'href="https://preview.example.org/12/events/2027-03-20-clouds/"' in shown
    assert b"UID:2027-03-20-clouds@example.org" in (kept.root / "preview/feeds/all.ics").read_bytes(), (
        "a preview's feeds keep the site's UIDs"
    )
    assert run(kept, RECIPES / "ci.sh", "publish", PYTHON=sys.executable).returncode == 0
    assert (kept.output / "index.html").is_file()
    kept.edit(TALK, "start: 2027-03-20", "start: 2027-02-30")
    kept.event("fine")
    assert run(kept, RECIPES / "ci.sh", "publish", PYTHON=sys.executable).returncode == 3
    assert (kept.output / "events/fine/index.html").is_file()
    failed = run(kept, RECIPES / "ci.sh", "review", "main", PYTHON=sys.executable)
    assert failed.returncode == 1
    assert "费用：免费 → 10元" in failed.stdout, "what can be compared is shown all the same"
    assert run(kept, RECIPES / "ci.sh", PYTHON=sys.executable).returncode == 2
