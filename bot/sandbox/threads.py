"""Threads and forum posts: starting, changing, archiving by hand or by the clock, and waking up again.

Who may do what is the callers' business, except for the tags of a forum and the lock. Following a thread is in
membership.py.
"""

from __future__ import annotations

from . import permissions as rights
from .clock import Timer
from .contents import Reference
from .errors import ApiError, missing_permissions, unknown
from .membership import join, leave
from .messages import Draft, Messages
from .model import (
    FORUMS,
    HAS_THREAD,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    REQUIRE_TAG,
    THREAD_CREATED,
    THREAD_STARTER,
    THREADS,
    Channel,
    Json,
    Message,
    ThreadState,
    User,
)
from .world import Event, World

ACTIVE_THREADS = 1000
ROUNDING = 0.001  # seconds


class Threads:
    """All that happens to threads."""

    def __init__(self, world: World, messages: Messages) -> None:
        self._world = world
        self._messages = messages
        self._timers: dict[int, Timer] = {}

    # ---- starting

    def start_on(self, message: Message, owner: User, name: str, minutes: int) -> Channel:
        """A public thread on a message; it has the message's id.

        Raises:
            ApiError: 160004 when the message has one already, 50024 inside a thread.
        """
        if message.thread_id is not None:
            raise ApiError(400, 160004, "A thread has already been created for this message")
        parent = self._world.channel(message.channel_id)
        thread = self._add(message.id, PUBLIC_THREAD, parent, owner, name=name, minutes=minutes)
        message.thread_id = thread.id
        message.flags |= HAS_THREAD
        self._messages.tell("MESSAGE_UPDATE", message)
        self._messages.announce(owner, thread, THREAD_STARTER, Reference(message.id, parent.id, parent.guild_id))
        return thread

    def start(self, parent: Channel, owner: User, name: str, minutes: int, *, private: bool) -> Channel:
        """A thread without a message; a public one is announced in the channel.

        Raises:
            ApiError: 50024 inside a thread or a forum, whose posts need a message.
        """
        if parent.type in FORUMS:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        kind = PRIVATE_THREAD if private else PUBLIC_THREAD
        thread = self._add(self._world.new_id(), kind, parent, owner, name=name, minutes=minutes)
        if not private:
            self._messages.announce(
                owner, parent, THREAD_CREATED, Reference(0, thread.id, thread.guild_id), text=name
            )
        return thread

    def post(
        self,
        forum: Channel,
        owner: User,
        name: str,
        draft: Draft,
        *,
        tags: list[int] | None = None,
        minutes: int = 4320,
    ) -> tuple[Channel, Message]:
        """A post in a forum: a thread and its first message, which share one id.

        Raises:
            ApiError: 50024 outside of forums, what `Messages.check` raises, 40067 where a tag is required, 10087 for
                a tag that the forum does not have, 50013 for a moderated one.
        """
        if forum.type not in FORUMS:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        self._messages.check(forum, draft)
        self._check_tags(forum, owner, tags or [])
        key = self._world.new_id()
        thread = self._add(key, PUBLIC_THREAD, forum, owner, name=name, minutes=minutes, tags=tags)
        return thread, self._messages.create(owner, thread, draft, id=key)

    # ---- changing

    def change(self, thread: Channel, changes: Json, by: User | None = None) -> None:
        """Name, archived, locked, invitable, auto_archive_duration, rate_limit_per_user, flags, applied_tags.

        Raises:
            ApiError: 50024 for what is no thread; for tags (chosen `by` a user) what `post` raises.
        """
        state = thread.thread
        if state is None:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        if changes.get("applied_tags") is not None:
            tags = [int(one) for one in changes["applied_tags"]]
            self._check_tags(self._world.channel(thread.parent_id or 0), by or self._world.bot, tags)
            state.tags = tags
        thread.name = changes.get("name", thread.name)
        thread.slowmode = changes.get("rate_limit_per_user") or thread.slowmode
        thread.flags = thread.flags if changes.get("flags") is None else changes["flags"]
        state.locked = changes.get("locked", state.locked)
        state.invitable = changes.get("invitable", state.invitable)
        now = self._world.clock.now()
        if "auto_archive_duration" in changes:
            state.auto_archive_minutes, state.active_at = changes["auto_archive_duration"], now
        if "archived" in changes and changes["archived"] != state.archived:
            state.archived, state.archive_timestamp, state.active_at = changes["archived"], now, now
        self._watch(thread)
        self._world.channel_event("THREAD_UPDATE", thread)

    def revive(self, thread: Channel, by: User | None = None) -> None:
        """Sending into an archived thread opens it; a lock keeps out those who may not manage threads.

        Raises:
            ApiError: 50083 where the thread is archived and locked, 160005 where it is only locked.
        """
        if thread.thread is None:
            return
        manages = by is not None and bool(self._world.permissions(by, thread) & rights.MANAGE_THREADS)
        if thread.thread.locked and not manages:
            if thread.thread.archived:
                raise archived()
            raise ApiError(403, 160005, "Thread is locked")
        if thread.thread.archived:
            self.change(thread, {"archived": False})

    def join(self, thread: Channel, user: User) -> None:
        """A user becomes a member of the thread; 50083 when it is archived."""
        require_awake(thread)
        join(self._world, thread, user)

    def leave(self, thread: Channel, user: User) -> None:
        """A user leaves the thread; 50083 when it is archived."""
        require_awake(thread)
        leave(self._world, thread, user)

    # ---- inside

    def _add(
        self,
        key: int,
        kind: int,
        parent: Channel,
        owner: User,
        *,
        name: str,
        minutes: int,
        tags: list[int] | None = None,
    ) -> Channel:
        if parent.type in THREADS or parent.guild_id is None:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        active = sum(
            one.guild_id == parent.guild_id and one.thread is not None and not one.thread.archived
            for one in self._world.channels.values()
        )
        if active >= ACTIVE_THREADS:
            raise ApiError(400, 160006, "Maximum number of active threads reached")
        now = self._world.clock.now()
        state = ThreadState(owner.id, now, now, minutes, members={owner.id: now}, tags=tags or [], active_at=now)
        thread = Channel(key, kind, name, parent.guild_id, parent_id=parent.id, nsfw=parent.nsfw, thread=state)
        self._world.channels[thread.id] = thread
        data = self._world.shapes.channel(thread) | {"newly_created": True}
        self._world.publish(Event("THREAD_CREATE", data, thread.guild_id, thread.id))
        self._watch(thread)
        return thread

    def _check_tags(self, forum: Channel, user: User, wanted: list[int]) -> None:
        known = {one.id: one for one in forum.tags}
        if any(one not in known for one in wanted):
            raise unknown("Tag")
        manages = self._world.permissions(user, forum) & rights.MANAGE_THREADS
        if any(known[one].moderated for one in wanted) and not manages:
            raise missing_permissions()
        if forum.flags & REQUIRE_TAG and not wanted:
            raise ApiError(400, 40067, "A tag is required to create a forum post in this channel")

    def _watch(self, thread: Channel) -> None:
        """Archive the thread when nothing has happened in it for its time; whatever was planned before is off."""
        if (old := self._timers.pop(thread.id, None)) is not None:
            old.cancel()
        if thread.thread is not None and not thread.thread.archived:
            due = thread.thread.active_at + thread.thread.auto_archive_minutes * 60
            rest = due - self._world.clock.now()
            self._timers[thread.id] = self._world.clock.call_later(rest, lambda: self._idle(thread))

    def _idle(self, thread: Channel) -> None:
        state = thread.thread
        if state is None or state.archived or thread.id not in self._world.channels:
            self._timers.pop(thread.id, None)
        elif state.active_at + state.auto_archive_minutes * 60 > self._world.clock.now() + ROUNDING:
            self._watch(thread)
        else:
            self.change(thread, {"archived": True})


def archived() -> ApiError:
    """What Discord answers to what an archived thread does not take."""
    return ApiError(400, 50083, "Thread is archived")


def require_awake(channel: Channel) -> None:
    """Raise 50083 when the channel is an archived thread."""
    if channel.thread is not None and channel.thread.archived:
        raise archived()
