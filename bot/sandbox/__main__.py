"""`python -m bot.sandbox [--port N]`: run the sandbox alone, until interrupted.

Prints one line of JSON with its addresses and the bot's token, for a bot in another process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal

from .server import Sandbox


async def run(port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    async with Sandbox(port=port) as sandbox:
        print(
            json.dumps(
                {
                    "page": sandbox.page_url,
                    "rest": sandbox.rest_base,
                    "gateway": sandbox.gateway_url,
                    "token": sandbox.token,
                }
            ),
            flush=True,
        )
        await stop.wait()


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    asyncio.run(run(parser.parse_args().port))


if __name__ == "__main__":
    main()
