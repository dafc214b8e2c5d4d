"""What a job was for goes away while it runs, or at the very moment when its result arrives: the result is posted
once where that can be, and else its member is told, once, where only they read it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from bot.sandbox import permissions as rights
from bot.sandbox.fault_rules import Rule
from bot.sandbox.handles import Handle
from bot.sandbox.model import Channel, Message
from tests.faults.conftest import FOX, MESSAGES
from tests.faults.ledger import Ledger, started, told_privately
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.quick import picture


@dataclass(slots=True)
class Scene:
    """A job that is held, and where it was asked for."""

    house: House
    channel: Channel
    job: str = ""
    handle: Handle | None = None
    asked: Message | None = None
    """The message that asked, where it was one."""
    status: Message | None = None
    """The ordinary message that shows the job's progress, where there is one."""

    def deny(self, right: int) -> None:
        world = self.house.sandbox.world
        place = world.channels[self.channel.parent_id or self.channel.id]  # a thread has its channel's permissions
        world.overwrite(place, self.house.sandbox.bot, deny=right)

    def results(self) -> list[Message]:
        return [
            one for one in self.house.sandbox.messages(self.channel) if "Delete" in one.labels and not one.deleted
        ]

    def remove_channel(self) -> None:
        self.house.sandbox.world.remove_channel(self.channel)

    def remove_bot(self) -> None:
        self.house.sandbox.world.remove_bot(self.house.sandbox.guild("Storybook Corner"))

    def archive(self, *, lock: bool) -> None:
        self.house.sandbox.threads.change(self.channel, {"archived": True, "locked": lock})

    def remove_message(self, message: Message | None) -> None:
        assert message is not None
        self.house.sandbox.writing.delete(message)

    def leave(self) -> None:
        self.house.sandbox.world.leave(self.house.sandbox.guild("Storybook Corner"), self.house.sam.user)


Change = Callable[[Scene], object]
TOLD: dict[str, Change] = {
    "the channel": Scene.remove_channel,
    "the right to see the channel": lambda scene: scene.deny(rights.VIEW_CHANNEL),
    "the right to send": lambda scene: scene.deny(rights.SEND_MESSAGES),
    "the right to embed": lambda scene: scene.deny(rights.EMBED_LINKS),
    "the bot itself": Scene.remove_bot,
}
FILES: dict[str, Change] = {"the right to attach files": lambda scene: scene.deny(rights.ATTACH_FILES)}
"""A story by command shows its picture; one that answers a picture attaches nothing."""
TOLD_IN_THREADS: dict[str, Change] = {
    "the thread": Scene.remove_channel,
    "the thread's openness": partial(Scene.archive, lock=True),
    "the right to send in threads": lambda scene: scene.deny(rights.SEND_MESSAGES_IN_THREADS),
}
FORGOTTEN = {"the channel", "the thread"}
"""What takes along the rows of all that ended there."""
POSTED: dict[str, Change] = {"the member who asked": Scene.leave}
POSTED_BY_MENTION: dict[str, Change] = {
    "the message that asked": lambda scene: scene.remove_message(scene.asked),
    "the message that shows the progress": lambda scene: scene.remove_message(scene.status),
    "the right to read what was said before": lambda scene: scene.deny(rights.READ_MESSAGE_HISTORY),
    **FILES,
}
POSTED_IN_THREADS: dict[str, Change] = {"the thread's activity": partial(Scene.archive, lock=False)}


async def by_command(house: House, channel: Channel) -> Scene:
    handle = await house.sam.command("story", in_=channel, image=("a.png", picture("a")))
    return Scene(house, channel, await started(house, handle), handle)


async def by_mention(house: House, channel: Channel) -> Scene:
    asked = await house.sam.say(channel, files=[("a.png", picture("a"))], mention_bot=True)
    status = await house.sam.wait_for(channel, lambda one: "Cancel" in one.labels)
    return Scene(house, channel, status.text.split("job `")[1].split("`")[0], None, asked, status)


DOORS: dict[str, Callable[[House, Channel], Awaitable[Scene]]] = {"command": by_command, "mention": by_mention}


async def set_up(house: House, door: str, *, thread: bool) -> Scene:
    house.device.hold("write")
    channel = house.sandbox.world.add_channel(house.sandbox.guild("Storybook Corner"), "passing")
    if thread:
        channel = await house.sam.start_thread(await house.sam.say(channel, "Let us begin."), "A thread")
    return await DOORS[door](house, channel)


