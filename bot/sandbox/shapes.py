"""Plain things in Discord's JSON form, and a message as different bots get it.

world_shapes.py has what needs the world. Who may see what is decided by the callers, except for `stripped`, which
takes from a message what a bot without the Message Content intent does not get.
"""

from __future__ import annotations

from datetime import UTC, datetime

from .contents import Emoji, Poll, Reaction, Sticker
from .model import Command, Json, Member, Role, Tag, User


def timestamp(seconds: float) -> str:
    """ISO 8601 with microseconds and offset, as Discord writes times."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def user_json(user: User) -> Json:
    """A user."""
    return {
        "id": str(user.id),
        "username": user.username,
        "discriminator": "0",
        "global_name": user.global_name,
        "avatar": None,
        "bot": user.bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def role_json(role: Role) -> Json:
    """A role."""
    body: Json = {
        "id": str(role.id),
        "name": role.name,
        "description": None,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": role.color,
        "hoist": role.hoist,
        "managed": role.managed,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
        "colors": {"primary_color": role.color, "secondary_color": None, "tertiary_color": None},
    }
    if role.bot_id is not None:
        body["tags"] = {"bot_id": str(role.bot_id)}
    return body


def member_json(member: Member, *, with_user: bool = True) -> Json:
    """A member, with the user inside unless told otherwise."""
    body: Json = {
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "roles": [str(one) for one in member.roles],
        "joined_at": timestamp(member.joined_at),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }
    if with_user:
        body["user"] = user_json(member.user)
    return body


def emoji_json(emoji: Emoji) -> Json:
    """A server's emoji."""
    return {
        "id": str(emoji.id),
        "name": emoji.name,
        "roles": [],
        "require_colons": True,
        "managed": False,
        "animated": emoji.animated,
        "available": True,
    }


def given_json(reaction: Reaction) -> Json:
    """The emoji of a reaction."""
    if (one := reaction.custom) is not None:
        return {"id": str(one.id), "name": one.name, "animated": one.animated}
    return {"id": None, "name": reaction.emoji}


def reaction_json(reaction: Reaction, viewer: int) -> Json:
    """One emoji's count under a message."""
    count = len(reaction.users)
    return {
        "emoji": given_json(reaction),
        "count": count,
        "me": viewer in reaction.users,
        "me_burst": False,
        "burst_colors": [],
        "count_details": {"burst": 0, "normal": count},
    }


def poll_json(poll: Poll, viewer: int) -> Json:
    """A poll with its votes; answers without a vote are counted too."""
    answers = []
    for one in poll.answers:
        media: Json = {"text": one.text}
        if one.emoji is not None:
            media["emoji"] = {"id": one.emoji.get("id"), "name": one.emoji.get("name")}
        answers.append({"answer_id": one.id, "poll_media": media})
    return {
        "question": {"text": poll.question},
        "answers": answers,
        "expiry": timestamp(poll.expiry),
        "allow_multiselect": poll.multiselect,
        "layout_type": 1,
        "results": {
            "is_finalized": poll.finalized,
            "answer_counts": [
                {"id": one.id, "count": len(one.voters), "me_voted": viewer in one.voters} for one in poll.answers
            ],
        },
    }


def sticker_json(sticker: Sticker) -> Json:
    """A server's sticker."""
    return {
        "id": str(sticker.id),
        "name": sticker.name,
        "description": sticker.description,
        "tags": sticker.tags,
        "type": 2,
        "format_type": sticker.format,
        "available": True,
        "guild_id": str(sticker.guild_id),
    }


def tag_json(tag: Tag) -> Json:
    """A forum's tag."""
    return {
        "id": str(tag.id),
        "name": tag.name,
        "moderated": tag.moderated,
        "emoji_id": None,
        "emoji_name": tag.emoji,
    }


def command_json(command: Command, application_id: int) -> Json:
    """A registered command, with the defaults that Discord fills in."""
    body: Json = {
        "id": str(command.id),
        "application_id": str(application_id),
        "version": str(command.version),
        "type": command.kind,
        "name": command.name,
        "name_localizations": None,
        "description": command.data.get("description", ""),
        "description_localizations": None,
        "default_member_permissions": None,
        "dm_permission": True,
        "nsfw": False,
        "options": [],
        "contexts": None,
        "integration_types": [0],
    }
    body |= {key: value for key, value in command.data.items() if key not in ("id", "type") and value is not None}
    if body["default_member_permissions"] is not None:
        body["default_member_permissions"] = str(body["default_member_permissions"])
    if command.guild_id is not None:
        body["guild_id"] = str(command.guild_id)
    return body


def stripped(message: Json, bot_id: int) -> Json:
    """The message as a bot without Message Content gets it.

    Whole are: the bot's own messages, those that mention it, and direct messages. The message that a reply
    answers is judged by itself, so it can come empty inside a reply that came whole; what is forwarded is judged
    with the forward.
    """
    body = dict(message)
    if body.get("referenced_message"):
        body["referenced_message"] = stripped(body["referenced_message"], bot_id)
    if is_whole(body, bot_id):
        return body
    nothing: Json = {"content": "", "attachments": [], "embeds": [], "components": []}
    if "message_snapshots" in body:
        body["message_snapshots"] = [{"message": one["message"] | nothing} for one in body["message_snapshots"]]
    body |= nothing
    body.pop("poll", None)
    return body


def is_whole(message: Json, bot_id: int) -> bool:
    """Whether a bot without Message Content gets the message with its content."""
    mentioned = any(int(one["id"]) == bot_id for one in message["mentions"])
    return bool(message["_direct"] or mentioned or int(message["author"]["id"]) == bot_id)


def public(message: Json) -> Json:
    """The message without the sandbox's own mark."""
    body = dict(message)
    body.pop("_direct", None)
    if body.get("referenced_message"):
        body["referenced_message"] = public(body["referenced_message"])
    return body
