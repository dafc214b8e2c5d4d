"""What the benchmark of the whole bot needs, without its minutes: a picture, and the account of the models' time."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Final

from PIL import Image

from benchmarks.pipeline import SHIPPED, Recorder, picture
from ravsg.types import CountTask
from tests.models.steps import run
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
