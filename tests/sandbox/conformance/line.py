"""A bare connection to the gateway, for what discord.py would not do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.sandbox import intents
from bot.sandbox.server import Sandbox

Frame = dict[str, Any]
PLAIN = "?v=10&encoding=json"
GUILD_EVENTS = intents.GUILDS | intents.GUILD_MESSAGES


class Line:
    """A bare connection to the gateway."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.socket = socket
        self.token = token
        self.sequence = 0

    async def next(self) -> Frame:
        frame: Frame = await self.socket.receive_json(timeout=30)
        self.sequence = frame["s"] or self.sequence
        return frame

    async def until(self, name: str) -> Frame:
        """The payload of the next event of that name."""
        while True:
            frame = await self.next()
            if frame["t"] == name:
                data: Frame = frame["d"]
                return data

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def identify(self, bits: int = GUILD_EVENTS, **more: Any) -> Frame:
        await self.send(2, {"token": self.token, "intents": bits, "properties": {}, **more})
        return await self.until("READY")

    async def resume(self, session_id: str, sequence: int) -> None:
        await self.send(6, {"token": self.token, "session_id": session_id, "seq": sequence})

    async def cut(self, sandbox: Sandbox, session_id: str) -> None:
        """Break the connection without a goodbye, and wait until the gateway has noticed."""
        connection = self.socket._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.abort()
        session = sandbox.gateway._sessions[session_id]
        await sandbox.world.watch.until(lambda: session.socket is None or None, 30.0)

    async def close_code(self) -> int | None:
        """The code with which the other side closes."""
        async for _ in self.socket:
            pass
        return self.socket.close_code


@asynccontextmanager
async def line(sandbox: Sandbox, query: str = PLAIN, *, hello: bool = True) -> AsyncIterator[Line]:
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway_url + query) as socket:
        one = Line(socket, sandbox.token)
        if hello:
            assert (await one.next())["op"] == 10
        yield one
