"""The gateway, version 10: sessions, heartbeats, resuming, close codes; audience.py says who gets which event.

JSON only (no ETF), one application, no voice. A session outlives its connection for `RESUME_SECONDS`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable

from aiohttp import WSMsgType, web

from .audience import Audience
from .intents import GUILD_MEMBERS, KNOWN, PRIVILEGED
from .member_chunks import chunks
from .model import Json
from .sessions import Connection, Session, unreadable
from .shapes import user_json
from .world import Event, World

HEARTBEAT_MS = 41_250
ACK_SECONDS = 0.1
RESUME_SECONDS = 300.0
ENDING = frozenset({4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014})
"""Close codes after which a session cannot be resumed."""
DEAD_INTERVALS = 2.5  # without a heartbeat for so long a connection is closed
CLOSED = {
    4001: "Unknown opcode.",
    4002: "Error while decoding payload.",
    4003: "Not authenticated.",
    4004: "Authentication failed.",
    4005: "Already authenticated.",
    4007: "Invalid seq.",
    4008: "Rate limited.",
    4009: "Session timed out.",
    4010: "Invalid shard.",
    4012: "Invalid API version.",
    4013: "Invalid intent(s).",
    4014: "Disallowed intent(s).",
}


class Gateway:
    """All sessions of the bot."""

    def __init__(self, world: World, token: str, portal_intents: int) -> None:
        self._world = world
        self._audience = Audience(world)
        self._token = token
        self.portal_intents = portal_intents
        self.resume_url = ""
        self.silent = False
        self.outgoing: Callable[[Session, Json], None] = _send
        """Sends an event to a session that is there; faults of events stand in between."""
        self.inspect: Callable[[str, Json], None] = lambda name, data: None
        """Looks at every event that a session is told of."""
        self.identified = 0
        self.resumed = 0
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        world.listen(self._on_event)

    # ---- for the sandbox and its faults

    @property
    def connected(self) -> bool:
        """Whether a client is connected and identified."""
        return any(one.socket is not None for one in self._sessions.values())

    @property
    def compressions(self) -> set[str]:
        """What the clients that are connected asked for; an empty text is none."""
        return {one.compression for one in self._connections}

    def application_flags(self) -> int:
        """The application's flags for the privileged intents that are switched on."""
        return sum(flag for intent, flag in PRIVILEGED.items() if intent & self.portal_intents)

    def send_all(self, frame: Json) -> None:
        """Send a frame to every connection."""
        for one in self._connections:
            one.send(frame)

    def drop(self, code: int | None) -> None:
        """Close every connection, politely with a code or not at all politely."""
        for one in list(self._connections):
            if code is None:
                one.abort()
            else:
                one.close(code)

    def forget_sessions(self) -> None:
        """Make every session impossible to resume."""
        for one in self._sessions.values():
            one.socket = None
        self._sessions.clear()

    async def close(self) -> None:
        """Close every connection, for the end of the sandbox."""
        for one in list(self._connections):
            one.close(1001, "The sandbox stops")
            await one.written()

    # ---- one connection

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """GET /gateway/."""
        socket = web.WebSocketResponse(autoping=True, max_msg_size=1 << 20)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self._connections.add(connection)
        connection.send({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS, "_trace": []}, "s": None, "t": None})
        if request.query.get("v", "10") != "10":
            connection.close(4012, CLOSED[4012])
        self._expect_heartbeat(connection, HEARTBEAT_MS / 1000 * DEAD_INTERVALS)
        try:
            async for frame in socket:
                if frame.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    self._read(connection, frame.data)
        finally:
            self._connections.discard(connection)
            self._leave(connection, socket.close_code)
            await connection.finish()
        return socket

    def _leave(self, connection: Connection, code: int | None) -> None:
        for session in [one for one in self._sessions.values() if one.socket is connection]:
            session.socket = None
            session.left_at = self._world.clock.now()
            # a client that says goodbye ends its session; our own goodbyes leave it to be resumed, but for some
            ends = code in (1000, 1001) if connection.closed_with is None else connection.closed_with in ENDING
            if ends:
                del self._sessions[session.id]
        self._tell_connected()

    def _expect_heartbeat(self, connection: Connection, patience: float, *, asked: bool = False) -> None:
        """Close a connection without a heartbeat for `patience` real seconds; what piled up is read first."""
        loop = asyncio.get_running_loop()
        rest = connection.beaten + patience - loop.time()

        def look() -> None:
            late = connection.beaten + patience <= loop.time()
            if late and asked:
                connection.close(4009, CLOSED[4009])
            elif connection in self._connections:
                self._expect_heartbeat(connection, patience, asked=late)

        loop.call_later(1.0 if asked else max(rest, 0.0), look)

    def _read(self, connection: Connection, data: str | bytes) -> None:
        if not connection.may_send(self._world.clock.now()):
            connection.close(4008, CLOSED[4008])
        elif unreadable(data):
            connection.close(4002, CLOSED[4002])
        else:
            self._receive(connection, json.loads(data))

    def _receive(self, connection: Connection, frame: Json) -> None:
        op, data = frame.get("op"), frame.get("d")
        known = any(one.socket is connection for one in self._sessions.values())
        if op == 1:
            connection.beaten = asyncio.get_running_loop().time()
            if not self.silent:
                # discord.py notes when it sent a beat only after sending it, on another thread: an answer at once
                # could come before that, and would look as if it had taken a whole interval
                ack = {"op": 11, "d": None, "s": None, "t": None}
                asyncio.get_running_loop().call_later(ACK_SECONDS, connection.send, ack)
        elif op in (2, 6):
            if known:
                connection.close(4005, CLOSED[4005])
            else:
                (self._identify if op == 2 else self._resume)(connection, data or {})
        elif op not in (3, 4, 8):
            connection.close(4001, CLOSED[4001])
        elif not known:
            connection.close(4003, CLOSED[4003])
        elif op == 8:
            self._send_members(connection, data or {})

    def _identify(self, connection: Connection, data: Json) -> None:
        if data.get("token") != self._token:
            connection.close(4004, CLOSED[4004])
            return
        intents = int(data.get("intents", 0))
        if intents & ~KNOWN:
            connection.close(4013, CLOSED[4013])
            return
        refused = intents & sum(PRIVILEGED) & ~self.portal_intents
        if refused:
            connection.close(4014, CLOSED[4014])
            return
        number, count = data.get("shard") or (0, 1)
        if not 0 <= number < count:
            connection.close(4010, CLOSED[4010])
            return
        session = Session(secrets.token_hex(16), intents, (int(number), int(count)), connection)
        self._sessions[session.id] = session
        self.identified += 1
        guilds = [one for one in self._world.guilds.values() if session.has(one.id)]
        mine = [one for one in guilds if self._world.bot.id in one.members]
        self._dispatch(
            session,
            "READY",
            {
                "v": 10,
                "user": user_json(self._world.bot)
                | {"verified": True, "mfa_enabled": False, "email": None, "locale": "en-US"},
                "guilds": [{"id": str(one.id), "unavailable": True} for one in mine],
                "session_id": session.id,
                "resume_gateway_url": self.resume_url,
                "shard": list(session.shard),
                "private_channels": [],
                "application": {"id": str(self._world.bot.id), "flags": self.application_flags()},
                "_trace": [],
            },
        )
        for guild in mine:
            members = bool(intents & GUILD_MEMBERS)
            self._dispatch(session, "GUILD_CREATE", self._world.shapes.guild_create(guild, all_members=members))
        self._tell_connected()

    def _resume(self, connection: Connection, data: Json) -> None:
        session = self._sessions.get(str(data.get("session_id")))
        now, sequence = self._world.clock.now(), int(data.get("seq") or 0)
        expired = session is not None and session.socket is None and now - session.left_at > RESUME_SECONDS
        first = session.sent[0][0] if session is not None and session.sent else 1
        if session is None or expired or data.get("token") != self._token or sequence + 1 < first:
            connection.send({"op": 9, "d": False, "s": None, "t": None})
            return
        if sequence > session.sequence:
            connection.close(4007, CLOSED[4007])
            return
        session.socket = connection
        self.resumed += 1
        for number, text in session.sent:
            if number > sequence:
                connection.send(json.loads(text))
        self._dispatch(session, "RESUMED", {"_trace": []})
        self._tell_connected()

    def _send_members(self, connection: Connection, data: Json) -> None:
        session = next((one for one in self._sessions.values() if one.socket is connection), None)
        if session is not None:
            for body in chunks(self._world, session.intents, data):
                self._dispatch(session, "GUILD_MEMBERS_CHUNK", body)

    # ---- events

    def _tell_connected(self) -> None:
        self._world.publish(Event("SANDBOX_GATEWAY", {"connected": self.connected}))

    def _on_event(self, event: Event) -> None:
        for session in list(self._sessions.values()):
            away = session.socket is None
            if away and self._world.clock.now() - session.left_at > RESUME_SECONDS:
                del self._sessions[session.id]
            elif (data := self._audience.seen(session, event)) is not None:
                self._dispatch(session, event.name, data)

    def _dispatch(self, session: Session, name: str, data: Json) -> None:
        self.inspect(name, data)
        session.sequence += 1
        frame: Json = {"op": 0, "s": session.sequence, "t": name, "d": data}
        session.sent.append((session.sequence, json.dumps(frame)))
        if session.socket is None or self.silent:
            return
        self.outgoing(session, frame)


def _send(session: Session, frame: Json) -> None:
    if session.socket is not None:
        session.socket.send(frame)
