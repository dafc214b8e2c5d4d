"""Faults that do not pass: the member is told what happened as soon as anything reaches them, and nothing is begun
that nobody was promised."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import texts
from tests.faults.conftest import CALLBACK, FOX, PICTURE, UPLOAD
from tests.faults.ledger import Ledger, notices, started, told_privately
from tests.sandbox.house import House, moved_in, restarted
from tests.sandbox.quick import picture


@pytest.fixture(autouse=True)
def short_insistence(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only asks is not asked for a minute."""
    monkeypatch.setattr("bot.wire.INSISTENCE", 0.2)


def ledger_of(folder: Path, house: House) -> Ledger:
    return Ledger(folder, house.sandbox, house.stories)


# ------------------------------------------------------------------ before a job is accepted


async def test_no_answer_gets_through(tmp_path: Path) -> None:
    """Discord itself says that the interaction failed; so no job may come of it."""
    async with moved_in(tmp_path) as house:
        house.sandbox.faults.next(*CALLBACK, status=503, times=None)
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        await house.sandbox.world.watch.until(lambda: handle.failed, 20.0)
        house.sandbox.faults.clear()
        assert await house.painting(house.sam, text=FOX)
        ledger_of(tmp_path, house).check([], asked=1)


async def test_all_answers_get_through_and_none_is_heard_of(tmp_path: Path) -> None:
    """What "thinks" for ever would be the worst: the road that is left says what happened."""
    async with moved_in(tmp_path) as house:
        house.sandbox.faults.lose_answer(*CALLBACK, times=None)
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        assert texts.DISCORD_DOWN in await house.refusal(handle)
        ledger_of(tmp_path, house).check([], asked=0)


@pytest.mark.parametrize("fault", ["expired", "page", "slow", "503"])
async def test_a_picture_that_cannot_be_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    monkeypatch.setattr("bot.convert.FETCH_SECONDS", 0.3)
    async with moved_in(tmp_path) as house:
        match fault:
            case "expired":
                house.sandbox.faults.expire_links(times=None)
            case "page":
                house.sandbox.faults.html(*PICTURE, times=None)
            case "slow":
                house.sandbox.faults.slow(*PICTURE, seconds=100, times=None)
            case _:
                house.sandbox.faults.next(*PICTURE, status=503, times=None)
        handle = await house.sam.command("story", in_=house.stories, image=("a.png", picture("a")))
        told = await house.refusal(handle)
        assert (texts.FILE_GONE if fault == "expired" else texts.FILE_SLOW) in told
        ledger_of(tmp_path, house).check([handle], asked=0)


# ------------------------------------------------------------------ after


async def test_an_outage_longer_than_the_patience_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.posting.NONCE_SECONDS", 0.3)
    monkeypatch.setattr("bot.posting.PATIENCE", 0.5)
    async with moved_in(tmp_path) as house:
        house.sandbox.faults.next(*UPLOAD, status=503, times=None)
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        job = await started(house, handle)
        assert (await house.app.jobs.wait(job)).state == "failed"
        await house.sandbox.world.watch.until(lambda: told_privately(house, handle, job) or None, 20.0)
        house.sandbox.faults.clear()
        ledger_of(tmp_path, house).check([handle], asked=1)


