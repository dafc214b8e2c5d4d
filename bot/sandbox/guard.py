"""Keeps the sandbox to this machine: foreign Host names and requests from other sites are refused.

A page on the Internet can make a browser send requests to 127.0.0.1, or rebind its own name to it; such
requests carry its Origin, `Sec-Fetch-Site: cross-site`, or its Host.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

LOCAL_NAMES = ("127.0.0.1", "localhost")


def is_local(request: web.Request) -> bool:
    """Whether the request was meant for this sandbox and comes from it or from no page at all."""
    name, _, port = request.host.partition(":")
    if name not in LOCAL_NAMES or not port.isdecimal():
        return False
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return False
    site = request.headers.get("Sec-Fetch-Site", "none")
    opening = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    return site in ("none", "same-origin") or (opening and request.path == "/")


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer 403 to what is not local."""
    if not is_local(request):
        return web.Response(status=403, text="This sandbox answers only its own machine.")
    return await handler(request)
