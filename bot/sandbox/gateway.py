"""The gateway, version 10: sessions, heartbeats, resuming, compression, and who gets which event.

JSON only (no ETF), one application, no voice. A session outlives its connection for `RESUME_SECONDS`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from . import permissions as rights
from .model import DM, Json
from .sessions import Connection, Session
from .shapes import member_json, public, stripped, user_json
from .world import Event, World

HEARTBEAT_MS = 41_250
ACK_SECONDS = 0.1
RESUME_SECONDS = 300.0
GUILDS, GUILD_MEMBERS, EXPRESSIONS, PRESENCES = 1 << 0, 1 << 1, 1 << 3, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS, GUILD_TYPING = 1 << 9, 1 << 10, 1 << 11
DIRECT_MESSAGES, DIRECT_REACTIONS, DIRECT_TYPING, MESSAGE_CONTENT = 1 << 12, 1 << 13, 1 << 14, 1 << 15
GUILD_POLLS, DIRECT_POLLS = 1 << 24, 1 << 25
# The privileged intents, with the application flag that the developer portal's switch sets (limited variant).
PRIVILEGED = {PRESENCES: 1 << 13, GUILD_MEMBERS: 1 << 15, MESSAGE_CONTENT: 1 << 19}


class Gateway:
    """All sessions of the bot."""

    def __init__(self, world: World, token: str, portal_intents: int) -> None:
        self._world = world
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
        try:
            async for frame in socket:
                if frame.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    self._receive(connection, json.loads(frame.data))
        finally:
            self._connections.discard(connection)
            self._leave(connection, socket.close_code)
            await connection.finish()
        return socket

    def _leave(self, connection: Connection, code: int | None) -> None:
        for session in [one for one in self._sessions.values() if one.socket is connection]:
            session.socket = None
            session.left_at = self._world.clock.now()
            if code in (1000, 1001):
                del self._sessions[session.id]
        self._tell_connected()

    def _receive(self, connection: Connection, frame: Json) -> None:
        op, data = frame.get("op"), frame.get("d")
        if op == 1:
            if not self.silent:
                # discord.py notes when it sent a beat only after sending it, on another thread: an answer at once
                # could come before that, and would look as if it had taken a whole interval
                ack = {"op": 11, "d": None, "s": None, "t": None}
                asyncio.get_running_loop().call_later(ACK_SECONDS, connection.send, ack)
        elif op == 2:
            self._identify(connection, data or {})
        elif op == 6:
            self._resume(connection, data or {})
        elif op == 8:
            self._send_members(connection, data or {})
        elif op not in (3, 4):
            connection.close(4001, "Unknown opcode.")

    def _identify(self, connection: Connection, data: Json) -> None:
        if data.get("token") != self._token:
            connection.close(4004, "Authentication failed.")
            return
        intents = int(data.get("intents", 0))
        refused = intents & sum(PRIVILEGED) & ~self.portal_intents
        if refused:
            connection.close(4014, "Disallowed intent(s).")
            return
        number, count = data.get("shard") or (0, 1)
        session = Session(secrets.token_hex(16), intents, (int(number), int(count)), connection)
        self._sessions[session.id] = session
        self.identified += 1
        guilds = [one for one in self._world.guilds.values() if self._on_shard(session, one.id)]
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
        session.socket = connection
        self.resumed += 1
        for number, text in session.sent:
            if number > sequence:
                connection.send(json.loads(text))
        self._dispatch(session, "RESUMED", {"_trace": []})
        self._tell_connected()

    def _send_members(self, connection: Connection, data: Json) -> None:
        session = next((one for one in self._sessions.values() if one.socket is connection), None)
        raw: Any = data.get("guild_id", 0)
        guild = self._world.guilds.get(int(raw[0] if isinstance(raw, list) else raw))
        if session is None or guild is None:
            return
        query, limit = str(data.get("query") or "").lower(), int(data.get("limit") or 0)
        wanted = {int(one) for one in data.get("user_ids") or []}
        found = [
            one
            for one in guild.members.values()
            if (one.user.id in wanted if wanted else one.user.username.lower().startswith(query))
        ]
        self._dispatch(
            session,
            "GUILD_MEMBERS_CHUNK",
            {
                "guild_id": str(guild.id),
                "members": [member_json(one) for one in found[: limit or None]],
                "chunk_index": 0,
                "chunk_count": 1,
                "not_found": [],
                "nonce": data.get("nonce"),
            },
        )

    # ---- events

    def _tell_connected(self) -> None:
        self._world.publish(Event("SANDBOX_GATEWAY", {"connected": self.connected}))

    def _on_event(self, event: Event) -> None:
        for session in list(self._sessions.values()):
            away = session.socket is None
            if away and self._world.clock.now() - session.left_at > RESUME_SECONDS:
                del self._sessions[session.id]
            elif (data := self._seen(session, event)) is not None:
                self._dispatch(session, event.name, data)

    def _seen(self, session: Session, event: Event) -> Json | None:
        """The event as this session gets it, or None."""
        if event.reader is not None or event.name.startswith("SANDBOX_"):
            return None
        needed = _intent_for(event)
        if needed and not session.intents & needed:
            return None
        world = self._world
        if event.guild_id is not None and not self._on_shard(session, event.guild_id):
            return None
        if event.name == "GUILD_CREATE":
            members = bool(session.intents & GUILD_MEMBERS)
            shown = world.shapes.guild_create(world.guilds[event.guild_id or 0], all_members=members)
            if "unavailable" not in event.data:
                shown.pop("unavailable")  # its presence means "back after an outage", its absence "just joined"
            return shown
        if event.name in ("GUILD_DELETE", "INTERACTION_CREATE"):
            return event.data
        if event.guild_id is not None and world.bot.id not in world.guilds[event.guild_id].members:
            return None
        if not self._is_there(event) or (event.name == "THREAD_MEMBERS_UPDATE" and not self._is_told(session, event)):
            return None
        if event.name in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            whole = bool(session.intents & MESSAGE_CONTENT)
            return public(event.data if whole else stripped(event.data, world.bot.id))
        return event.data

    def _is_there(self, event: Event) -> bool:
        """Whether the bot sees where it happened; channels themselves are told to all."""
        channel = self._world.channels.get(event.channel_id or 0)
        if channel is None or event.name.startswith("CHANNEL_"):
            return True
        if channel.type == DM and self._world.bot.id not in channel.recipients:
            return False
        return bool(self._world.permissions(self._world.bot, channel) & rights.VIEW_CHANNEL)

    def _is_told(self, session: Session, event: Event) -> bool:
        """Without the members intent, who follows a thread is told of the bot itself only."""
        added = [one["user_id"] for one in event.data["added_members"]]
        own = str(self._world.bot.id) in (*added, *event.data["removed_member_ids"])
        return own or bool(session.intents & GUILD_MEMBERS)

    def _dispatch(self, session: Session, name: str, data: Json) -> None:
        self.inspect(name, data)
        session.sequence += 1
        frame: Json = {"op": 0, "s": session.sequence, "t": name, "d": data}
        session.sent.append((session.sequence, json.dumps(frame)))
        if session.socket is None or self.silent:
            return
        self.outgoing(session, frame)

    @staticmethod
    def _on_shard(session: Session, guild_id: int) -> bool:
        number, count = session.shard
        return (guild_id >> 22) % count == number


def _send(session: Session, frame: Json) -> None:
    if session.socket is not None:
        session.socket.send(frame)


def _intent_for(event: Event) -> int:
    """The intents of which one is needed for the event; 0 where every session gets it."""
    direct = event.guild_id is None
    name = event.name
    if name.startswith("MESSAGE_POLL"):
        return DIRECT_POLLS if direct else GUILD_POLLS
    if name.startswith("MESSAGE_REACTION"):
        return DIRECT_REACTIONS if direct else GUILD_REACTIONS
    if name.startswith("MESSAGE_"):
        return DIRECT_MESSAGES if direct else GUILD_MESSAGES
    if name == "TYPING_START":
        return DIRECT_TYPING if direct else GUILD_TYPING
    if name.startswith("GUILD_MEMBER"):
        return GUILD_MEMBERS
    if name == "GUILD_STICKERS_UPDATE":
        return EXPRESSIONS
    if name == "CHANNEL_PINS_UPDATE" and direct:
        return DIRECT_MESSAGES
    if name.startswith(("GUILD_", "CHANNEL_", "THREAD_")):
        return GUILDS
    return 0
