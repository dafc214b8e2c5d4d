"""`.venv/bin/python -m bot doctor`: what is missing on this machine, and how to mend it.

Each check gives findings: good, a warning (RAVSG runs, with less), or a fault (it does not start). Nothing is
changed, downloaded or loaded, and secrets are never shown. This module does not decide what happens at a start:
`bot.__main__` and `bot.app` meet the same conditions themselves.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import aiohttp

from bot.clock import NOTICEABLE, DiscordClock
from bot.texts import clock_off
from ravsg.config import Config, load_config
from ravsg.errors import RavsgError
from ravsg.models import choosing, probe
from ravsg.models.profiles import Profile
from ravsg.store import capabilities

Grade = Literal["good", "warning", "fault"]

API: Final = "https://discord.com/api/v10"
SPACE_NEEDED: Final = 1_000_000_000
"""Bytes of free disk under which a warning is due: a year of a lively server, pictures included, is about so much."""
PORTAL: Final = "https://discord.com/developers/applications"
MESSAGE_CONTENT_FLAGS: Final = 1 << 18 | 1 << 19
"""Application flags: Message Content granted, or granted below the size from which Discord reviews it."""
PATIENCE: Final = 10
"""Seconds to wait for Discord."""
LIBRARIES: Final = (
    "discord.py",
    "torch",
    "transformers",
    "diffusers",
    "accelerate",
    "safetensors",
    "llguidance",
    "numpy",
    "pillow",
    "aiosqlite",
    "asyncio-throttle",
    "pydantic",
    "semantic-text-splitter",
    "aiohttp",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `mend` says what to do about it."""

    grade: Grade
    what: str
    mend: str = ""
    only_sandbox: bool = False
    """Whether it stops a start in Discord, but not in the sandbox, which needs neither token nor network."""

    def __str__(self) -> str:
        mark = {"good": "ok     ", "warning": "warning", "fault": "FAULT  "}[self.grade]
        return f"{mark}  {self.what}" + (f"\n         → {self.mend}" if self.mend else "")


def main(config_path: Path, environment: Mapping[str, str] = os.environ) -> int:
    """Examine, print, and give the exit code: 0 when it can start, be it in the sandbox only, else 1."""
    findings = asyncio.run(examine(config_path, environment))
    for finding in findings:
        print(finding)
    print()
    print(conclusion(findings))
    return 1 if any(finding.grade == "fault" for finding in findings) else 0


def conclusion(findings: Sequence[Finding]) -> str:
    """One sentence on all of it: whether RAVSG can start, and where."""
    faults = sum(finding.grade == "fault" for finding in findings)
    warnings = sum(finding.grade == "warning" for finding in findings)
    known = f"; {warnings} to know of." if warnings else "."
    if faults:
        return f"{faults} to mend before RAVSG can start{known}"
    if any(finding.only_sandbox for finding in findings):
        return f"RAVSG can start in the sandbox (scripts/try), but not yet in Discord{known}"
    return f"RAVSG can start{known}"


async def examine(config_path: Path, environment: Mapping[str, str], api: str = API) -> list[Finding]:
    """All checks, in the order in which a start meets them."""
    findings = [python(), *libraries()]
    try:
        config = await asyncio.to_thread(load_config, config_path)
    except RavsgError as error:
        findings.append(Finding("fault", error.user_message, error.remedy))
        config = Config()
        return [*findings, await asyncio.to_thread(database), *await token(environment, config, api)]
    findings.append(Finding("good", f"configuration: {config_path.name}"))
    findings += await asyncio.to_thread(data_folder, config.bot.data_dir)
    findings.append(await asyncio.to_thread(database))
    findings += await asyncio.to_thread(databases, config.bot.data_dir)
    findings += await asyncio.to_thread(models, config)
    return [*findings, *await token(environment, config, api)]


