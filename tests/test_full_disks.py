"""Real disks that are full, hold no more files or may not be written, and another user: what is said then is true.

The next build, with room again, makes what a clean build makes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from disks import AS_OTHER, OTHER, PAGE, Disk, disk
from kills import Story
from test_faults import MOMENT
from test_interrupted_builds import UNSAVED, published

from almanac.build.publishing import is_unfinished
from almanac.cli.reports import as_text

UNWRITTEN = "This cannot be written"
FULL = "the disk is full"


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    with disk(tmp_path_factory.mktemp("disk")) as found:
        yield found


@pytest.fixture(scope="module")
def story(small_disk: Disk) -> Story:
    """A site that lies on the small disk as a whole, with its cache and its output."""
    return Story(small_disk.place)


def begin(story: Story, *, built: bool) -> dict[str, bytes]:
    """The site just after an edit, built before it or never; its published files."""
    story.bring_back(built=built)
    story.edit()
    return published(story.site)


def failure(story: Story) -> str:
    """What a build says that cannot end."""
    report, problems = story.site.try_build()
    assert report is None
    return as_text(problems, "en", story.site.root)


def pages_of(files: dict[str, bytes]) -> int:
    return sum(-(-len(content) // PAGE) for content in files.values())


@pytest.mark.parametrize("share", [0, 0.5])
def test_a_disk_that_is_full_before_all_is_there_publishes_nothing(
    story: Story, small_disk: Disk, share: float
) -> None:
    before = begin(story, built=False)
    small_disk.leave(pages=int(pages_of(story.after) * share))
    said = failure(story)
    small_disk.free()
    assert f"{UNWRITTEN} ({FULL})." in said
    assert published(story.site) == before
    assert not is_unfinished(story.site.output)
    assert list(story.faults(undone=False, lost=False)) == []


def test_a_disk_that_is_full_when_all_is_published_has_all_of_it(story: Story, small_disk: Disk) -> None:
    begin(story, built=False)
    small_disk.leave(pages=pages_of(story.after) + 40)  # the store begins with half of that and needs twice as much
    said = failure(story)
    small_disk.free()
    assert f"{UNSAVED} ({FULL})." in said
    assert published(story.site) == story.after
    assert is_unfinished(story.site.output)
    assert list(story.faults(undone=True, lost=True)) == []


@pytest.mark.parametrize("files", [1, 4])
def test_a_disk_that_holds_no_more_files_publishes_nothing(story: Story, small_disk: Disk, files: int) -> None:
    before = begin(story, built=True)
    small_disk.leave(files=files)
    said = failure(story)
    small_disk.free()
    assert f"{UNWRITTEN} ({FULL})." in said
    assert "df -i" in said
    assert published(story.site) == before
    assert list(story.faults(undone=False, lost=False)) == []


@pytest.mark.parametrize("folder", [".almanac", "output"])
def test_a_write_protected_disk_for_the_cache_or_the_output_publishes_nothing(story: Story, folder: str) -> None:
    before = begin(story, built=True)
    place = story.site.root / folder
    place.rename(place.with_name("kept"))
    with disk(place) as own:
        shutil.copytree(place.with_name("kept"), place, dirs_exist_ok=True, copy_function=shutil.copy2)
        own.protect()
        said = failure(story)
        assert f"{UNWRITTEN} (the disk is write-protected)." in said
        assert published(story.site) == before
        own.free()
        assert list(story.faults(undone=False, lost=False)) == []


def run(story: Story, *prefix: str) -> subprocess.CompletedProcess[str]:
    command = [*prefix, *(str(part) for part in story.site.command("build", "--allow-removals"))]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **MOMENT})


@pytest.mark.parametrize(
    ("kilobytes", "last"), [(1, "Nothing was published"), (100, "The next build settles what is published")]
)
def test_a_limit_of_size_of_files_is_said(story: Story, kilobytes: int, last: str) -> None:
    before = begin(story, built=False)
    done = run(story, "prlimit", f"--fsize={kilobytes * 1024}")
    assert "(files may not become that large)." in done.stderr
    assert last in done.stderr
    assert (UNSAVED in done.stderr) == (kilobytes > 1)
    assert published(story.site) == (story.after if kilobytes > 1 else before)
    assert list(story.faults(undone=kilobytes > 1, lost=False)) == []


def test_another_user_publishes_nothing_where_the_output_is_not_theirs(story: Story) -> None:
    before = begin(story, built=True)
    done = run(story, *AS_OTHER)
    assert "This cache belongs to another user and is not used." in done.stderr
    assert f"{UNWRITTEN} (permission is missing)." in done.stderr
    assert "Nothing was published" in done.stderr
    assert published(story.site) == before
    assert list(story.faults(undone=False, lost=False)) == []


def test_another_user_whose_output_it_is_publishes_without_the_cache(story: Story) -> None:
    begin(story, built=True)
    for place in (story.site.output, *story.site.output.rglob("*")):
        os.chown(place, OTHER, OTHER)
    done = run(story, *AS_OTHER)
    assert "This cache belongs to another user and is not used." in done.stderr
    assert done.returncode == 0
    assert (story.site.output / "events/added/index.html").exists()
    assert list(story.faults(undone=False, lost=False)) == []
