"""Keeps the sandbox to this machine and to sizes that it can bear.

A page on the Internet can make a browser send requests to 127.0.0.1, or rebind its own name to it; such requests
carry its Origin, `Sec-Fetch-Site: cross-site`, or its Host, and are refused. Bodies must say their length and keep to
it. Every answer forbids guessing its type, running anything, and being shown inside another page.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

LOCAL_NAMES = ("127.0.0.1", "localhost")
FORM_BYTES = 64 * 1024 * 1024
JSON_BYTES = 4 * 1024 * 1024
TOO_LARGE = 40005  # Discord's code
# For every answer that does not set its own.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_local(request: web.Request) -> bool:
    """Whether the request was meant for this sandbox and comes from it or from no page at all."""
    host = request.headers.get("Host", "")  # a second one is refused by aiohttp's parser
    name, _, port = host.partition(":")
    if name not in LOCAL_NAMES or not port.isdecimal():
        return False
    if any(origin != f"http://{host}" for origin in request.headers.getall("Origin", [])):
        return False
    site = request.headers.get("Sec-Fetch-Site", "none")
    return site in ("none", "same-origin") or _opens_the_page(request)


def _opens_the_page(request: web.Request) -> bool:
    """A link elsewhere may open the page in a tab of its own; it changes nothing."""
    wanted = (request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest"))
    return request.method == "GET" and request.path == "/" and wanted == ("navigate", "document")


def why_unreadable(request: web.Request) -> tuple[int, str] | None:
    """The status and reason for which a body is not even read, or None."""
    headers = request.headers
    if "Transfer-Encoding" in headers:
        return 411, "Length Required"
    if "Content-Encoding" in headers:
        return 415, "Compressed bodies are not read"
    form = request.content_type == "multipart/form-data"
    if (request.content_length or 0) > (FORM_BYTES if form else JSON_BYTES):
        return 413, "Request entity too large"
    return None


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 403 to what is not local, and 411, 413 or 415 to what cannot be read safely."""
    if not is_local(request):
        return web.Response(status=403, text="This sandbox answers only its own machine.")
    if (refusal := why_unreadable(request)) is not None:
        status, reason = refusal
        body = json.dumps({"message": reason, "code": TOO_LARGE if status == 413 else 0}).encode()
        return web.Response(body=body, status=status, headers={"Content-Type": "application/json"})
    return await handler(request)


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Add `HEADERS` to an answer, errors and refusals included; connect it to `on_response_prepare`."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
