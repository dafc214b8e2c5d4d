"""A scripted person: joins, says, uploads, votes, opens threads, runs commands, presses, waits and reads.

The whole of what a member can do, for tests and scripts; onlooker.py is the part that looks, appuser.py the part
that uses the bot. What Discord's client would refuse raises Refused; nothing here reaches around the server's rules.

    sam = sandbox.person("Sam")
    asked = await sam.command("story", image=("cat.png", data), in_="#stories")
    assert (await asked.acked()).kind == "deferred"
    story = await sam.wait_for("#stories", "Once upon a time", timeout=60)
    await sam.press(story, "Paint it")
    await sandbox.person("Robin").reply(story, "Another one, please")
"""

from __future__ import annotations

from collections.abc import Sequence

from . import permissions as rights
from . import reactions
from .appuser import AppUser
from .contents import Reference
from .errors import Refused
from .forwarding import original_of
from .limits import CONTENT, FILES, THREAD_NAME, check_poll
from .messages import Draft, Upload
from .model import FORUMS, THREADS, Channel, Guild, Json, Message
from .onlooker import ChannelLike, as_refusal
from .threads import require_awake

# name and bytes, perhaps with an alt text
File = tuple[str, bytes] | tuple[str, bytes, str]
ARCHIVE_MINUTES = 1440


