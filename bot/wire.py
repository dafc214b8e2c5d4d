"""What discord.py's HTTP layer is taught: how long an answer may take, what is no answer, and when not to insist.

discord.py waits five minutes for an answer, reads a page of a proxy as if it were JSON (status 200 included), and
sends every request of an interaction up to five times after a 5xx, with pauses that outlast the 3 s of the first
answer (read in its source, 2.7.1). Here an answer has seconds; what is none is an error like a broken connection;
requests that only ask are tried again at once, and all others are `bot.courier`'s to judge.

What waits for a channel's limit wakes up together in all channels, and would break the limit of all requests
(measured: 240 messages to 20 channels met hundreds of 429). So requests are spaced where they leave, after that wait.
How long discord.py waits for a limit is bounded by whoever asks (`leaving_within`).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
import discord
import yarl
from asyncio_throttle import Throttler
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

PASSING: Final = (discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError)
"""What may be over a moment later. Nothing is known of whether the request had its effect."""
REQUEST: Final = aiohttp.ClientTimeout(total=120, sock_connect=10, sock_read=15)
"""Seconds for a request of the bot's own: an upload of 10 MiB over a slow line included, 15 s of silence not."""
FIRST_ANSWER: Final = aiohttp.ClientTimeout(total=1.2)
"""Seconds for one try to answer an interaction, which lives 3 s: a second try must fit in."""
HARMLESS: Final = frozenset({"GET", "PUT"})
"""Methods that are tried again here: the bot only asks with them, or says the whole of its commands."""
INSISTENCE: Final = 60.0
"""Seconds for which such a request is tried again: a start survives a moment's trouble of Discord's."""
PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
TOGETHER: Final = 2
"""Requests that may leave at the same moment; so many more than allowed can at worst fall into one second."""
PREFIX: Final = yarl.URL(Route.BASE).path
UNCOUNTED: Final = "/interactions/"
"""First answers to interactions: Discord counts them in no limit of all requests, and they cannot wait."""


_ALLOWED: Final[ContextVar[_Departure | None]] = ContextVar("allowed", default=None)


class _Departure:
    """Until when (by the loop's clock) a request may wait before it leaves."""

    def __init__(self, timeout: asyncio.Timeout) -> None:
        self._timeout = timeout
        self._latest = timeout.when()

    def waits(self) -> None:
        """It waits, for its turn or before it is sent again."""
        self._timeout.reschedule(self._latest)

    def left(self) -> None:
        """It is on its way: `REQUEST` ends it, so that a long upload is not cut off."""
        self._timeout.reschedule(None)


@contextlib.asynccontextmanager
async def leaving_within(seconds: float) -> AsyncIterator[None]:
    """Inside, a request that waits longer than that before it leaves ends in TimeoutError.

    discord.py alone waits for a limit, and before it repeats a request, for as long as that takes.
    """
    async with asyncio.timeout(seconds) as timeout:
        token = _ALLOWED.set(_Departure(timeout))
        try:
            yield
        finally:
            _ALLOWED.reset(token)


class NoAnswer(aiohttp.ClientError):
    """What came back is not Discord's answer, but a page or an error of something on the way."""


def teach(client: discord.Client, requests_per_second: float) -> None:
    """Have the client's requests spaced, ended in time, and tried again where they only ask; call it before login."""
    trace = client.http.http_trace = client.http.http_trace or aiohttp.TraceConfig()
    trace.on_request_start.append(_spaced(requests_per_second))
    trace.on_request_end.append(_answered(client))
    request = client.http.request

    async def taught(route: Route, **how: Any) -> Any:
        give_up = time.monotonic() + INSISTENCE
        pauses = iter(PAUSES)
        while True:
            if (departure := _ALLOWED.get()) is not None:
                departure.waits()
            try:
                return _json(await request(route, **{"timeout": REQUEST, **how}))
            except aiohttp.ClientConnectorError:
                raise  # no way to Discord at all: whoever asked says so
            except PASSING as error:
                pause = next(pauses, PAUSES[-1])
                hopeless = isinstance(error, discord.RateLimited) or time.monotonic() + pause > give_up
                if route.method not in HARMLESS or hopeless:
                    raise
            await asyncio.sleep(pause)

    client.http.request = taught  # type: ignore[method-assign]


def _spaced(requests_per_second: float) -> Callable[..., Any]:
    throttle = Throttler(rate_limit=TOGETHER, period=TOGETHER / requests_per_second, retry_interval=0.001)
    turn = asyncio.Lock()  # one looks at the clock, the others wait in order

    async def wait(
        session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        path = params.url.path.removeprefix(PREFIX)
        if path != params.url.path and not path.startswith(UNCOUNTED):
            async with turn:
                await throttle.acquire()
        if (departure := _ALLOWED.get()) is not None:
            departure.left()

    return wait


def _answered(client: discord.Client) -> Callable[..., Any]:
    """Lets requests wait again that discord.py is going to repeat; and opens what it shuts for a limit of everything.

    It opens that itself only where the request that met the limit was not given up meanwhile.
    """
    opening: asyncio.TimerHandle | None = None

    async def look(
        session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        nonlocal opening
        answer = params.response
        if answer.status != 429 and answer.status < 500:
            return
        if (departure := _ALLOWED.get()) is not None:
            departure.waits()
        if "X-RateLimit-Global" in answer.headers:
            if opening is not None:
                opening.cancel()
            seconds = float(answer.headers.get("Retry-After", 1))
            opening = asyncio.get_running_loop().call_later(seconds, client.http._global_over.set)

    return look


def _json(answer: Any) -> Any:
    """discord.py gives a text for whatever does not call itself JSON; only "no content" is rightly one."""
    if isinstance(answer, str) and answer:
        raise NoAnswer(f"a page instead of JSON: {answer[:80]!r}")
    return answer


@contextlib.contextmanager
def once() -> Iterator[None]:
    """Inside, requests of interactions are sent once each and end in time.

    A 5xx and a page are NoAnswer, a 429 of Discord's is discord.RateLimited."""
    token = async_context.set(_ADAPTER)
    try:
        yield
    finally:
        async_context.reset(token)


class _Adapter(AsyncWebhookAdapter):
    """discord.py's, over a session that does not let it repeat anything."""

    async def request(self, route: Route, session: aiohttp.ClientSession, **how: Any) -> Any:
        first = route.path.startswith("/interactions/")
        strict: Any = _Session(session.request, FIRST_ANSWER if first else REQUEST)
        return _json(await super().request(route, strict, **how))


class _Session:
    """A session whose requests have a time limit and raise where discord.py would repeat them."""

    def __init__(self, request: Callable[..., Any], timeout: aiohttp.ClientTimeout) -> None:
        self._request = request
        self._timeout = timeout

    @contextlib.asynccontextmanager
    async def request(self, method: str, url: str, **how: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        """As aiohttp's."""
        async with self._request(method, url, timeout=self._timeout, **how) as response:
            if response.status >= 500:
                raise NoAnswer(f"{response.status} {response.reason}")
            if response.status == 429 and response.content_type == "application/json":
                raise discord.RateLimited(float((await response.json())["retry_after"]))
            yield response


_ADAPTER: Final = _Adapter()  # type: ignore[no-untyped-call]
