"""Which models are chosen, and what the probe makes of a computer."""

from __future__ import annotations

import itertools
import re
import shlex
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from ravsg.config import ModelsSection
from ravsg.errors import ConfigError
from ravsg.models.choosing import awaited, choose
from ravsg.models.probe import Gpu, Probe, hub_cache, look
from ravsg.models.profiles import POCKET_WEIGHTS, classic, pocket

CLASSIC = [(spec.source, spec.revision) for spec in classic().models]
FETCHED = frozenset(CLASSIC)
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
        (Probe((BIG,), "12.8", FETCHED - {CLASSIC[1]}), f"the weights of {CLASSIC[1][0]} are not fetched"),
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
    probe = Probe((BIG,), "12.8", frozenset(CLASSIC[:2]))
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


def _cached(cache: Path, name: str, commit: str, *files: str, **refs: str) -> None:
    folder = cache / f"models--{name}"
    for file in files:
        path = folder / "snapshots" / commit / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for ref, target in refs.items():
        path = folder / "refs" / ref.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(target)


def test_fetched_weights_are_those_in_safetensors_by_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert hub_cache() == tmp_path
    _cached(tmp_path, "a--whole", "0123", "unet/x.safetensors", main="0123", refs__pr__1="4567")
    _cached(tmp_path, "a--pickled", "0123", "pytorch_model.bin", main="0123")
    _cached(tmp_path, "a--empty", "0123", "README")
    assert look().fetched == {("a/whole", "0123"), ("a/whole", "main")}


def test_pickles_of_a_models_main_are_not_its_pinned_safetensors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    embedder = classic().embedder
    name = embedder.source.replace("/", "--")
    _cached(tmp_path, name, "57c2", "pytorch_model.bin", "config.json", main="57c2")
    probe = Probe((BIG,), "13.0", look().fetched | frozenset(CLASSIC[:2]))
    assert chosen(probe).name == "pocket"
    assert awaited(ModelsSection(), probe) == (embedder,)
    _cached(tmp_path, name, embedder.revision, "model.safetensors", "config.json")
    probe = Probe((BIG,), "13.0", look().fetched | frozenset(CLASSIC[:2]))
    assert chosen(probe).name == "classic"
    assert awaited(ModelsSection(), probe) == ()


def test_every_model_of_classic_is_pinned_to_a_commit() -> None:
    assert all(re.fullmatch("[0-9a-f]{40}", spec.revision) for spec in classic().models)


def _fetched_by(command: str, there: list[str]) -> set[str]:
    """What `hf download` takes of a repository: its patterns are fnmatch's, for which * is any part of a path."""
    options: dict[str, list[str]] = {"--include": [], "--exclude": []}
    for name, value in itertools.pairwise(shlex.split(command)):
        if name in options:
            options[name].append(value)

    def fits(file: str, patterns: list[str]) -> bool:
        return any(fnmatchcase(file, pattern) for pattern in patterns)

    return {file for file in there if fits(file, options["--include"]) and not fits(file, options["--exclude"])}


def test_a_pipeline_is_fetched_without_its_copies() -> None:
    wanted = {
        "model_index.json",
        "scheduler/scheduler_config.json",
        "text_encoder/model.safetensors",
        "tokenizer/merges.txt",
        "tokenizer/vocab.json",
        "unet/diffusion_pytorch_model.safetensors",
        "vae/diffusion_pytorch_model.safetensors",
    }
    copies = {
        "v1-5-pruned.ckpt",
        "v1-5-pruned.safetensors",
        "v1-5-pruned-emaonly.safetensors",
        "text_encoder/model.fp16.safetensors",
        "text_encoder/pytorch_model.bin",
        "unet/diffusion_pytorch_model.bin",
        "unet/diffusion_pytorch_model.fp16.safetensors",
        "unet/diffusion_pytorch_model.non_ema.safetensors",
    }
    assert _fetched_by(classic().painter.fetch, sorted(wanted | copies)) == wanted


def test_a_model_is_fetched_with_all_that_its_processor_reads() -> None:
    wanted = {
        "chat_template.jinja",
        "config.json",
        "merges.txt",
        "model-00001-of-00003.safetensors",
        "model.safetensors.index.json",
        "tokenizer.model",
    }
    copies = {"README.md", "flax_model.msgpack", "pytorch_model.bin", "tf_model.h5"}
    assert _fetched_by(classic().writer.fetch, sorted(wanted | copies)) == wanted


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


def test_which_language_a_story_is_really_told_in() -> None:
    assert pocket().told_in("Spanish") == ""
    assert classic().told_in("Spanish") == "Spanish"
    assert classic().told_in("English") == ""
    another = chosen(Probe(), profile="pocket", writer={"name": "somebody/writer"})
    assert another.told_in("Spanish") == "Spanish", "nobody knows what another writer knows"