class Person(AppUser):
    """One person with an account, in as many servers as they joined."""

    # ---- servers

    async def join(self, guild: Guild | str) -> None:
        """Become a member of a server."""
        where = self._server(guild)
        if self.id in where.members:
            raise Refused(f"{self.name} is in {where.name} already")
        self._world.join(where, self.user)

    async def leave(self, guild: Guild | str) -> None:
        """Leave a server; its owner cannot."""
        where = self._server(guild)
        if self.id not in where.members:
            raise Refused(f"{self.name} is not in {where.name}")
        if where.owner_id == self.id:
            raise Refused(f"{where.name} is {self.name}'s own server")
        self._world.leave(where, self.user)

    # ---- writing

    async def say(
        self,
        channel: ChannelLike,
        text: str = "",
        *,
        files: Sequence[File] = (),
        reply_to: Message | None = None,
        ping: bool = True,
        mention_bot: bool = False,
    ) -> Message:
        """Post a message, perhaps as a reply, with or without pinging the one who is answered."""
        where = self.where(channel)
        if where.type in FORUMS:
            raise Refused(f"#{where.name} takes posts")
        self._may_write(where, files=bool(files))
        draft = self._draft(f"{self._world.bot.mention} {text}" if mention_bot else text, files)
        if reply_to is not None:
            if self._see(reply_to).id != where.id:
                raise Refused("A reply stands in the channel of what it answers")
            draft.reference = Reference(reply_to.id, reply_to.channel_id, reply_to.guild_id)
            if not ping:
                draft.allowed_mentions = {"parse": ["users", "roles", "everyone"], "replied_user": False}
        with as_refusal():
            self._sandbox.threads.revive(where, self.user)
            return self._sandbox.writing.create(self.user, where, draft)

    async def upload(self, channel: ChannelLike, *files: File, text: str = "") -> Message:
        """Post files: (name, bytes), or (name, bytes, alt text)."""
        return await self.say(channel, text, files=files)

    async def reply(
        self, message: Message, text: str = "", *, ping: bool = True, files: Sequence[File] = ()
    ) -> Message:
        """Answer a message where it stands."""
        return await self.say(self._see(message), text, files=files, reply_to=message, ping=ping)

    async def forward(self, message: Message, to: ChannelLike) -> Message:
        """Send a snapshot of a message to a channel."""
        self._see(message)
        where = self.where(to)
        if where.type in FORUMS:
            raise Refused(f"#{where.name} takes posts")
        self._may_write(where)
        reference = Reference(message.id, message.channel_id, message.guild_id, forward=True)
        with as_refusal():
            original = original_of(self._world, self.user, reference, where)
            self._sandbox.threads.revive(where, self.user)
            draft = Draft(reference=reference, forwarded=original)
            return self._sandbox.writing.create(self.user, where, draft)

    async def edit(self, message: Message, text: str) -> None:
        """Change one's own message; one with a poll stays as it is."""
        if message.author.id != self.id:
            raise Refused("One's own messages only")
        self._mark(message)
        if message.poll is not None or message.snapshot is not None:
            raise Refused("Polls and forwards stay as they are")
        self._fits(text)
        with as_refusal():
            self._sandbox.writing.edit(message, {"content": text}, [])

    async def delete(self, message: Message) -> None:
        """Delete a message, even in an archived thread; others' need Manage Messages, private ones are dismissed."""
        channel = self._see(message)
        granted = self._world.permissions(self.user, channel)
        if self.id not in (message.author.id, message.visible_to) and not granted & rights.MANAGE_MESSAGES:
            raise Refused(f"{self.name} may not delete others' messages")
        self._sandbox.writing.delete(message)

    async def react(self, message: Message, emoji: str) -> None:
        """Give a reaction, a character or a server's emoji (`<:name:id>`); a new one needs Add Reactions."""
        channel = self._mark(message)
        if reactions.find(message, emoji) is None:
            self._may(channel, rights.ADD_REACTIONS, "react")
        with as_refusal():
            reactions.react(self._world, message, self.user, emoji)

    async def unreact(self, message: Message, emoji: str) -> None:
        """Take one's reaction back."""
        self._mark(message)
        with as_refusal():
            reactions.unreact(self._world, message, self.id, emoji)

    async def pin(self, message: Message, pinned: bool = True) -> None:
        """Pin a message, or take the pin away."""
        self._may(self._mark(message), rights.PIN_MESSAGES, "pin messages")
        with as_refusal():
            self._sandbox.writing.pin(message, self.user, pinned)

    # ---- polls

    async def poll(
        self, channel: ChannelLike, question: str, answers: Sequence[str], *, hours: int = 24, several: bool = False
    ) -> Message:
        """Ask a question with 1 to 10 answers, of which one or `several` may be chosen."""
        where = self.where(channel)
        self._may_write(where)
        self._may(where, rights.SEND_POLLS, "start polls")
        asked: Json = {
            "question": {"text": question},
            "answers": [{"poll_media": {"text": one}} for one in answers],
            "duration": hours,
            "allow_multiselect": several,
        }
        with as_refusal():
            check_poll(asked)
            self._sandbox.threads.revive(where, self.user)
            return self._sandbox.writing.create(self.user, where, Draft(poll=asked))

    async def vote(self, message: Message, *answers: str | int) -> None:
        """Vote for answers, by text or number from 1, instead of what one voted before; for none, take it back."""
        self._mark(message)
        shown = {} if message.poll is None else {one.text: one.id for one in message.poll.answers}
        if strange := [one for one in answers if isinstance(one, str) and one not in shown]:
            raise Refused(f"The poll has no answer {strange[0]!r}; it has {list(shown)}")
        with as_refusal():
            chosen = [shown[one] if isinstance(one, str) else one for one in answers]
            self._sandbox.writing.polls.vote(message, self.user, chosen)

    async def end_poll(self, message: Message) -> None:
        """End one's own poll before its time."""
        self._mark(message)
        with as_refusal():
            self._sandbox.writing.polls.end(message, self.user)

    # ---- threads and posts

    async def post(
        self, forum: ChannelLike, name: str, text: str = "", *, files: Sequence[File] = (), tags: Sequence[str] = ()
    ) -> Channel:
        """Open a post in a forum, with tags by name; gives its thread, whose first message has the thread's id."""
        where = self.where(forum)
        self._may_write(where, files=bool(files))
        self._thread_name(name)
        known = {one.name: one.id for one in where.tags}
        if strange := [one for one in tags if one not in known]:
            raise Refused(f"#{where.name} has no tag {strange[0]!r}; it has {list(known)}")
        draft = self._draft(text, files)
        with as_refusal():
            chosen = [known[one] for one in tags]
            return self._sandbox.threads.post(where, self.user, name, draft, tags=chosen)[0]

    async def start_thread(self, message: Message, name: str) -> Channel:
        """Open a thread on a message."""
        channel = self._see(message)
        self._may(channel, rights.CREATE_PUBLIC_THREADS, "start threads")
        self._thread_name(name)
        with as_refusal():
            return self._sandbox.threads.start_on(message, self.user, name, ARCHIVE_MINUTES)

    async def open_thread(self, channel: ChannelLike, name: str, *, private: bool = False) -> Channel:
        """Open a thread that stands alone, public or for those who are brought in."""
        where = self.where(channel)
        needed = rights.CREATE_PRIVATE_THREADS if private else rights.CREATE_PUBLIC_THREADS
        self._may(where, needed, "start such threads")
        self._thread_name(name)
        with as_refusal():
            return self._sandbox.threads.start(where, self.user, name, ARCHIVE_MINUTES, private=private)

    async def join_thread(self, thread: ChannelLike) -> Channel:
        """Become a member of a thread and open it."""
        where = self._thread(thread)
        with as_refusal():
            self._sandbox.threads.join(where, self.user)
        return self.go(where)

    async def leave_thread(self, thread: ChannelLike) -> None:
        """Leave a thread."""
        where = self._thread(thread)
        with as_refusal():
            self._sandbox.threads.leave(where, self.user)

    async def bring(self, thread: ChannelLike, other: AppUser) -> None:
        """Add somebody to a thread; into a private one they see it only then."""
        where = self._thread(thread)
        self._may_write(where)
        with as_refusal():
            self._sandbox.threads.join(where, other.user)

    async def archive(self, thread: ChannelLike, *, lock: bool = False) -> None:
        """Close a thread: one's own, or any with Manage Threads, which locking needs."""
        where = self._thread(thread)
        mine = where.thread is not None and where.thread.owner_id == self.id
        if lock or not mine:
            self._may(where, rights.MANAGE_THREADS, "close such threads")
        self._sandbox.threads.change(where, {"archived": True, "locked": lock})

    # ---- inside

    def _server(self, guild: Guild | str) -> Guild:
        if isinstance(guild, Guild):
            return guild
        found = next((one for one in self._world.guilds.values() if one.name == guild), None)
        if found is None:
            raise Refused(f"There is no server {guild!r}")
        return found

    def _mark(self, message: Message) -> Channel:
        """The channel of a message that is to be changed or marked; an archived thread stays as it is."""
        channel = self._see(message)
        with as_refusal():
            require_awake(channel)
        return channel

    def _thread(self, thread: ChannelLike) -> Channel:
        where = self.where(thread)
        if where.type not in THREADS:
            raise Refused(f"#{where.name} is no thread")
        return where

    @staticmethod
    def _thread_name(name: str) -> None:
        if not 1 <= len(name) <= THREAD_NAME:
            raise Refused(f"A thread's name has 1 to {THREAD_NAME} characters")

    @staticmethod
    def _fits(text: str) -> None:
        if len(text) > CONTENT:
            raise Refused(f"A message holds {CONTENT:,} characters")

    def _draft(self, text: str, files: Sequence[File]) -> Draft:
        self._fits(text)
        if len(files) > FILES:
            raise Refused(f"A message holds {FILES} files")
        for name, data, *_ in files:
            if len(data) > self._world.attachment_limit:
                raise Refused(
                    f"{name} is larger than the {self._world.attachment_limit:,} bytes that a file may have"
                )
        draft = Draft(text, uploads=[Upload(str(at), *one) for at, one in enumerate(files)])
        if draft.empty:
            raise Refused("There is nothing to send")
        return draft
