"""Residency, failures and promises of the device as a whole."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ravsg.errors import BadText, DeviceLost, DeviceOutOfMemory, JobCancelled, ModelMissing, RavsgError
from ravsg.jobs.step import Watch
from ravsg.models.device import ModelDevice
from ravsg.models.loading import attempt, identity, translate_running
from ravsg.models.profiles import Profile, pocket
from ravsg.types import CountTask, EmbedTask, PaintTask, Role, Task, WriteTask
from tests.models.steps import run, step_of

WRITE = WriteTask("Tell me.", max_tokens=6)
PAINT = PaintTask("a fox", "", width=64, height=64, steps=1, guidance=3.0, seed=1)
EMBED = EmbedTask(texts=("a fox",))
COUNT = CountTask(("a fox",))


def test_nothing_is_imported_before_the_first_step() -> None:
    """The bot must answer within a second of its start, and torch alone takes longer."""
    code = (
        "import sys; import ravsg.models.profiles, ravsg.models.probe, ravsg.models.device as d;"
        "d.ModelDevice(ravsg.models.profiles.pocket());"
        "print(sorted({'torch', 'transformers', 'diffusers', 'numpy', 'PIL', 'llguidance'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_models_are_loaded_when_they_are_needed_and_unloaded_on_request(profile: Profile) -> None:
    device = ModelDevice(profile)
    assert not device.is_resident(step_of(WRITE))
    before = run(device, WRITE)
    assert device.is_resident(step_of(WRITE))
    assert device.is_resident(step_of(COUNT)), "counting needs no painter"
    run(device, EMBED)
    assert list(device.resident) == ["writer", "embedder"]
    device.free_memory(keep="embedder")
    assert list(device.resident) == ["embedder"]
    assert run(device, WRITE) == before
    device.close()
    assert not device.is_resident(step_of(WRITE))
    assert run(device, WRITE) == before


def test_the_longest_unused_model_comes_first(profile: Profile) -> None:
    device = ModelDevice(profile)
    for task in (WRITE, EMBED, WRITE):
        run(device, task)
    assert device.resident == ("embedder", "writer")


@pytest.mark.parametrize("task", [WRITE, PAINT, EMBED, COUNT], ids=lambda task: type(task).__name__)
def test_a_step_that_was_cancelled_before_it_began_loads_nothing(profile: Profile, task: Task) -> None:
    device = ModelDevice(profile)
    watch = Watch()
    watch.cancelled.set()
    assert isinstance(run(device, task, watches=[watch])[0], JobCancelled)
    assert device.resident == ()
    assert device.batch_limit(step_of(task)) >= 1


def _gone(folder: Path) -> None:
    shutil.rmtree(folder)


def _cut(folder: Path) -> None:
    weights = max(folder.rglob("*.safetensors"), key=lambda file: file.stat().st_size)
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])


def _without_a_tensor(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = max(folder.rglob("*.safetensors"), key=lambda file: file.stat().st_size)
    tensors = load_file(weights)
    tensors.pop(max(tensors, key=lambda name: tensors[name].numel()))
    save_file(tensors, weights, metadata={"format": "pt"})


def _pickled(folder: Path) -> None:
    """Weights that would have to be unpickled are no weights: a pickle can run anything."""
    import torch
    from safetensors.torch import load_file

    for weights in folder.rglob("*.safetensors"):
        stem = "pytorch_model.bin" if weights.stem == "model" else f"{weights.stem}.bin"
        torch.save(load_file(weights), weights.with_name(stem))
        weights.unlink()


@pytest.mark.parametrize("harm", [_gone, _cut, _without_a_tensor, _pickled])
@pytest.mark.parametrize(("role", "task"), [("writer", WRITE), ("painter", PAINT), ("embedder", EMBED)])
def test_weights_that_are_of_no_use_are_model_missing(
    tiny: Path, tmp_path: Path, role: Role, task: Task, harm: Callable[[Path], None]
) -> None:
    broken = tmp_path / "weights"
    shutil.copytree(tiny, broken)
    harm(broken / role)
    device = ModelDevice(pocket(broken))
    with pytest.raises(ModelMissing) as caught:
        run(device, task)
    assert role in caught.value.user_message
    assert caught.value.remedy
    assert str(tmp_path) not in caught.value.user_message + caught.value.remedy
    assert caught.value.detail
    assert device.resident == ()


@pytest.mark.parametrize("part", ["unet", "vae", "text_encoder"])
def test_a_painter_with_a_hole_in_any_part_is_model_missing(tiny: Path, tmp_path: Path, part: str) -> None:
    shutil.copytree(tiny, tmp_path / "weights")
    _without_a_tensor(tmp_path / "weights" / "painter" / part)
    with pytest.raises(ModelMissing):
        run(ModelDevice(pocket(tmp_path / "weights")), PAINT)


def test_a_writer_without_a_chat_format_is_model_missing(tiny: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny, tmp_path / "weights")
    (tmp_path / "weights" / "writer" / "chat_template.jinja").unlink()
    with pytest.raises(ModelMissing) as caught:
        run(ModelDevice(pocket(tmp_path / "weights")), WRITE)
    assert "chat format" in caught.value.detail


def test_a_hub_name_that_cannot_be_reached_names_the_way_out(
    profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    spec = replace(profile.embedder, source="nobody/no-such-model", label="nobody/no-such-model")
    with pytest.raises(ModelMissing) as caught:
        run(ModelDevice(replace(profile, embedder=spec)), EMBED)
    assert ".venv/bin/hf download nobody/no-such-model --revision main" in caught.value.remedy


def test_changed_weights_are_another_model(tiny: Path, tmp_path: Path, profile: Profile) -> None:
    copy = tmp_path / "embedder"
    shutil.copytree(tiny / "embedder", copy)
    spec = replace(profile.embedder, source=str(copy))
    assert identity(spec, None) == identity(profile.embedder, None)
    weights = copy / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    assert identity(spec, None) != identity(profile.embedder, None)


def test_of_a_hub_model_the_commit_is_named(profile: Profile) -> None:
    spec = replace(profile.embedder, source="openai/clip-vit-base-patch16")
    assert identity(spec, "57c216476eefef5ab752ec549e440a49ae4ae5f3") == "openai/clip-vit-base-patch16@57c2164"


def _foreign_failures() -> list[tuple[Exception, type[RavsgError]]]:
    import torch

    return [
        (torch.OutOfMemoryError("CUDA out of memory"), DeviceOutOfMemory),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 9 bytes"), DeviceOutOfMemory),
        (MemoryError(), DeviceOutOfMemory),
        (torch.AcceleratorError("CUDA error: device-side assert triggered"), DeviceLost),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), DeviceLost),
    ]


@pytest.mark.parametrize("number", range(5))
def test_a_device_failure_is_translated_and_holds_no_frames(number: int) -> None:
    """The frames of a failed step hold its tensors; a retry needs their memory."""
    foreign, expected = _foreign_failures()[number]

    def fail() -> None:
        raise foreign

    with pytest.raises(expected) as caught:
        attempt(fail, translate_running)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_other_errors_pass_as_they_are() -> None:
    for error in (ValueError("a bug"), BadText()):

        def fail(error: Exception = error) -> None:
            raise error

        with pytest.raises(type(error)) as caught:
            attempt(fail, translate_running)
        assert caught.value is error


def test_quantisation_without_a_card_is_left_out_aloud(profile: Profile, caplog: pytest.LogCaptureFixture) -> None:
    device = ModelDevice(replace(profile, writer=replace(profile.writer, quantisation="int4")))
    assert run(device, WRITE) == run(ModelDevice(profile), WRITE)
    assert "without int4" in caplog.text
