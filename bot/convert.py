"""The border inwards: Discord's objects become ids, bytes and plain types, once.

A file is fetched only from Discord's own hosts (and the sandbox's, while it runs), only after its size was checked,
and its bytes are made a clean picture off the event loop. No live object, no address passes this border.
How results look on the way out is `bot.embeds`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import aiohttp
import discord
import yarl

from bot import texts
from bot.markup import plain, shorten
from ravsg.config import LimitsSection
from ravsg.errors import BadPicture, BadText, Refused
from ravsg.picture.intake import CleanPicture, clean_picture
from ravsg.types import Origin

DISCORD_HOSTS: Final = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
FETCH_SECONDS: Final = 30.0
FETCH_TRIES: Final = 3
_EXTENSIONS: Final = (".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif")


class Reader:
    """Reads attachments. `hosts` are those beyond Discord's own that files may come from."""

    def __init__(self, limits: LimitsSection, hosts: frozenset[str] = frozenset()) -> None:
        self._limits = limits
        self._hosts = DISCORD_HOSTS | hosts

    async def picture(self, attachment: discord.Attachment) -> CleanPicture:
        """The attachment as a clean picture. Raises BadPicture with what is wrong about it."""
        megabytes = attachment.size / 1_000_000
        if megabytes > self._limits.picture_megabytes:
            raise BadPicture(*texts.file_too_large(megabytes, self._limits.picture_megabytes))
        url = yarl.URL(attachment.url)
        if url.authority not in self._hosts and url.host not in self._hosts:
            raise BadPicture(texts.FILE_FOREIGN, texts.FILE_FOREIGN_REMEDY, detail=f"host {url.host}")
        data = await _fetched(attachment)
        return await asyncio.to_thread(clean_picture, data, self._limits)

    def text(self, text: str, what: str) -> str:
        """What a member wrote, without characters that cannot be shown. Raises BadText over the limit."""
        clean = plain(text)
        if len(clean) > self._limits.text_characters:
            raise BadText(*texts.text_too_long(len(clean), self._limits.text_characters, what))
        return clean


async def _fetched(attachment: discord.Attachment) -> bytes:
    problem: Exception | None = None
    for wait in range(FETCH_TRIES):
        await asyncio.sleep(wait)
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                data = await attachment.read()
            if len(data) == attachment.size:
                return data
            problem = ValueError(f"{len(data)} bytes instead of {attachment.size}")  # a page of something on the way
        except (discord.NotFound, discord.Forbidden) as error:
            raise BadPicture(texts.FILE_GONE, texts.FILE_GONE_REMEDY, detail=repr(error)) from error
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            problem = error
    raise BadPicture(texts.FILE_SLOW, texts.TRY_LATER, detail=repr(problem)) from problem


def pictures_of(message: discord.Message) -> list[discord.Attachment]:
    """The attachments of a message, forwarded ones too, that claim to be pictures."""
    forwarded = [one for snapshot in message.message_snapshots for one in snapshot.attachments]
    return [one for one in (*message.attachments, *forwarded) if _claims_picture(one)]


def is_own(message: discord.Message, user: discord.abc.User) -> bool:
    """Whether the pictures of a message are its author's, and they are this user: whoever forwards something has not
    made it, and the forward does not say who did."""
    return message.author.id == user.id and not message.message_snapshots


def words_of(message: discord.Message) -> str:
    """The words of a message: of a person's its content; of a bot's the titles and texts of its embeds (a story of
    ours); else what was forwarded."""
    if message.content.strip() and not (message.author.bot and message.embeds):
        return message.content
    told = [part for embed in message.embeds for part in (embed.title, embed.description) if part]
    if told:
        return "\n\n".join(told)
    forwarded = [snapshot.content for snapshot in message.message_snapshots if snapshot.content]
    return "\n\n".join(forwarded) or message.content


def origin_of(source: discord.Interaction[Any] | discord.Message) -> Origin:
    """Who asked, and where. Raises Refused outside servers."""
    user = source.user if isinstance(source, discord.Interaction) else source.author
    guild, channel = source.guild, source.channel
    if guild is None or channel is None:
        raise Refused(texts.ONLY_IN_SERVERS, texts.ASK_IN_SERVER)
    locale = str(source.locale) if isinstance(source, discord.Interaction) else "en-US"
    return Origin(guild.id, channel.id, user.id, shorten(plain(user.display_name), 80) or "someone", locale)


def missing_permissions(channel: object, permissions: discord.Permissions) -> Sequence[str]:
    """Names of the permissions that a result needs in this channel and the bot lacks."""
    sending = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    needed = ("view_channel", sending, "embed_links", "attach_files")
    return [texts.PERMISSION_NAMES[name] for name in needed if not getattr(permissions, name)]


def _claims_picture(attachment: discord.Attachment) -> bool:
    kind = attachment.content_type or ""
    return kind.startswith("image/") or attachment.filename.lower().endswith(_EXTENSIONS)