def cases(both: Iterable[str], one: Iterable[str], door: str) -> list[tuple[str, str]]:
    """What goes away, and by which door the job came: through both, or only through this one."""
    return [*((what, any_door) for what in both for any_door in DOORS), *((what, door) for what in one)]


def change_now_or_later(scene: Scene, change: Change, when: str) -> Rule:
    """Let it happen; the rule is hit by the result, whenever that was."""
    done = when == "while it runs"
    if done:
        change(scene)
    rule = scene.house.sandbox.faults.before("POST", MESSAGES, (lambda: None) if done else lambda: change(scene))
    scene.house.device.let_go()
    return rule


WHEN = ["while it runs", "as its result arrives"]


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize(("what", "door"), cases([*TOLD, *TOLD_IN_THREADS], FILES, "command"))
async def test_what_goes_away_for_good_is_told(tmp_path: Path, what: str, door: str, when: str) -> None:
    async with moved_in(tmp_path) as house:
        scene = await set_up(house, door, thread=what in TOLD_IN_THREADS)
        change_now_or_later(scene, (TOLD | TOLD_IN_THREADS | FILES)[what], when)
        assert (await house.app.jobs.wait(scene.job)).state == "failed"
        ledger = Ledger(tmp_path, house.sandbox, scene.channel)
        await house.sandbox.world.watch.until(lambda: told_privately(house, scene.handle, scene.job) or None, 20.0)
        assert len(told_privately(house, scene.handle, scene.job)) == 1
        assert scene.results() == []
        if what in FORGOTTEN and not ledger.states():
            return  # what ended before its channel's end was heard of goes with the channel
        ledger.check([scene.handle] if scene.handle else [], asked=1)


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize(("what", "door"), cases([*POSTED, *POSTED_IN_THREADS], POSTED_BY_MENTION, "mention"))
async def test_what_can_be_done_without_is(tmp_path: Path, what: str, door: str, when: str) -> None:
    async with moved_in(tmp_path) as house:
        scene = await set_up(house, door, thread=what in POSTED_IN_THREADS)
        rule = change_now_or_later(scene, (POSTED | POSTED_IN_THREADS | POSTED_BY_MENTION)[what], when)
        assert (await house.app.jobs.wait(scene.job)).state == "done"
        assert rule.hits == 1
        assert len(scene.results()) == 1
        assert told_privately(house, scene.handle, scene.job) == []


async def test_an_outage_of_the_server_is_waited_out(tmp_path: Path) -> None:
    """GUILD_DELETE with `unavailable`: nobody removed the bot, and the result is still wanted."""
    async with moved_in(tmp_path) as house:
        scene = await set_up(house, "command", thread=False)
        guild = house.sandbox.guild("Storybook Corner")
        house.sandbox.faults.outage(guild)
        (unreachable,) = house.sandbox.faults.rules
        house.device.let_go()
        await house.sandbox.world.watch.until(lambda: unreachable.hits >= 2, 20.0)
        house.sandbox.faults.outage(guild, over=True)
        assert (await house.app.jobs.wait(scene.job)).state == "done"
        assert len(scene.results()) == 1
        assert told_privately(house, scene.handle, scene.job) == []


async def test_the_permission_goes_and_the_bot_is_started_again(tmp_path: Path) -> None:
    """The interaction's own line is forgotten by then: the member is written to."""
    async with moved_in(tmp_path) as house:
        house.device.hold("paint")
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        job = await started(house, handle)
        house.sandbox.world.overwrite(house.stories, house.sandbox.bot, deny=rights.SEND_MESSAGES)
        async with restarted(house, tmp_path) as again:
            await again.sandbox.world.watch.until(lambda: told_privately(again, None, job) or None, 20.0)
            (told,) = told_privately(again, None, job)
            assert told.content.startswith("Your picture could not be finished"), "nobody is called there"
            ledger = Ledger(tmp_path, again.sandbox, again.stories)
            assert ledger.states() == {job: "failed"}
            assert ledger.results() == []
        async with restarted(again, tmp_path) as third:
            assert len(told_privately(third, None, job)) == 1, "told once, not at every start"
            assert ledger.settled()


async def test_a_permission_that_comes_back_serves_the_next_command_at_once(tmp_path: Path) -> None:
    """A channel that forbade something is left alone for two minutes; a command shows that it is open again."""
    async with moved_in(tmp_path) as house:
        scene = await set_up(house, "command", thread=False)
        scene.deny(rights.SEND_MESSAGES)
        house.device.let_go()
        assert (await house.app.jobs.wait(scene.job)).state == "failed"
        scene.deny(0)
        assert await house.painting(house.sam, in_=scene.channel, text=FOX)
