"""How a fault of a request looks on the wire. It is played around every request of the bot: API, files, gateway.

The page for people is never disturbed. Answers that fail carry Discord's date, as real ones do.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from .fault_rules import Fault

API: Final = "/api/v10"
DISTURBED: Final = (API + "/", "/attachments/", "/gateway/")
DRIPS: Final = 10
"""Pieces in which a slow body comes."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def disturbed_path(request: web.Request) -> str | None:
    """The path that rules are matched with, without the API's prefix; None for what is never disturbed."""
    return request.path.removeprefix(API) if request.path.startswith(DISTURBED) else None


async def disturbed(request: web.Request, handler: Handler, fault: Fault, date: str) -> web.StreamResponse:
    """The answer to a request that meets this fault."""
    answer = await handler(request) if fault.carried_out else failing(fault, date)
    match fault.kind:
        case "reset":
            return _broken(request, politely=False)
        case "close":
            return _broken(request, politely=True)
        case "slow":
            return await _dripping(request, answer, fault.seconds)
        case "cut":
            return await _cut_short(request, answer)
        case _:
            return failing(fault, date)


def failing(fault: Fault, date: str) -> web.Response:
    """The answer that the rule dictates. Discord's client reads JSON only under exactly this Content-Type."""
    headers = {"Date": date, **fault.headers}
    if isinstance(fault.body, str):
        return web.Response(text=fault.body, status=fault.status, content_type="text/html", headers=headers)
    body = fault.body if fault.body is not None else {"message": f"{fault.status}: fault on demand", "code": 0}
    headers["Content-Type"] = "application/json"
    return web.Response(body=json.dumps(body).encode(), status=fault.status, headers=headers)


def _broken(request: web.Request, *, politely: bool) -> web.StreamResponse:
    """Break the connection without an answer; rudely, the client sees a reset instead of a clean end."""
    transport = request.transport
    if transport is not None and politely:
        transport.close()
    elif transport is not None:
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def _begun(request: web.Request, answer: web.StreamResponse) -> tuple[web.StreamResponse, bytes]:
    """The answer's headers, sent, and the body that has yet to come."""
    body = answer.body if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b""
    kept = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    begun = web.StreamResponse(status=answer.status, headers=kept)
    begun.content_length = len(body)
    await begun.prepare(request)
    return begun, body


async def _dripping(request: web.Request, answer: web.StreamResponse, seconds: float) -> web.StreamResponse:
    begun, body = await _begun(request, answer)
    size = -(-len(body) // DRIPS) or 1
    try:
        for start in range(0, len(body), size):
            await asyncio.sleep(seconds / DRIPS)
            await begun.write(body[start : start + size])
    except ConnectionError:
        pass  # the client lost its patience, which is what this fault is for
    return begun


async def _cut_short(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    begun, body = await _begun(request, answer)
    await begun.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return begun
