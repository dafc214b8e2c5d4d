"""`.venv/bin/python -m bot`: the bot, the sandbox with the bot in it, the main job once, or the doctor.

    python -m bot [--config FILE]               with DISCORD_TOKEN in the environment: in the real Discord
    python -m bot --sandbox                     in a local stand-in for Discord; prints the address to open
    python -m bot --sandbox --once IMAGE --out DIR    the main job without a person
    python -m bot --sandbox --book IMAGE --out DIR    a book of one picture, bound, without a person
    python -m bot doctor                        what is missing on this machine, and how to mend it

A start that fails ends in one sentence on stderr; what the machine or the network did stands in the log with its
trace. Exit codes, for supervisors:

    0    ended in good order
    1    something failed on this machine
    2    the configuration or the token is wrong: starting again does not help
    3    Discord cannot be reached, or the connection to it ended: starting again later may help
    130  interrupted by Ctrl+C before it could end in good order

The doctor's are 0 where RAVSG can start, be it in the sandbox only, and 1 where it cannot.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import os
import socket
import ssl
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import aiohttp

from bot import texts
from bot.logs import logging_to
from ravsg.config import Config, load_config
from ravsg.errors import ConfigError, RavsgError, Unreachable

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

_log = logging.getLogger(__name__)
FAILED: Final = 1
MISCONFIGURED: Final = 2
UNREACHABLE: Final = 3
INTERRUPTED: Final = 130
PORT: Final = 8765
"""Where the sandbox's page is, when nobody else is there."""
# not BrokenPipeError: it is a reader of the output that went away
_OF_NETWORK: Final = (
    aiohttp.ClientError,
    ConnectionAbortedError,
    ConnectionRefusedError,
    ConnectionResetError,
    TimeoutError,
    socket.gaierror,
    ssl.SSLError,
)
_UNNAMED_OF_NETWORK: Final = {errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTDOWN, errno.EHOSTUNREACH}
"""What has no class of its own in Python."""


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Read the command line, do it, and give the exit code."""
    asked = _parser().parse_args(arguments)
    if asked.action == "doctor":
        from bot import doctor  # noqa: PLC0415 - each way loads only what it needs

        return doctor.main(asked.config, environment)
    try:
        _run(asked, load_config(asked.config), environment)
    except RavsgError as error:
        print(f"{error.user_message} {error.remedy}".strip(), file=sys.stderr)
        return _code(error)
    except (OSError, aiohttp.ClientError) as error:
        print(told(error), file=sys.stderr)
        return UNREACHABLE if of_network(error) else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def told(error: OSError | aiohttp.ClientError) -> str:
    """The one sentence for a failure of the network or of this machine, which is never without its cause."""
    cause = getattr(error, "strerror", None) or str(error) or type(error).__name__
    if of_network(error):
        return texts.network_failed(cause)
    return texts.machine_failed(str(getattr(error, "filename", None) or ""), cause)


def of_network(error: OSError | aiohttp.ClientError) -> bool:
    """Whether the network was the matter, rather than a file, a right or a full disk."""
    return isinstance(error, _OF_NETWORK) or error.errno in _UNNAMED_OF_NETWORK


def _code(error: RavsgError) -> int:
    if isinstance(error, Unreachable):
        return UNREACHABLE
    return MISCONFIGURED if isinstance(error, ConfigError) else FAILED


@contextmanager
def _traced() -> Iterator[None]:
    """Write what the machine or the network did into the log, with its trace, while there is a log."""
    try:
        yield
    except (OSError, aiohttp.ClientError):
        _log.exception("this ended the bot")
        raise


def _run(asked: argparse.Namespace, config: Config, environment: Mapping[str, str]) -> None:
    """Settle folder and logs, which may wait for the disk, and then begin the event loop."""
    if asked.once is not None or asked.book is not None or asked.sandbox:
        # The sandbox's world is new at every start, and what was kept of an old one would only be in the way.
        with tempfile.TemporaryDirectory(prefix="ravsg-") as folder:
            apart = config.model_copy(update={"bot": config.bot.model_copy(update={"data_dir": Path(folder)})})
            if asked.once is None and asked.book is None:
                with logging_to(Path(folder) / "logs", config.bot.log_level), _traced():
                    asyncio.run(_sandbox(apart))
            else:
                logging.basicConfig(level=logging.ERROR)
                image, out = _path(asked.book or asked.once, environment), _path(asked.out, environment)
                with _traced():
                    asyncio.run(_once(apart, image, out) if asked.book is None else _book(apart, image, out))
        return
    token = environment.get("DISCORD_TOKEN", "").strip()
    from bot.doctor import token_problem  # noqa: PLC0415 - each way loads only what it needs

    if problem := token_problem(token):
        raise ConfigError(f"{problem.what.removeprefix('token: ')}.", problem.mend)
    from bot.app import run  # noqa: PLC0415 - each way loads only what it needs

    with logging_to(config.bot.data_dir / "logs", config.bot.log_level, (token,)), _traced():
        asyncio.run(run(config, token=token, sandbox_base=environment.get("RAVSG_SANDBOX")))


async def _sandbox(config: Config) -> None:
    """The bot in a Discord of its own, until it is stopped."""
    from bot.app import run  # noqa: PLC0415 - each way loads only what it needs

    sandbox = await _started()
    try:
        print(f"Open {sandbox.page_url} in a browser. Ctrl+C ends it.", flush=True)
        await run(config, token=sandbox.token, sandbox_base=sandbox.page_url.rstrip("/"))
    finally:
        await sandbox.stop()


async def _started() -> Sandbox:
    """A sandbox at the usual port, or at any free one where that is taken."""
    from bot.sandbox.server import Sandbox  # noqa: PLC0415 - each way loads only what it needs

    sandbox = Sandbox(port=PORT)
    try:
        await sandbox.start()
    except OSError:
        await sandbox.stop()
        sandbox = Sandbox()
        await sandbox.start()
    return sandbox


async def _once(config: Config, image: Path, out: Path) -> None:
    from bot.once import once  # noqa: PLC0415 - each way loads only what it needs

    await once(config, image, out)
    print(f"Written: {out / 'story.md'}, picture.png, recalled.md, transcript.json", flush=True)


async def _book(config: Config, image: Path, out: Path) -> None:
    from bot.once_book import once_book  # noqa: PLC0415 - only this command needs it

    made = await once_book(config, image, out)
    print(f"Written: {', '.join([*(str(out / name) for name in made.files), 'validation.json'])}", flush=True)


def _path(given: Path, environment: Mapping[str, str]) -> Path:
    """A path as the caller of scripts/try meant it, who may stand in another folder."""
    return Path(environment.get("RAVSG_CALLED_FROM", ".")) / given


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="RAVSG, a Discord bot for pictures and stories"
    )
    parser.add_argument("action", nargs="?", choices=["doctor"], help="examine this machine instead of starting")
    parser.add_argument(
        "--config", type=Path, default=Path("config.toml"), metavar="FILE", help="config.toml to read"
    )
    parser.add_argument("--sandbox", action="store_true", help="run in a local stand-in for Discord")
    parser.add_argument(
        "--once", type=Path, metavar="IMAGE", help="do the main job with IMAGE in the sandbox, and end"
    )
    parser.add_argument(
        "--book", type=Path, metavar="IMAGE", help="tell and bind a book of IMAGE in the sandbox, and end"
    )
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where these two write")
    return parser


if __name__ == "__main__":
    sys.exit(main())
