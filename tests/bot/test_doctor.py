"""What the doctor sees, against real folders, databases and a small Discord that answers as told."""

from __future__ import annotations

import base64
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.doctor import (
    awaited,
    conclusion,
    data_folder,
    databases,
    examine,
    libraries,
    main,
    python,
    token,
    token_problem,
    weights,
)
from ravsg.config import Config
from ravsg.models.probe import Gpu, Probe
from ravsg.models.profiles import classic, pocket

TOKEN = f"{base64.urlsafe_b64encode(b'123456789012345678').decode()}.Gabcde.{'x' * 38}"


@asynccontextmanager
async def discord(status: int, answer: dict[str, Any], *, ahead: float = 0.0) -> AsyncIterator[str]:
    """A server that answers GET /applications/@me, and only to the right token; its clock is `ahead` of ours."""

    async def application(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bot {TOKEN}"
        date = formatdate(time.time() + ahead, usegmt=True)
        return web.json_response(answer, status=status, headers={"Date": date})

    app = web.Application()
    app.router.add_get("/applications/@me", application)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def config(**bot: Any) -> Config:
    return Config.model_validate({"bot": bot})


def test_an_old_python_is_a_fault() -> None:
    assert python((3, 10, 9)).grade == "fault"
    assert python().grade == "good"


def test_missing_libraries_are_named() -> None:
    (finding,) = libraries(["aiohttp", "no-such-library"])
    assert finding.grade == "fault"
    assert "no-such-library" in finding.what
    assert "aiohttp" not in finding.what
    assert "scripts/setup" in finding.mend
    assert [found.grade for found in libraries()] == ["good"]


def test_a_data_folder_that_is_yet_to_be_made_is_fine(tmp_path: Path) -> None:
    (finding,) = data_folder(tmp_path / "a" / "b")
    assert finding.grade in {"good", "warning"}
    assert "GB free" in finding.what


def test_a_file_in_the_place_of_the_data_folder_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    (finding,) = data_folder(tmp_path / "data")
    assert finding.grade == "fault"
    assert "data_dir" in finding.mend


def test_a_damaged_database_is_a_fault_and_a_sound_one_is_not(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "good.sqlite") as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    (tmp_path / "torn.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    grades = {finding.what.split(":")[0]: finding.grade for finding in databases(tmp_path)}
    assert grades == {"database file good.sqlite": "good", "database file torn.sqlite": "fault"}


def test_missing_pocket_weights_are_a_fault_and_unfetched_large_ones_a_warning(tmp_path: Path) -> None:
    (tmp_path / "writer").mkdir()
    (tmp_path / "painter" / "unet").mkdir(parents=True)
    (tmp_path / "painter" / "unet" / "model.safetensors").write_bytes(b"")
    assert [finding.grade for finding in weights(pocket(tmp_path), Probe())] == ["fault", "good", "fault"]
    embedder = classic().embedder
    fetched = Probe(fetched=frozenset({(embedder.source, embedder.revision)}))
    found = weights(classic(), fetched)
    assert [finding.grade for finding in found] == ["warning", "warning", "good"]
    assert ".venv/bin/hf download llava-hf/llava-1.5-7b-hf --revision" in found[0].mend


def test_what_auto_waits_for_is_told_with_commands() -> None:
    writer, painter, embedder = classic().models
    card = Gpu(0, "NVIDIA GeForce RTX 3090", 24_576)
    there = frozenset({(writer.source, writer.revision), (embedder.source, "main")})
    found = awaited(Config(), Probe((card,), "13.0", there))
    assert [finding.mend for finding in found] == [painter.fetch, embedder.fetch]
    assert {finding.grade for finding in found} == {"warning"}
    assert awaited(Config(), Probe((), "", there)) == [], "without a card nobody has to fetch anything"
    asked = Config.model_validate({"models": {"profile": "pocket"}})
    assert awaited(asked, Probe((card,), "13.0", there)) == []


@pytest.mark.parametrize(
    "value",
    ["abc", "a.b", "a..c", "Bot " + TOKEN, "not-base64!.b.c", base64.urlsafe_b64encode(b"words").decode() + ".b.c"],
)
def test_what_is_no_token_is_told_without_showing_it(value: str) -> None:
    problem = token_problem(value)
    assert problem is not None
    assert problem.grade == "fault"
    assert value not in str(problem)
    assert "Reset Token" in problem.mend


def test_no_token_is_no_fault_because_the_sandbox_needs_none() -> None:
    problem = token_problem("")
    assert problem is not None
    assert problem.grade == "warning"
    assert token_problem(TOKEN) is None


@pytest.mark.parametrize(
    ("flags", "wanted", "grade"),
    [(0, False, "good"), (1 << 19, True, "good"), (0, True, "fault"), (1 << 18, False, "warning")],
)
async def test_intents_are_compared_with_the_configuration(flags: int, wanted: bool, grade: str) -> None:
    async with discord(200, {"name": "Weaver", "flags": flags}) as api:
        known, intents = await token({"DISCORD_TOKEN": TOKEN}, config(message_content=wanted), api)
    assert (known.grade, intents.grade) == ("good", grade)
    assert "Weaver" in known.what


@pytest.mark.parametrize(("status", "grade"), [(401, "fault"), (503, "warning")])
async def test_discord_refuses_the_token(status: int, grade: str) -> None:
    async with discord(status, {}) as api:
        (finding,) = await token({"DISCORD_TOKEN": f" {TOKEN}\n"}, config(), api)
    assert finding.grade == grade
    assert TOKEN not in str(finding)


async def test_an_unreachable_discord_is_a_warning() -> None:
    (finding,) = await token({"DISCORD_TOKEN": TOKEN}, config(), "http://127.0.0.1:9")
    assert finding.grade == "warning"
    assert "not yet in Discord" in conclusion([finding])
    assert "cannot be reached" in finding.what


async def test_a_wrong_configuration_is_named_and_the_rest_is_examined(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[bot]\nlog_levle = 1\n")
    findings = await examine(path, {})
    faults = [finding.what for finding in findings if finding.grade == "fault"]
    assert len(faults) == 1
    assert "log_levle" in faults[0]
    assert any(finding.what.startswith("database") for finding in findings)


def test_the_exit_code_tells_whether_it_can_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[bot]\nlog_levle = 1\n")
    assert main(path, {}) == 1
    said = capsys.readouterr().out
    assert "FAULT" in said
    assert "1 to mend" in said


@pytest.mark.parametrize(("ahead", "said"), [(0.0, ""), (0.9, ""), (-90.0, "90 s fast"), (90.0, "90 s slow")])
async def test_a_clock_that_is_off_is_named(ahead: float, said: str) -> None:
    async with discord(200, {"name": "Tales", "flags": 0}, ahead=ahead) as api:
        findings = await token({"DISCORD_TOKEN": TOKEN}, config(message_content=False), api)
    told = [one for one in findings if one.what.startswith("clock: ")]
    assert [one.grade for one in told] == (["warning"] if said else [])
    assert all(said in one.what for one in told)


async def test_the_conclusion_says_where_it_can_start() -> None:
    good = python()
    (absent,) = await token({}, config())
    async with discord(200, {"name": "Tales", "flags": 0}) as api:
        known = await token({"DISCORD_TOKEN": TOKEN}, config(), api)
    assert conclusion([good, *known]) == "RAVSG can start."
    assert "in the sandbox (scripts/try), but not yet in Discord; 1 to know of" in conclusion([good, absent])
    assert "before RAVSG can start" in conclusion([python((3, 10, 9)), absent])
