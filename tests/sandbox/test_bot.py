"""The bot as a whole: its commands, its manners with the gateway, its health."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import texts
from bot.app import running_bot
from bot.sandbox import permissions as rights
from ravsg.errors import ConfigError
from ravsg.models.profiles import pocket
from tests.sandbox.checked import checked
from tests.sandbox.house import configured, moved_in, restarted
from tests.sandbox.quick import QuickDevice, picture

FOX = "A grey fox waits at the harbour at dusk."


async def test_commands_are_for_servers_and_sent_only_when_they_changed(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        commands = {one.name: one for one in house.sandbox.world.commands.values()}
        assert set(commands) == {
            "story", "paint", "weave", "book", "recap", "cast", "queue", "memory", "settings", "privacy", "health",
            texts.MENU_TELL, texts.MENU_PAINT, texts.MENU_WHAT_IF, texts.MENU_ADD,
        }  # fmt: skip
        assert all(one.data["contexts"] == [0] and one.data["integration_types"] == [0] for one in commands.values())
        assert commands["health"].data["default_member_permissions"] == 1 << 5
        before = {name: one.version for name, one in commands.items()}
        async with restarted(house, tmp_path) as again:
            assert {one.name: one.version for one in again.sandbox.world.commands.values()} == before


async def test_doubled_events_are_taken_once(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.sandbox.faults.duplicate_events(4)
        await house.painting(house.sam, text=FOX)
        guild_id = house.sandbox.guild("Storybook Corner").id
        assert len(await house.app.jobs.recent(guild_id, house.sam.id, 10)) == 1
        assert house.app.telemetry.snapshot().count("events.doubled") >= 1


async def test_acknowledgements_go_on_while_the_device_is_busy(tmp_path: Path) -> None:
    async with moved_in(tmp_path, jobs={"waiting_per_member": 20}) as house:
        house.device.hold("embed")
        handles = [await house.sam.command("paint", in_=house.stories, text=f"{FOX} {i}") for i in range(10)]
        for handle in handles:
            ack = await handle.acked()
            assert ack.kind == "deferred"
            assert not handle.failed
        for handle in handles:
            await house.status(handle, "job `")
        house.device.let_go()
        for handle in handles:
            await house.result(house.sam, handle)


async def test_the_connection_may_drop_and_come_back(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        house.device.hold("paint")
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        await house.status(handle, "job `")
        house.sandbox.faults.reconnect()
        house.device.let_go()
        await house.result(house.sam, handle)
        await house.sandbox.until_connected()
        later = await house.painting(house.sam, text=FOX)
        assert len(later.files) == 1
        painted = [one for one in house.sandbox.messages("#stories") if "Vary" in one.labels]
        assert len(painted) == 2, "each arrived once"
        assert house.sandbox.gateway.resumed == 1


async def test_health_is_for_those_who_manage_the_server(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        await house.painting(house.sam, text=FOX)
        health = await (await house.robin.command("health", in_=house.stories)).response()
        assert health.ephemeral
        for part in ("pocket", "licences", "MIT", "loop lag", "discord.py", "paint"):
            assert part in health.text


async def test_a_wrong_token_is_one_sentence(tmp_path: Path) -> None:
    async with checked() as sandbox:
        with pytest.raises(ConfigError, match=texts.LOGIN_REFUSED):
            async with running_bot(
                configured(tmp_path),
                token="MTIz.abcdef.wrong-wrong-wrong-wrong-wrong",
                sandbox_base=sandbox.page_url.rstrip("/"),
                profile=pocket(Path("unused")),
                device=QuickDevice,
            ):
                pytest.fail("it must not start")


async def test_an_intent_that_was_not_granted_is_one_sentence(tmp_path: Path) -> None:
    async with checked(message_content=False) as sandbox:
        with pytest.raises(ConfigError, match="Message Content"):
            async with running_bot(
                configured(tmp_path, bot={"message_content": True}),
                token=sandbox.token,
                sandbox_base=sandbox.page_url.rstrip("/"),
                profile=pocket(Path("unused")),
                device=QuickDevice,
            ):
                pytest.fail("it must not start")


async def test_progress_is_coalesced(tmp_path: Path) -> None:
    async with moved_in(tmp_path, delivery={"progress_seconds": 60}) as house:
        edits: list[str] = []
        house.device.hold("paint")
        handle = await house.sam.command("paint", in_=house.stories, text=FOX, count=4)
        status = await house.status(handle, "job `")
        house.sandbox.world.listen(
            lambda event: edits.append(event.name) if event.data.get("id") == str(status.id) else None
        )
        house.device.let_go()
        await house.result(house.sam, handle)
        assert edits == ["MESSAGE_UPDATE"], "sixteen model steps and four stages later: only the end is shown"


async def test_in_a_thread(tmp_path: Path) -> None:
    async with moved_in(tmp_path) as house:
        post = await house.sam.say("#stories", "Let us write here")
        thread = await house.sam.start_thread(post, "A thread")
        message = await house.painting(house.sam, text=FOX, in_=thread)
        assert message.channel_id == thread.id
        house.sandbox.world.overwrite(house.stories, house.sandbox.bot, deny=rights.SEND_MESSAGES_IN_THREADS)
        told = await house.refusal(await house.sam.command("paint", in_=thread, text=FOX))
        assert "**Send Messages in Threads**" in told


async def test_where_everything_of_others_is_off_limits(tmp_path: Path) -> None:
    async with moved_in(tmp_path, bot={"message_content": True, "own_pictures_only": "always"}) as house:
        post = await house.robin.say("#stories", "mine", files=[("a.png", picture("one"))])
        await house.sam.say("#stories", "", reply_to=post, mention_bot=True)
        answer = await house.sam.wait_for("#stories", lambda one: one.author.bot)
        assert texts.OWN_ONLY in answer.text
        assert house.device.steps == []
