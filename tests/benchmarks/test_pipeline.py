"""What the benchmark of the whole bot needs, without its minutes: a picture, and the account of the models' time."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

from benchmarks import pipeline
from benchmarks.pipeline import SHIPPED, Recorder, picture
from ravsg.models.profiles import Profile, pocket
from ravsg.types import CountTask, EmbedTask, Output, PaintTask, Task, WriteTask
from tests.models.steps import run
from tests.sandbox.house import configured
from tests.sandbox.quick import QuickDevice

ROOT: Final = Path(__file__).parents[2]
DEV_ONLY: Final = ("skimage", "sklearn", "scipy", "pytest", "hypothesis", "psutil", "playwright", "jsonschema")


def test_a_plain_set_up_has_all_that_it_needs() -> None:
    """In a process where nothing can be imported that requirements-dev.txt alone installs."""
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({DEV_ONLY}))\n"
        "from benchmarks.pipeline import picture\n"
        "print(picture().name)"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr) == ("the sandbox's fox\n", "")


def test_both_pictures_have_the_same_size() -> None:
    photo = picture()
    assert photo.name == "scikit-image's astronaut"
    with Image.open(io.BytesIO(photo.png)) as found, Image.open(ROOT / SHIPPED) as shipped:
        assert found.size == shipped.size


def test_the_recorder_keeps_steps_and_their_time() -> None:
    recorder = Recorder(QuickDevice())
    (outcome,) = run(recorder, CountTask(("two words",)))
    assert [output for _, output in recorder.done] == [outcome]
    first = recorder.seconds
    assert first > 0
    run(recorder, CountTask(("two words",)))
    assert recorder.seconds > first


class NotingLibraries:
    """Takes the libraries' place: it notes what it is asked to do again."""

    done: Final[list[type[Task]]] = []

    def __init__(self, profile: Profile) -> None:
        assert profile.name == "pocket"

    def do(self, task: Task, output: Output) -> None:
        self.done.append(type(task))


async def test_a_round_measures_the_bot_and_has_its_steps_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "ModelDevice", lambda _: QuickDevice())
    monkeypatch.setattr(pipeline, "Libraries", NotingLibraries)
    times, peak = await pipeline._rounds(configured(tmp_path), pocket(), picture().png, 1)
    assert len(times.bot_story) == len(times.bot_picture) == len(times.raw_story) == len(times.raw_picture) == 1
    assert 0 < times.in_models[0] < times.bot_story[0] + times.bot_picture[0]
    assert len(times.acknowledged) == 2
    assert peak > 0
    assert {WriteTask, PaintTask, EmbedTask} <= set(NotingLibraries.done)
