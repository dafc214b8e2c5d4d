"""One gateway connection and one gateway session: frames in order, compressed as asked, kept for replay.

Which events a session gets is gateway.py's business.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from .model import Json

BUFFER = 5_000
SENDS, SEND_SECONDS = 120, 60.0  # what a client may send
PAYLOAD = 4096  # bytes of one frame from a client


@dataclass(slots=True)
class Session:
    """What one client has been sent, for replay; `socket` is None while it is away.

    Frames are kept as text: it does not change with what it tells of, and the garbage collector need not walk it.
    """

    id: str
    intents: int
    shard: tuple[int, int]
    socket: Connection | None = None
    sequence: int = 0
    sent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=BUFFER))
    left_at: float = 0.0

    def has(self, guild_id: int) -> bool:
        """Whether the server is on this session's shard."""
        number, count = self.shard
        return (guild_id >> 22) % count == number


class Connection:
    """One websocket and its compression; a single writer keeps the order."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self._request = request
        self.beaten = asyncio.get_running_loop().time()
        self._sends: deque[float] = deque()
        self.compression = request.query.get("compress", "")
        self._encode = _encoder(self.compression)
        self._queue: asyncio.Queue[Json | tuple[int, str]] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())
        self.closed_with: int | None = None
        """The code of our own goodbye."""

    def may_send(self, now: float) -> bool:
        """Count a frame from the client; False when there were more than 120 in 60 s."""
        self._sends.append(now)
        while self._sends[0] <= now - SEND_SECONDS:
            self._sends.popleft()
        return len(self._sends) <= SENDS

    def send(self, frame: Json) -> None:
        """Queue one frame."""
        self._queue.put_nowait(frame)

    def close(self, code: int, reason: str = "") -> None:
        """Send what is queued, then close with a code."""
        self.closed_with = code
        self._queue.put_nowait((code, reason))

    def abort(self) -> None:
        """Cut the connection without a goodbye."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def written(self) -> None:
        """Wait until everything is sent, the goodbye included."""
        await asyncio.wait([self._writer])

    async def finish(self) -> None:
        """Stop writing."""
        self._writer.cancel()
        await asyncio.wait([self._writer])

    async def _write(self) -> None:
        while True:
            frame = await self._queue.get()
            if isinstance(frame, tuple):
                await self.socket.close(code=frame[0], message=frame[1].encode())
                return
            encoded = self._encode(json.dumps(frame))
            try:
                if isinstance(encoded, str):
                    await self.socket.send_str(encoded)
                else:
                    await self.socket.send_bytes(encoded)
            except ConnectionError:
                return  # the client is gone; the session keeps the event for a resume


def unreadable(data: str | bytes) -> bool:
    """Whether a frame from a client is too large, or no JSON object."""
    if len(data) > PAYLOAD:
        return True
    try:
        return not isinstance(json.loads(data), dict)
    except ValueError:
        return True


def _encoder(compression: str) -> Callable[[str], str | bytes]:
    """The transport's encoding: plain text, or one compressed stream over the whole connection."""
    if compression == "zlib-stream":
        deflate = zlib.compressobj()
        return lambda text: deflate.compress(text.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if compression == "zstd-stream":
        import zstandard  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415  # optional

        stream = zstandard.ZstdCompressor().compressobj()
        return lambda text: bytes(stream.compress(text.encode()) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
    return lambda text: text
