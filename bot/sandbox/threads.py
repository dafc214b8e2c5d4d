"""Threads: starting them on a message or alone, changing, joining and leaving.

No forum posts and no automatic archiving by time.
"""

from __future__ import annotations

from .errors import ApiError
from .messages import Draft, Messages
from .model import (
    HAS_THREAD,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    THREAD_CREATED,
    THREAD_STARTER,
    THREADS,
    Channel,
    Json,
    Message,
    Reference,
    ThreadState,
    User,
)
from .shapes import timestamp
from .world import Event, World


class Threads:
    """All that happens to threads."""

    def __init__(self, world: World, messages: Messages) -> None:
        self._world = world
        self._messages = messages

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
        reference = Reference(message.id, parent.id, parent.guild_id)
        self._messages.create(owner, thread, Draft(reference=reference), may_be_empty=True, type=THREAD_STARTER)
        return thread

    def start(self, parent: Channel, owner: User, name: str, minutes: int, *, private: bool) -> Channel:
        """A thread without a message; a public one is announced in the channel."""
        kind = PRIVATE_THREAD if private else PUBLIC_THREAD
        thread = self._add(self._world.new_id(), kind, parent, owner, name=name, minutes=minutes)
        if not private:
            reference = Reference(0, thread.id, thread.guild_id)
            self._messages.create(owner, parent, Draft(content=name, reference=reference), type=THREAD_CREATED)
        return thread

    def change(self, thread: Channel, changes: Json) -> None:
        """Name, archived, locked, auto_archive_duration."""
        state = thread.thread
        if state is None:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        thread.name = changes.get("name", thread.name)
        state.locked = changes.get("locked", state.locked)
        state.auto_archive_minutes = changes.get("auto_archive_duration", state.auto_archive_minutes)
        if "archived" in changes and changes["archived"] != state.archived:
            state.archived = changes["archived"]
            state.archive_timestamp = self._world.clock.now()
        self._world.channel_event("THREAD_UPDATE", thread)

    def revive(self, thread: Channel) -> None:
        """Sending into an archived thread opens it, unless it is locked (50083)."""
        if thread.thread is not None and thread.thread.archived:
            if thread.thread.locked:
                raise ApiError(400, 50083, "Thread is archived")
            self.change(thread, {"archived": False})

    def join(self, thread: Channel, user: User) -> None:
        """A user becomes a member of the thread."""
        if thread.thread is not None and user.id not in thread.thread.members:
            thread.thread.members.add(user.id)
            self._tell_members(thread, added=user)

    def leave(self, thread: Channel, user: User) -> None:
        """A user leaves the thread."""
        if thread.thread is not None and user.id in thread.thread.members:
            thread.thread.members.discard(user.id)
            self._tell_members(thread, removed=user)

    def member_json(self, thread: Channel, user: User) -> Json:
        """A membership of a thread."""
        return {
            "id": str(thread.id),
            "user_id": str(user.id),
            "flags": 0,
            "join_timestamp": timestamp(self._world.clock.now()),
        }

    def _add(self, key: int, kind: int, parent: Channel, owner: User, *, name: str, minutes: int) -> Channel:
        if parent.type in THREADS or parent.guild_id is None:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        now = self._world.clock.now()
        state = ThreadState(owner.id, now, now, minutes, members={owner.id})
        thread = Channel(key, kind, name, parent.guild_id, parent_id=parent.id, nsfw=parent.nsfw, thread=state)
        self._world.channels[thread.id] = thread
        data = self._world.shapes.channel(thread) | {"newly_created": True}
        self._world.publish(Event("THREAD_CREATE", data, thread.guild_id, thread.id))
        return thread

    def _tell_members(self, thread: Channel, *, added: User | None = None, removed: User | None = None) -> None:
        count = len(thread.thread.members) if thread.thread is not None else 0
        data: Json = {
            "id": str(thread.id),
            "guild_id": str(thread.guild_id),
            "member_count": count,
            "added_members": [],
            "removed_member_ids": [],
        }
        if added is not None:
            data["added_members"] = [self.member_json(thread, added) | {"presence": None}]
        if removed is not None:
            data["removed_member_ids"] = [str(removed.id)]
        self._world.publish(Event("THREAD_MEMBERS_UPDATE", data, thread.guild_id, thread.id))
