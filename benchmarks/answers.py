"""How long the sandbox takes to answer, asked by raw requests from another process while a bot and the page listen.

The kinds of request take turns, one at a time, so that all of them see the same machine in the same minutes;
`nothing` is an endpoint that only says where the gateway is, and shows what asking itself costs. Beside the time on
the wall, the processor time of the sandbox's process is taken: what an answer costs on an idle machine (Linux only).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

Json = dict[str, Any]
COMMAND = {"name": "queue", "description": "What is waiting", "type": 1}
HEARTBEAT, PATIENCE = 30.0, 30.0  # seconds
WARMING = 10  # one round in so many, before those that count


@dataclass(slots=True)
class Times:
    """Milliseconds of each answer of one kind: on the wall, and of the sandbox's processor time meanwhile."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


class Asker:
    """One client with a gateway connection, the page's socket, and requests that are timed."""

    def __init__(self, place: Json, session: aiohttp.ClientSession) -> None:
        self._place = place
        self._clock = processor_clock(place["pid"])
        self._session = session
        self._told: asyncio.Queue[Json] = asyncio.Queue()
        self._sockets: list[aiohttp.ClientWebSocketResponse] = []
        self._reading: list[asyncio.Task[None]] = []
        self._token = {"Authorization": f"Bot {place['token']}"}
        self.times: defaultdict[str, Times] = defaultdict(Times)
        self.connected_after = 0.0

    async def connect(self) -> None:
        """Identify, wait for every server, register a command, and open the page of the first server's owner."""
        started = time.perf_counter()
        gateway = await self._socket(self._place["gateway"])
        await gateway.receive_json()
        identify = {"token": self._place["token"], "intents": (1 << 16) - 1, "properties": {}}
        await gateway.send_json({"op": 2, "d": identify})
        missing = len(self._place["channels"])
        while missing:
            missing -= (await gateway.receive_json())["t"] == "GUILD_CREATE"
        self.connected_after = time.perf_counter() - started
        await self._ask(
            "commands", "PUT", f"{self._place['rest']}/applications/{self._place['bot']}/commands", [COMMAND]
        )
        owner = self._place["owners"][0]
        live = await self._socket(f"{self._place['page']}sandbox/live/{owner}")
        tasks = (self._listen(gateway), self._beat(gateway), self._drain(live))
        self._reading = [asyncio.create_task(one) for one in tasks]

    async def close(self) -> None:
        """Stop listening."""
        for task in self._reading:
            task.cancel()
        await asyncio.gather(*self._reading, return_exceptions=True)
        for socket in self._sockets:
            await socket.close()

    async def round(self, at: int) -> None:
        """One of each kind, in another server than the last time and by its owner."""
        channel = self._place["channels"][at % len(self._place["channels"])]
        messages = f"{self._place['rest']}/channels/{channel}/messages"
        await self._ask("nothing", "GET", f"{self._place['rest']}/gateway")
        await self._ask("read", "GET", f"{messages}?limit=100")
        body = {"content": f"message {at}", "nonce": f"answers-{at}", "enforce_nonce": True}
        posted = json.loads(await self._ask("post", "POST", messages, body))
        await self._ask("edit", "PATCH", f"{messages}/{posted['id']}", {"content": "edited"})
        await self._ask("thread", "POST", f"{messages}/{posted['id']}/threads", {"name": f"thread {at}"})
        await self._ask("page", "GET", f"{self._page(at)}/channels/{channel}/messages")
        payload = json.dumps({"channel": channel, "name": "queue", "options": {}})
        form = aiohttp.FormData({"payload": payload}, default_to_multipart=True)
        await self._timed("command", lambda: self._session.post(f"{self._page(at)}/command", data=form))
        told = await asyncio.wait_for(self._told.get(), PATIENCE)
        callback = f"{self._place['rest']}/interactions/{told['id']}/{told['token']}/callback?with_response=true"
        await self._ask("answer", "POST", callback, {"type": 4, "data": {"content": "nothing waits", "flags": 64}})

    async def _ask(self, kind: str, method: str, address: str, body: object = None) -> bytes:
        return await self._timed(kind, lambda: self._session.request(method, address, json=body, headers=self._token))

    async def _timed(self, kind: str, request: Callable[[], Any]) -> bytes:
        before = time.clock_gettime(self._clock)
        started = time.perf_counter()
        async with request() as answer:
            data: bytes = await answer.read()
        times = self.times[kind]
        times.wall.append((time.perf_counter() - started) * 1000)
        times.processor.append((time.clock_gettime(self._clock) - before) * 1000)
        if answer.status >= 300:
            raise RuntimeError(f"{kind}: {answer.status} {data[:300]!r}")
        return data

    async def _socket(self, address: str) -> aiohttp.ClientWebSocketResponse:
        socket = await self._session.ws_connect(address, max_msg_size=0)
        self._sockets.append(socket)
        return socket

    def _page(self, at: int) -> str:
        owners = self._place["owners"]
        return f"{self._place['page']}sandbox/{owners[at % len(owners)]}"

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            told = json.loads(frame.data)
            if told["t"] == "INTERACTION_CREATE":
                self._told.put_nowait(told["d"])

    @staticmethod
    async def _beat(socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            await socket.send_json({"op": 1, "d": None})

    @staticmethod
    async def _drain(socket: aiohttp.ClientWebSocketResponse) -> None:
        async for _ in socket:
            pass


async def measure(place: Json, samples: int) -> tuple[dict[str, Times], float]:
    """The times of each kind of answer, after a few rounds to warm up; and seconds to connect."""
    async with aiohttp.ClientSession() as session:
        asker = Asker(place, session)
        try:
            await asker.connect()
            for at in range(samples // WARMING):
                await asker.round(-1 - at)
            asker.times.clear()
            for at in range(samples):
                await asker.round(at)
        finally:
            await asker.close()
    return asker.times, asker.connected_after


def processor_clock(pid: int) -> int:
    """The id of another process's clock of processor time, for `time.clock_gettime` (clock_getcpuclockid(3))."""
    return (~pid << 3) | 2


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]
