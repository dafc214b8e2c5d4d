"""Which models are chosen, and what the probe makes of a computer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ravsg.config import ModelsSection
from ravsg.errors import ConfigError
from ravsg.models.probe import Gpu, Probe, hub_cache, look
from ravsg.models.profiles import CLASSIC_NAMES, POCKET_WEIGHTS, choose, classic, pocket

FETCHED = frozenset(CLASSIC_NAMES)
BIG = Gpu(0, "NVIDIA H200", 143_771)
MIDDLE = Gpu(1, "NVIDIA GeForce RTX 3060", 12_288)
SMALL = Gpu(0, "NVIDIA GeForce GTX 1650", 4_096)


def chosen(probe: Probe, **section: Any) -> Any:
    return choose(ModelsSection.model_validate(section), probe)


@pytest.mark.parametrize(
    ("probe", "why"),
    [
        (Probe(), "no NVIDIA card answers"),
        (Probe((BIG,), "", FETCHED), "built without CUDA"),
        (Probe((SMALL,), "12.8", FETCHED), "GTX 1650 has 4,096 MiB"),
        (Probe((BIG,), "12.8", FETCHED - {CLASSIC_NAMES[1]}), f"the weights of {CLASSIC_NAMES[1]} are not fetched"),
    ],
)
def test_auto_takes_pocket_and_says_why(probe: Probe, why: str) -> None:
    profile = chosen(probe)
    assert profile.name == "pocket"
    assert why in profile.why


def test_auto_takes_classic_where_card_and_weights_are_there() -> None:
    profile = chosen(Probe((BIG,), "12.8", FETCHED))
    assert (profile.name, profile.device) == ("classic", "cuda:0")
    assert "NVIDIA H200" in profile.why
    assert profile.writer.quantisation == "none"


def test_a_card_of_12_gb_gets_the_writer_in_four_bits_and_smaller_batches() -> None:
    big, middle = (chosen(Probe((gpu,), "12.8", FETCHED)) for gpu in (BIG, MIDDLE))
    assert middle.writer.quantisation == "int4"
    assert middle.device == "cuda:1"
    assert middle.write_batch < big.write_batch


def test_the_profile_that_is_asked_for_is_taken() -> None:
    assert chosen(Probe((BIG,), "12.8", FETCHED), profile="pocket").name == "pocket"
    slow = chosen(Probe(), profile="classic")
    assert (slow.name, slow.device) == ("classic", "cpu")
    assert "minutes" in slow.why


def test_the_processor_can_be_asked_for_beside_a_card() -> None:
    profile = chosen(Probe((BIG,), "12.8", FETCHED), device="cpu")
    assert (profile.name, profile.device) == ("pocket", "cpu")
    assert "device asks for the processor" in profile.why


def test_the_card_that_is_asked_for_is_taken() -> None:
    two = Probe((BIG, MIDDLE), "12.8", FETCHED)
    assert chosen(two, device="cuda:1").device == "cuda:1"
    assert chosen(two, device="cuda").device == "cuda:0"


@pytest.mark.parametrize(
    ("device", "probe", "said"),
    [
        ("gpu", Probe(), '"auto", "cpu"'),
        ("cuda:x", Probe((BIG,), "12.8"), '"auto", "cpu"'),
        ("cuda", Probe(), "no NVIDIA card answers"),
        ("cuda:0", Probe((BIG,)), "without CUDA"),
        ("cuda:3", Probe((BIG,), "12.8"), "not there (cuda:0)"),
    ],
)
def test_a_device_that_is_not_there_stops_the_start(device: str, probe: Probe, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        chosen(probe, device=device)
    assert said in caught.value.user_message
    assert "[models] device" in caught.value.user_message


def test_overrides_change_one_model_and_forget_what_no_longer_holds(tmp_path: Path) -> None:
    profile = chosen(
        Probe(),
        profile="classic",
        writer={"dtype": "bfloat16", "quantisation": "int8"},
        painter={"name": "someone/another-painter"},
        embedder={"name": str(tmp_path)},
    )
    plain = classic()
    assert profile.writer.source == plain.writer.source
    assert profile.writer.revision == plain.writer.revision
    assert (profile.writer.dtype, profile.writer.quantisation) == ("bfloat16", "int8")
    assert (profile.painter.label, profile.painter.revision) == ("someone/another-painter", "main")
    assert "OpenRAIL" not in profile.painter.licence
    assert profile.embedder.source == str(tmp_path)
    assert str(tmp_path) not in profile.embedder.label, "people never read a path"
    assert profile.note == "Made with llava-hf/llava-1.5-7b-hf and someone/another-painter."
    assert chosen(Probe(), profile="classic", writer={"dtype": "bfloat16"}).note == plain.note


def test_overridden_names_are_what_auto_looks_for(tmp_path: Path) -> None:
    probe = Probe((BIG,), "12.8", frozenset(CLASSIC_NAMES[:2]))
    assert chosen(probe).name == "pocket"
    assert chosen(probe, embedder={"name": str(tmp_path)}).name == "classic"


def test_licences_and_notes_are_said() -> None:
    assert [line.rpartition("(")[2] for line in classic().licences] == [
        "Llama 2 Community License)",
        "CreativeML OpenRAIL-M)",
        "MIT)",
    ]
    assert "pocket" in pocket().note
    assert all("MIT" in line for line in pocket().licences)
    assert pocket().writer.source == str(POCKET_WEIGHTS / "writer")


def _answering(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    tool = folder / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")


def test_the_drivers_tool_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "0, NVIDIA H200, 143771\n1, NVIDIA GeForce RTX 3060, 12288\n2, NVIDIA Strange, [N/A]"
    _answering(tmp_path, monkeypatch, f"cat <<'END'\n{lines}\nEND")
    assert look().gpus == (BIG, MIDDLE)


@pytest.mark.parametrize("script", ["exit 9", "echo NVIDIA-SMI has failed", "kill $$"])
def test_a_driver_that_does_not_answer_is_no_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    _answering(tmp_path, monkeypatch, script)
    assert look().gpus == ()


def test_fetched_weights_are_those_in_safetensors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert hub_cache() == tmp_path
    for name, file in (
        ("a--whole", "unet/x.safetensors"),
        ("a--pickled", "pytorch_model.bin"),
        ("a--empty", "README"),
    ):
        path = tmp_path / f"models--{name}" / "snapshots" / "0123" / file
        path.parent.mkdir(parents=True)
        path.touch()
    assert look().fetched == {"a/whole"}


def test_the_caches_place_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert hub_cache() == Path.home() / ".cache/huggingface/hub"
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert hub_cache() == Path("/x/huggingface/hub")
    monkeypatch.setenv("HF_HOME", "/h")
    assert hub_cache() == Path("/h/hub")


def test_torch_is_asked_for_its_cuda_without_being_imported() -> None:
    import torch

    assert look().torch_cuda == (torch.version.cuda or "")