def python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Finding:
    """Python itself."""
    name = ".".join(map(str, version))
    if version < (3, 11):
        return Finding("fault", f"Python {name}", "RAVSG needs Python 3.11 or newer; install it, then scripts/setup.")
    return Finding("good", f"Python {name} on {platform.system()} {platform.machine()}")


def libraries(names: Sequence[str] = LIBRARIES) -> list[Finding]:
    """What requirements.txt installs; FAISS comes under one of two names."""
    missing = [name for name in names if not _installed(name)]
    if importlib.util.find_spec("faiss") is None:
        missing.append("faiss")
    if missing:
        return [Finding("fault", f"libraries: {', '.join(missing)} missing", "Run scripts/setup.")]
    return [
        Finding("good", f"libraries: {len(names) + 1} of {len(names) + 1}, discord.py {_installed('discord.py')}")
    ]


def data_folder(folder: Path) -> list[Finding]:
    """Whether the data folder can be written, and how much room there is."""
    place = folder
    while not place.exists():
        place = place.absolute().parent
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        return [
            Finding(
                "fault",
                f"data folder: {folder} cannot be written",
                f"Give this user the right to write in {place}, or set [bot] data_dir in the configuration.",
            )
        ]
    free = shutil.disk_usage(place).free
    room = f"data folder: {folder}, {free / 1e9:.1f} GB free"
    if free < SPACE_NEEDED:
        return [Finding("warning", room, "Free some space: a full disk stops new stories (nothing is lost).")]
    return [Finding("good", room)]


def database() -> Finding:
    """The SQLite library."""
    if problem := capabilities.lacking():
        return Finding("fault", f"database: {problem}", "Use a Python whose sqlite3 module is newer and has FTS5.")
    return Finding("good", f"database: SQLite {capabilities.version()} with full-text search")


def databases(folder: Path) -> list[Finding]:
    """The database files that are there already."""
    findings = []
    for path in sorted(folder.glob("*.sqlite")) if folder.is_dir() else []:
        if problem := capabilities.damage(path):
            mend = "Stop the bot, and bring back a copy of the data folder from before."
            findings.append(Finding("fault", f"database file {path.name}: {problem}", mend))
        else:
            findings.append(Finding("good", f"database file {path.name}: sound"))
    return findings


def models(config: Config) -> list[Finding]:
    """The device, the profile and why it was chosen, and whether its weights are there."""
    machine = probe.look()
    try:
        profile = choosing.choose(config.models, machine)
    except RavsgError as error:
        return [Finding("fault", error.user_message, error.remedy)]
    cards = ", ".join(f"{gpu.name} ({gpu.memory:,} MiB)" for gpu in machine.gpus) or "no NVIDIA card answers"
    return [
        Finding("good", f"device: {profile.device} ({cards})"),
        Finding("good", f"profile: {profile.name}: {profile.why}"),
        *weights(profile, machine),
        *awaited(config, machine),
    ]


def awaited(config: Config, machine: probe.Probe) -> list[Finding]:
    """What `auto` would use if it were fetched, with the commands that fetch it."""
    return [
        Finding("warning", f"{spec.role}: auto would use {spec.label} ({spec.licence}), once fetched", spec.fetch)
        for spec in choosing.awaited(config.models, machine)
    ]


def weights(profile: Profile, machine: probe.Probe) -> list[Finding]:
    """Whether each model's weights lie in their folder or in the hub's cache."""
    findings = []
    for spec in profile.models:
        what = f"{spec.role}: {spec.label} ({spec.licence})"
        if spec.is_folder:
            there = next(Path(spec.source).rglob("*.safetensors"), None) is not None
            mend = "" if there else f"There are no safetensors in {spec.source}: bring the folder back with git."
            findings.append(Finding("good" if there else "fault", what, mend))
        elif (spec.source, spec.revision) in machine.fetched:
            findings.append(Finding("good", what))
        elif Path(spec.source).is_absolute():
            findings.append(Finding("fault", f"{what}: the folder is missing", f"Bring {spec.source} back with git."))
        else:
            fetch = f"It is fetched at the first use; to do that now: {spec.fetch}"
            findings.append(Finding("warning", f"{what}: not fetched yet", fetch))
    return findings


