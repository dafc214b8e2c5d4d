"""Messages that mention the bot: a picture with a mention, a reply to a picture, a reply to one of its own results.

A message that mentions the bot arrives with its content even without the Message Content intent, but the message it
answers to then comes without its attachments (unless it is ours): so the member is pointed to the Apps menu.
Everything else that is written in a server is not looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot import drafts, texts
from bot.convert import is_own, missing_permissions, pictures_of
from bot.drafts import Draft
from bot.outgoing import Outgoing
from ravsg.errors import BadPicture, RavsgError, Refused, Unfit
from ravsg.types import StoryRequest

if TYPE_CHECKING:
    from bot.client import Parts, RavsgBot


class MentionsCog(commands.Cog):
    """Listens to messages."""

    def __init__(self, parts: Parts, bot: discord.Client) -> None:
        self._parts = parts
        self._bot = bot

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """A message was written."""
        me = self._bot.user
        if me is None or message.guild is None or message.author.bot or message.webhook_id is not None:
            return
        if message.type not in (discord.MessageType.default, discord.MessageType.reply):
            return  # a pin, a thread that was opened: nobody said anything
        if me.id not in (one.id for one in message.mentions) or await self._parts.weave.turns.claims(message):
            return
        if not self._parts.freshness.first(message.id):
            return
        try:
            self._check_permissions(message)
            await self._asked(message, me.id)
        except Exception as error:
            report = self._parts.funnel.report(error, "a mention")
            # what was refused for its words is not talked about in the open, where there is another way
            if not isinstance(error, Unfit) or not await self._privately(message, report.text):
                await self._answer(message, report.text)

    async def _asked(self, message: discord.Message, me: int) -> None:
        words = _words(message, me)
        posted = pictures_of(message)
        if posted:
            await self._tell(message, message, posted, words)
            return
        answered = await self._answered_message(message)
        if answered is None:
            await self._answer(message, texts.HELLO)
            return
        pictures = pictures_of(answered)
        if answered.author.id == me and await self._continue(message, answered, words):
            return
        if pictures:
            await self._tell(message, answered, pictures, words)
        elif self._parts.config.bot.message_content or answered.author.id == me:
            raise BadPicture(texts.NO_PICTURE, texts.NO_PICTURE_REMEDY)
        else:
            await self._answer(message, texts.POINTER)

    async def _tell(
        self, message: discord.Message, shown_in: discord.Message, pictures: list[discord.Attachment], words: str
    ) -> None:
        """A story of a picture that a message shows, which may be this one.

        Raises Refused where whoever asks may not use it.
        """
        own = is_own(shown_in, message.author)
        painted = self._bot.user is not None and is_own(shown_in, self._bot.user)
        if not (own or painted) and not self._may_touch(message):
            raise Refused(texts.OWN_ONLY, texts.OWN_ONLY_REMEDY)
        direction = self._parts.reader.text(words, "Your direction")
        request = StoryRequest(direction=direction, length=self._parts.config.story.length, seed=drafts.new_seed())

        async def prepare() -> Draft:
            clean = await self._parts.reader.picture(pictures[0])
            notes = (*clean.notes, texts.FIRST_OF_MANY) if len(pictures) > 1 else clean.notes
            draft = drafts.story(request, clean.png, own_picture=own, show_picture=False, notes=notes)
            return drafts.made_from(draft, await self._parts.results.source(shown_in))

        await self._parts.intake.message(message, prepare)

    async def _continue(self, message: discord.Message, answered: discord.Message, words: str) -> bool:
        """Go on with a story of ours that was answered to; False where the message is none."""
        assert message.guild is not None
        job = await self._parts.results.shown_in(message.guild.id, answered.id)
        if job is None or job.kind != "story" or job.result is None:
            return False
        direction = self._parts.reader.text(words, "Your direction")

        async def prepare() -> Draft:
            inputs = await self._parts.jobs.blobs(job.id, "input")
            return drafts.continued(job, inputs, direction, by=message.author.id)

        await self._parts.intake.message(message, prepare)
        return True

    async def _answered_message(self, message: discord.Message) -> discord.Message | None:
        """The message that this one replies to, as far as Discord shows it."""
        reference = message.reference
        if reference is None or reference.message_id is None:
            return None
        if isinstance(reference.resolved, discord.Message):
            return reference.resolved
        try:
            return await message.channel.fetch_message(reference.message_id)
        except discord.HTTPException as error:
            raise BadPicture(texts.CHANNEL_GONE, texts.FILE_GONE_REMEDY, detail=repr(error)) from error

    def _may_touch(self, message: discord.Message) -> bool:
        if self._parts.config.bot.own_pictures_only != "always":
            return True
        author = message.author
        return isinstance(author, discord.Member) and message.channel.permissions_for(author).manage_messages

    def _check_permissions(self, message: discord.Message) -> None:
        guild = message.guild
        assert guild is not None
        missing = missing_permissions(message.channel, message.channel.permissions_for(guild.me))
        if missing:
            raise Refused(*texts.missing_permissions(missing))

    async def _answer(self, message: discord.Message, text: str) -> None:
        """Say something under the message; directly where this channel takes nothing."""
        try:
            await self._parts.delivery.send(message.channel.id, Outgoing(text), reply_to=message.id)
        except RavsgError:
            await self._parts.delivery.direct(message.author.id, Outgoing(text))

    async def _privately(self, message: discord.Message, text: str) -> bool:
        return await self._parts.delivery.direct(message.author.id, Outgoing(text)) is not None


def _words(message: discord.Message, me: int) -> str:
    """What was written besides the mention."""
    return re.sub(rf"<@!?{me}>", " ", message.content).strip()


async def setup(bot: RavsgBot) -> None:
    """Add what this file holds."""
    await bot.add_cog(MentionsCog(bot.parts, bot))
