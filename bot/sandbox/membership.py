"""Who follows a thread: joining, leaving, and the events that tell of it."""

from __future__ import annotations

from .model import PRIVATE_THREAD, Channel, Json, User
from .shapes import member_json, timestamp
from .world import Event, World


def join(world: World, thread: Channel, user: User) -> None:
    """A user becomes a member of the thread; twice is once."""
    if thread.thread is None or user.id in thread.thread.members:
        return
    thread.thread.members[user.id] = world.clock.now()
    if user.id == world.bot.id and thread.type == PRIVATE_THREAD:
        data = world.shapes.channel(thread) | {"member": thread_member_json(thread, user.id)}
        world.publish(Event("THREAD_CREATE", data, thread.guild_id, thread.id))
    _tell(world, thread, added=user)


def leave(world: World, thread: Channel, user: User) -> None:
    """A user leaves the thread."""
    if thread.thread is not None and user.id in thread.thread.members:
        del thread.thread.members[user.id]
        _tell(world, thread, removed=user)


def thread_member_json(thread: Channel, user_id: int) -> Json:
    """A membership of a thread."""
    joined = thread.thread.members[user_id] if thread.thread is not None else 0.0
    return {"id": str(thread.id), "user_id": str(user_id), "flags": 0, "join_timestamp": timestamp(joined)}


def _tell(world: World, thread: Channel, *, added: User | None = None, removed: User | None = None) -> None:
    count = len(thread.thread.members) if thread.thread is not None else 0
    data: Json = {
        "id": str(thread.id),
        "guild_id": str(thread.guild_id),
        "member_count": count,
        "added_members": [],
        "removed_member_ids": [],
    }
    if added is not None:
        body = thread_member_json(thread, added.id) | {"presence": None}
        member = world.guilds[thread.guild_id or 0].members.get(added.id)
        data["added_members"] = [body if member is None else body | {"member": member_json(member)}]
    if removed is not None:
        data["removed_member_ids"] = [str(removed.id)]
    world.publish(Event("THREAD_MEMBERS_UPDATE", data, thread.guild_id, thread.id))