async def test_nothing_at_all_gets_through_and_the_bad_end_is_told_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the status nor a notice nor a direct message; once Discord is back, one of them does."""
    monkeypatch.setattr("bot.posting.NONCE_SECONDS", 0.3)
    monkeypatch.setattr("bot.posting.PATIENCE", 0.5)
    monkeypatch.setattr("bot.progress.LAST_PATIENCE", 0.5)
    monkeypatch.setattr("bot.progress.NOTICE_PAUSE", 0.5)
    async with moved_in(tmp_path) as house:
        house.device.hold("paint")
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        job = await started(house, handle)
        down = house.sandbox.faults.next("*", "^/(channels|users|webhooks)/", status=503, times=None)
        house.device.let_go()
        assert (await house.app.jobs.wait(job)).state == "failed"
        seen = down.hits
        await house.sandbox.world.watch.until(lambda: down.hits > seen + 5, 30.0)
        house.sandbox.faults.clear()
        await house.sandbox.world.watch.until(lambda: notices(house.sandbox.messages("#stories"), job) or None, 30.0)
        async with restarted(house, tmp_path) as again:
            assert await again.painting(again.sam, text=FOX)
        assert len(notices(house.sandbox.messages("#stories"), job)) == 1
        assert told_privately(house, handle, job) == []


async def test_a_stop_amid_the_outage_leaves_the_telling_to_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.posting.NONCE_SECONDS", 0.3)
    monkeypatch.setattr("bot.posting.PATIENCE", 0.5)
    monkeypatch.setattr("bot.progress.LAST_PATIENCE", 0.5)
    async with moved_in(tmp_path) as house:
        house.device.hold("paint")
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        job = await started(house, handle)
        house.sandbox.faults.next("*", "^/(channels|users|webhooks)/", status=503, times=None)
        house.device.let_go()
        assert (await house.app.jobs.wait(job)).state == "failed"
        await house.stop()
        house.sandbox.faults.clear()
        async with restarted(house, tmp_path) as again:
            await again.sandbox.world.watch.until(
                lambda: notices(again.sandbox.messages("#stories"), job) or None, 20.0
            )
            assert len(notices(again.sandbox.messages("#stories"), job)) == 1


async def test_a_status_in_the_open_that_seemed_lost_is_not_posted_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.progress.USUAL_PATIENCE", 0.2)  # over before a second try
    async with moved_in(tmp_path) as house:
        house.device.hold("write")
        lost = house.sandbox.faults.lose_answer(*UPLOAD)
        await house.sam.say("#stories", files=[("a.png", picture("a"))], mention_bot=True)
        shown = await house.sam.wait_for("#stories", lambda one: "Cancel" in one.labels)
        again = house.sandbox.faults.before(*UPLOAD, lambda: None)
        await house.sandbox.world.watch.until(lambda: again.hits or None, 20.0)
        await house.sam.wait_for("#stories", lambda one: "▱" in one.text)  # edited, so the bot knows it
        assert [one.id for one in house.sandbox.messages("#stories") if "Cancel" in one.labels] == [shown.id]
        house.device.let_go()
        await house.sandbox.world.watch.until(lambda: shown.deleted, 20.0)
        assert lost.hits == 1
        assert len(ledger_of(tmp_path, house).results()) == 1


async def test_the_status_in_the_open_is_not_taken_for_the_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both name the job; whoever looks whether the notice arrived must not find the other."""
    monkeypatch.setattr("bot.posting.NONCE_SECONDS", 0.5)
    monkeypatch.setattr("bot.progress.LAST_PATIENCE", 0.2)
    async with moved_in(tmp_path) as house:
        house.device.hold("write")
        await house.sam.say("#stories", files=[("a.png", picture("a"))], mention_bot=True)
        status = await house.sam.wait_for("#stories", lambda one: "Cancel" in one.labels)
        job = status.text.split("job `")[1].split("`")[0]
        monkeypatch.setattr("bot.posting.PATIENCE", 0.2)
        house.sandbox.faults.next("PATCH", r"/messages/\d+$", status=503, times=None)
        result = house.sandbox.faults.next(*UPLOAD, status=503, times=None)
        house.device.let_go()
        await house.app.jobs.wait(job)
        monkeypatch.setattr("bot.posting.PATIENCE", 20.0)
        seen = result.hits
        await house.sandbox.world.watch.until(lambda: result.hits > seen + 1, 20.0)
        house.sandbox.faults.rules.remove(result)
        (notice,) = await house.sandbox.world.watch.until(
            lambda: [one for one in notices(house.sandbox.messages("#stories"), job) if one.id != status.id] or None,
            20.0,
        )
        assert "Cancel" not in notice.labels
        assert ledger_of(tmp_path, house).results() == [], "the notice came in place of the result"
