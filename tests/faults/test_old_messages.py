"""Discord allows few edits of messages that are over an hour old (30046): what stood there is posted anew."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.delivery import EDITABLE_SECONDS
from bot.sandbox import routes_messages
from bot.sandbox.messages import Draft
from bot.sandbox.model import Message
from bot.sandbox.server import Sandbox
from tests.faults.conftest import OPEN_STATUS
from tests.faults.ledger import Ledger
from tests.sandbox.house import House, moved_in
from tests.sandbox.quick import picture


@pytest.fixture(autouse=True)
def few_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    """One edit, and for the rest of the test no other."""
    monkeypatch.setattr(routes_messages, "OLD_EDITS", 1)
    monkeypatch.setattr(routes_messages, "OLD_WINDOW", 3600.0)


async def test_the_sandbox_allows_few_edits_of_old_messages_in_a_channel(sandbox: Sandbox) -> None:
    old = [sandbox.writing.create(sandbox.bot, sandbox.channel("#stories"), Draft("old")) for _ in range(2)]
    sandbox.clock.advance(EDITABLE_SECONDS + 1)
    young = sandbox.writing.create(sandbox.bot, sandbox.channel("#stories"), Draft("young"))
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {sandbox.token}"}) as session:

        async def edit(message: Message) -> tuple[int, int]:
            path = f"{sandbox.rest_base}/channels/{message.channel_id}/messages/{message.id}"
            async with session.patch(path, json={"content": "new"}) as answer:
                return answer.status, (await answer.json()).get("code", 0)

        assert [await edit(one) for one in (*old, young)] == [(200, 0), (429, 30046), (200, 0)]
    assert old[1].content == "old"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with moved_in(tmp_path, jobs={"waiting_per_member": 10}) as moved:
        moved.device.hold("write")
        yield moved


async def asked(house: House, count: int) -> list[Message]:
    """So many stories asked for by mention, long ago by now; the messages that show how far they are."""
    shown: list[Message] = []
    for number in range(count):
        await house.sam.say("#stories", files=[("a.png", picture(f"{number}"))], mention_bot=True)
        shown = await house.sandbox.world.watch.until(partial(statuses, house, number + 1), 30.0)
    house.sandbox.clock.advance(EDITABLE_SECONDS + 60)
    for _ in range(5):
        await house.app.bot.fetch_user(house.sam.id)  # by such answers the bot knows what time it is
    return shown


def statuses(house: House, count: int) -> list[Message] | None:
    found = [one for one in house.sandbox.messages("#stories") if "Cancel" in one.labels and not one.deleted]
    return found if len(found) == count else None


def cancelled(house: House) -> list[Message]:
    return [one for one in house.sandbox.messages("#stories") if "was cancelled" in one.text and not one.deleted]


async def test_the_last_word_on_old_jobs_is_posted_anew(house: House) -> None:
    shown = await asked(house, 3)
    edits = house.sandbox.faults.before(*OPEN_STATUS, lambda: None, times=None)
    for one in shown:
        await (await house.sam.press(one, "Cancel")).response()
    await house.sandbox.world.watch.until(lambda: len(cancelled(house)) == 3, 30.0)
    assert edits.hits == 0
    assert all(one.deleted for one in shown), "no old state is left standing"


async def test_the_results_of_old_jobs_arrive(house: House, tmp_path: Path) -> None:
    shown = await asked(house, 3)
    house.device.let_go()
    ledger = Ledger(tmp_path, house.sandbox, house.stories)
    await house.sandbox.world.watch.until(lambda: len(ledger.results()) == 3, 30.0)
    await house.sandbox.world.watch.until(lambda: all(one.deleted for one in shown) or None, 30.0)
    for job in ledger.states():
        await house.app.jobs.wait(job)
    ledger.check([], asked=3)
