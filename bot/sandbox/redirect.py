"""Points this process's discord.py at a sandbox. Nothing of the library is changed but two addresses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLE = "RAVSG_SANDBOX"


@contextmanager
def redirect_discord(rest_base: str | None = None) -> Iterator[None]:
    """Send discord.py's requests to `rest_base` (http://127.0.0.1:P/api/v10) until the block ends.

    Without an argument the environment variable RAVSG_SANDBOX (http://127.0.0.1:P) tells the place. Clients made
    inside the block should also be closed inside it.

    Raises:
        ValueError: no address, or one that is not on this machine.
    """
    import yarl  # noqa: PLC0415 - the sandbox itself runs without discord.py
    from discord.gateway import DiscordWebSocket  # noqa: PLC0415 - as above
    from discord.http import Route  # noqa: PLC0415 - as above

    base = rest_base or f"{os.environ.get(VARIABLE, '').rstrip('/')}/api/v10"
    url = yarl.URL(base)
    if url.host not in ("127.0.0.1", "localhost") or url.port is None:
        raise ValueError(f"A sandbox has an address like http://127.0.0.1:8000/api/v10, not {base!r}")
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL.build(scheme="ws", host=url.host, port=url.port, path="/gateway/")
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
