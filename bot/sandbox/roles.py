"""Roles of a server: making, changing, giving and taking them, and the events that tell of it."""

from __future__ import annotations

from .model import Guild, Role, User
from .shapes import member_json, role_json
from .world import Event, World


def add(
    world: World, guild: Guild, name: str, permissions: int = 0, *, mentionable: bool = False, lowest: bool = False
) -> Role:
    """A new role that nobody has yet, above all others or (`lowest`) only above @everyone."""
    if lowest:
        for one in guild.roles.values():
            one.position += one.position > 0
    position = 1 if lowest else max(one.position for one in guild.roles.values()) + 1
    role = Role(world.new_id(), name, permissions, position, mentionable=mentionable)
    guild.roles[role.id] = role
    data = {"guild_id": str(guild.id), "role": role_json(role)}
    world.publish(Event("GUILD_ROLE_CREATE", data, guild.id))
    return role


def update(world: World, guild: Guild, role: Role, permissions: int) -> None:
    """Give a role other permissions."""
    role.permissions = permissions
    data = {"guild_id": str(guild.id), "role": role_json(role)}
    world.publish(Event("GUILD_ROLE_UPDATE", data, guild.id))


def remove(world: World, guild: Guild, role: Role) -> None:
    """Delete a role, and take it from those who had it."""
    del guild.roles[role.id]
    for member in guild.members.values():
        if role.id in member.roles:
            member.roles.remove(role.id)
    data = {"guild_id": str(guild.id), "role_id": str(role.id)}
    world.publish(Event("GUILD_ROLE_DELETE", data, guild.id))


def give(world: World, guild: Guild, user: User, role: Role) -> None:
    """Let a member have a role."""
    member = guild.members[user.id]
    if role.id not in member.roles:
        member.roles.append(role.id)
    tell_member(world, guild, user)


def take(world: World, guild: Guild, user: User, role: Role) -> None:
    """Take a role from a member."""
    member = guild.members[user.id]
    member.roles = [one for one in member.roles if one != role.id]
    tell_member(world, guild, user)


def tell_member(world: World, guild: Guild, user: User) -> None:
    """Publish GUILD_MEMBER_UPDATE with the membership as it is now."""
    data = member_json(guild.members[user.id]) | {"guild_id": str(guild.id)}
    world.publish(Event("GUILD_MEMBER_UPDATE", data, guild.id))
