"""Which profile a machine gets: `[models]` of the configuration held against what the machine has.

Nothing is loaded or fetched here; what there is was found out by `ravsg.models.probe`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from ravsg.config import ModelOverride, ModelsSection
from ravsg.errors import ConfigError
from ravsg.models.probe import Gpu, Probe
from ravsg.models.profiles import PROGRAMS, ModelSpec, Profile, classic, pocket

CARD_FOR_CLASSIC: Final = 11_500
"""MiB that a card must have for `classic`: 12 GB cards report a little less than 12,288."""


def choose(section: ModelsSection, probe: Probe) -> Profile:
    """Settle [models]: profile, device and what differs. Raises ConfigError for a device that is not there."""
    device = _device(section.device, probe)
    card = _card(device, probe)
    profile: Profile
    if section.profile == "pocket":
        profile = pocket(device=device, why="[models] profile asks for pocket")
    elif section.profile == "classic":
        slow = "" if card else "; without a card a story takes many minutes"
        profile = classic(device=device, why=f"[models] profile asks for classic{slow}", card=card)
    else:
        reason = _why_not_classic(card, probe, section)
        if reason:
            profile = pocket(device=device, why=f"auto chose pocket: {reason}")
        else:
            assert card is not None  # else there was a reason
            profile = classic(
                device=device, why=f"auto chose classic: {card.name} has {card.memory:,} MiB", card=card
            )
    writer, painter = _overridden(profile.writer, section.writer), _overridden(profile.painter, section.painter)
    if (writer.source, painter.source) != (profile.writer.source, profile.painter.source):
        profile = replace(profile, note=f"Made with {writer.label} and {painter.label}.")
    if writer.source != profile.writer.source:
        profile = replace(profile, english_only=False)
    return replace(profile, writer=writer, painter=painter, embedder=_overridden(profile.embedder, section.embedder))


def awaited(section: ModelsSection, probe: Probe) -> tuple[ModelSpec, ...]:
    """Models of `classic` that `auto` only waits for: once they are fetched, it takes them.

    Empty where it has them, where it lacks more than weights, and where nobody asked for `auto`. Raises ConfigError.
    """
    card = _card(_device(section.device, probe), probe)
    if section.profile != "auto" or card is None or card.memory < CARD_FOR_CLASSIC:
        return ()
    return _absent(section, probe)


def _device(asked: str, probe: Probe) -> str:
    if asked == "auto":
        return f"cuda:{probe.best.index}" if probe.best else "cpu"
    if asked == "cpu":
        return "cpu"
    kind, _, number = asked.partition(":")
    if kind != "cuda" or (number and not number.isdecimal()):
        raise ConfigError(f'config.toml: [models] device: expected "auto", "cpu", "cuda" or "cuda:1", not {asked!r}.')
    if probe.best is None:
        missing = "no NVIDIA card answers" if not probe.gpus else "the installed torch is built without CUDA"
        raise ConfigError(f"config.toml: [models] device: {asked!r} cannot be used, {missing}.", 'Write "auto".')
    if not number:
        return f"cuda:{probe.best.index}"
    if int(number) not in {gpu.index for gpu in probe.gpus}:
        there = ", ".join(f"cuda:{gpu.index}" for gpu in probe.gpus)
        raise ConfigError(f"config.toml: [models] device: {asked!r} is not there ({there}).", 'Write "auto".')
    return asked


def _card(device: str, probe: Probe) -> Gpu | None:
    return next((gpu for gpu in probe.gpus if device == f"cuda:{gpu.index}"), None)


def _why_not_classic(card: Gpu | None, probe: Probe, section: ModelsSection) -> str:
    if card is None:
        if section.device == "cpu":
            return "[models] device asks for the processor"
        return "the installed torch is built without CUDA" if probe.gpus else "no NVIDIA card answers"
    if card.memory < CARD_FOR_CLASSIC:
        return f"{card.name} has {card.memory:,} MiB, and classic wants 12 GB"
    if absent := _absent(section, probe):
        names = ", ".join(spec.source for spec in absent)
        return f"the weights of {names} are not fetched yet (`{PROGRAMS}/python -m bot doctor` says how)"
    return ""


def _absent(section: ModelsSection, probe: Probe) -> tuple[ModelSpec, ...]:
    overrides = (section.writer, section.painter, section.embedder)
    specs = (_overridden(spec, override) for spec, override in zip(classic().models, overrides, strict=True))
    return tuple(spec for spec in specs if not spec.is_folder and (spec.source, spec.revision) not in probe.fetched)


def _overridden(spec: ModelSpec, override: ModelOverride) -> ModelSpec:
    if override.name is not None and override.name != spec.source:
        folder = Path(override.name).expanduser()
        is_folder = folder.is_dir()
        spec = replace(
            spec,
            source=str(folder) if is_folder else override.name,
            label=folder.name if is_folder else override.name,
            licence="see its model card",
            revision="main",
        )
    return replace(
        spec,
        revision=override.revision or spec.revision,
        dtype=override.dtype or spec.dtype,
        quantisation=override.quantisation or spec.quantisation,
    )
