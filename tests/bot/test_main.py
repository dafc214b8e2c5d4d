"""The command line: exit codes, and the one sentence in which a failed start ends."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import aiohttp
import pytest

from bot import texts
from bot.__main__ import main, of_network, told
from ravsg.errors import ConfigError, Unreachable

CONFIG = '[paint]\nstyle = "plain"\n[styles.plain]\nlabel = "Plain"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(f'{CONFIG}[bot]\ndata_dir = "{tmp_path / "data"}"\n')
    return path


TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde." + "x" * 38


def sentence(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    return said.err


def test_a_missing_token_is_one_sentence(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(config)], {}) == 2
    said = sentence(capsys)
    assert "DISCORD_TOKEN is not set" in said
    assert "scripts/try" in said


def test_a_wrong_token_is_one_sentence_that_does_not_show_it(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", str(config)], {"DISCORD_TOKEN": "my-secret-client-secret"}) == 2
    said = sentence(capsys)
    assert "no bot token" in said
    assert "my-secret" not in said


def test_a_wrong_configuration_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[bot]\ndata_dri = 3\n")
    assert main(["--config", str(path)], {}) == 2
    assert "[bot] data_dri" in sentence(capsys)
    assert main(["--config", str(tmp_path / "none.toml")], {}) == 2
    assert "no configuration" in sentence(capsys)


def test_a_data_folder_that_cannot_be_made_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").write_text("a file")
    path = tmp_path / "mine.toml"
    path.write_text(f'{CONFIG}[bot]\ndata_dir = "{tmp_path / "data"}"\n')
    assert main(["--config", str(path)], {"DISCORD_TOKEN": TOKEN, "RAVSG_SANDBOX": "http://127.0.0.1:9"}) == 1
    assert "data" in sentence(capsys)


def test_an_image_that_is_not_there_is_one_sentence(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = ["--config", str(config), "--sandbox", "--once", "nothing.png", "--out", "made"]
    assert main(wanted, {"RAVSG_CALLED_FROM": str(tmp_path)}) == 1
    assert f"{tmp_path}/nothing.png cannot be used" in sentence(capsys)


def test_a_discord_that_cannot_be_reached_has_an_exit_code_of_its_own(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = {"DISCORD_TOKEN": TOKEN, "RAVSG_SANDBOX": "http://127.0.0.1:9"}
    assert main(["--config", str(config)], nobody) == 3
    assert capsys.readouterr().err.splitlines()[-1] == f"{texts.NO_DISCORD} {texts.TRY_START_AGAIN}"


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (TimeoutError(), (3, "The network failed (TimeoutError).")),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), (3, "Connection reset by peer")),
        (OSError(errno.ENOSPC, "No space left on device"), (1, "cannot use this machine: No space left on device.")),
        (Unreachable(texts.CONNECTION_ENDED, texts.TRY_START_AGAIN), (3, texts.CONNECTION_ENDED)),
        (ConfigError(texts.LOGIN_REFUSED, texts.LOGIN_REMEDY), (2, texts.LOGIN_REFUSED)),
    ],
)
def test_what_ends_the_bot_is_told_and_its_trace_is_kept(
    config: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    ending: tuple[int, str],
) -> None:
    async def run(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr("bot.app.run", run)
    code = main(["--config", str(config)], {"DISCORD_TOKEN": TOKEN})
    last = capsys.readouterr().err.splitlines()[-1]
    assert (code, ending[1] in last) == (ending[0], True), last
    log = config.parent / "data" / "logs" / "ravsg.log"
    traced = log.exists() and "Traceback" in log.read_text(encoding="utf-8")
    assert traced == isinstance(error, OSError), "what is one sentence of the set-up needs no trace"


@pytest.mark.parametrize(
    ("error", "network"),
    [
        (aiohttp.ServerDisconnectedError(), True),
        (aiohttp.ClientOSError(errno.ECONNREFUSED, "Connection refused"), True),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), True),
        (OSError(errno.EHOSTUNREACH, "No route to host"), True),
        (PermissionError(errno.EACCES, "Permission denied", "/data"), False),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), False),
    ],
)
def test_the_network_is_told_from_the_machine(error: OSError, network: bool) -> None:
    assert of_network(error) is network
    assert told(error).startswith("The network failed (" if network else "RAVSG cannot use ")
    assert "()" not in told(error)
    assert ": ." not in told(error)


def test_the_doctor_has_its_own_exit_code(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--config", str(config)], {}) in {0, 1}
    assert "configuration: mine.toml" in capsys.readouterr().out


def test_the_start_imports_neither_torch_nor_any_model_library() -> None:
    code = (
        "import sys, bot.__main__, bot.app; sys.exit(bool({'torch', 'transformers', 'diffusers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False).returncode == 0