async def token(environment: Mapping[str, str], config: Config, api: str = API) -> list[Finding]:
    """The token's shape; then whether Discord takes it, and whether the intents fit the configuration."""
    value = environment.get("DISCORD_TOKEN", "").strip()
    problem = token_problem(value)
    if problem:
        return [problem]
    clock = DiscordClock()
    answer = await _application(value, api, clock)
    if isinstance(answer, Finding):
        return [answer]
    findings = [Finding("good", f"token: Discord knows it as {answer.get('name', 'an application')}")]
    if abs(clock.skew) > NOTICEABLE:
        what = f"clock: this machine's is {clock_off(clock.skew)} by Discord's"
        findings.append(Finding("warning", what, "Have it set by NTP; RAVSG allows for it meanwhile."))
    granted = bool(int(answer.get("flags") or 0) & MESSAGE_CONTENT_FLAGS)
    if config.bot.message_content and not granted:
        mend = f"Switch on Message Content Intent at {PORTAL} (Bot), or set [bot] message_content = false."
        findings.append(Finding("fault", "intents: Message Content is asked for and not granted", mend))
    elif granted and not config.bot.message_content:
        mend = "Set [bot] message_content = true to answer replies to other people's pictures."
        findings.append(Finding("warning", "intents: Message Content is granted and not used", mend))
    else:
        state = "granted" if granted else "not used; replies to others' pictures get a pointer to the Apps menu"
        findings.append(Finding("good", f"intents: Message Content is {state}"))
    return findings


def token_problem(value: str) -> Finding | None:
    """What is wrong with the shape of a bot token; None when it looks like one. The token itself is never shown.

    A bot token has three parts with points between them; the first is the application's id, in base64.
    """
    reset = f"Copy it from {PORTAL} (your application, Bot, Reset Token), and set DISCORD_TOKEN to it."
    if not value:
        what = "token: DISCORD_TOKEN is not set; the sandbox (scripts/try) works without it"
        return Finding("warning", what, reset, only_sandbox=True)
    if value.lower().startswith(("bot ", "bearer ")):
        return Finding("fault", "token: DISCORD_TOKEN begins with a word that does not belong to it", reset)
    parts = value.split(".")
    if len(parts) != 3 or not all(parts):
        looks = "that looks like a client secret or a public key" if len(parts) == 1 else "it is not whole"
        return Finding("fault", f"token: DISCORD_TOKEN is no bot token: {looks}", reset)
    try:
        identity = base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4))
    except (binascii.Error, ValueError):
        identity = b""
    if not identity.isdigit():
        return Finding("fault", "token: DISCORD_TOKEN is no bot token: its first part holds no application id", reset)
    return None


async def _application(value: str, api: str, clock: DiscordClock) -> dict[str, Any] | Finding:
    """What Discord says of the application, or why it said nothing."""
    headers = {"Authorization": f"Bot {value}", "User-Agent": "DiscordBot (ravsg, doctor)"}
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(headers=headers, timeout=timeout) as session,
            session.get(f"{api}/applications/@me") as response,
        ):
            clock.learn(response.headers.get("Date"))
            if response.status == 200:
                answer: dict[str, Any] = await response.json()
                return answer
            if response.status == 401:
                mend = f"Make a new one at {PORTAL} (Bot, Reset Token), and set DISCORD_TOKEN to it."
                return Finding("fault", "token: Discord does not know it (401)", mend)
            what = f"token: Discord answered {response.status}"
            return Finding("warning", what, "Try again in a few minutes.", only_sandbox=True)
    except (aiohttp.ClientError, TimeoutError) as error:
        what = f"token: its shape is right, but Discord cannot be reached ({type(error).__name__})"
        return Finding("warning", what, "Check this machine's connection to discord.com.", only_sandbox=True)


def _installed(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
