"""Results over a Discord that fails in many ways at once, or finds them too large: nothing lost, nothing doubled."""

from __future__ import annotations

import io
import random
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.texts_books import BUTTONS
from ravsg.errors import RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.types import Output, Painted, PaintTask
from tests.faults.conftest import FOX, MESSAGES
from tests.faults.ledger import Ledger, started
from tests.sandbox.books import chapter, store_of
from tests.sandbox.house import House, moved_in
from tests.sandbox.quick import QuickDevice, picture


def ledger_of(folder: Path, house: House) -> Ledger:
    return Ledger(folder, house.sandbox, house.stories)


# ------------------------------------------------------------------ passing faults


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    quick = {"requests_per_second": 50}
    async with moved_in(tmp_path, delivery=quick, jobs={"waiting_per_member": 100}) as moved:
        yield moved


async def test_many_results_over_many_faults(tmp_path: Path, house: House) -> None:
    chance = random.Random(8)
    for _ in range(8):
        house.sandbox.faults.lose_answer("POST", MESSAGES)
        house.sandbox.faults.next("POST", MESSAGES, status=chance.choice([500, 503, 520]))
        house.sandbox.faults.reset("POST", MESSAGES)
        house.sandbox.faults.rate_limit("POST", MESSAGES, retry_after=0.05)
    chance.shuffle(house.sandbox.faults.rules)
    handles = [await house.sam.command("paint", in_=house.stories, text=f"{FOX} {at}") for at in range(24)]
    jobs = [await started(house, handle) for handle in handles]
    assert {(await house.app.jobs.wait(job)).state for job in jobs} == {"done"}
    assert all(rule.hits == 1 for rule in house.sandbox.faults.rules)
    ledger_of(tmp_path, house).check(handles, asked=24)


async def test_an_outage_that_outlives_the_nonce(
    tmp_path: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message arrived, its answer did not, and Discord knows the nonce no more when it is sent again."""
    monkeypatch.setattr("bot.posting.NONCE_SECONDS", 0.0)
    lost = house.sandbox.faults.lose_answer("POST", MESSAGES)
    handle = await house.sam.command("paint", in_=house.stories, text=FOX)
    ledger = ledger_of(tmp_path, house)
    await house.sandbox.world.watch.until(lambda: bool(ledger.results()), 20.0)
    house.sandbox.clock.advance(600)
    await house.app.jobs.wait(await started(house, handle))
    assert lost.hits == 1
    ledger.check([handle], asked=1)


# ------------------------------------------------------------------ files that are too large


class NoisyDevice(QuickDevice):
    """Paints what no compression makes small."""

    def run(self, steps: list[Step], watches: list[Watch]) -> list[Output | RavsgError]:  # type: ignore[override]
        given = super().run(steps, watches)
        return [
            Painted(png=noise(768), seed=step.task.seed) if isinstance(step.task, PaintTask) else output
            for step, output in zip(steps, given, strict=True)
        ]


def noise(side: int) -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(1).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("limit", [1_000_000, 100_000])
async def test_a_picture_that_discord_finds_too_large_arrives_smaller(tmp_path: Path, limit: int) -> None:
    device = NoisyDevice()
    async with moved_in(tmp_path, device=device, paint={"size": 768}) as house:
        house.sandbox.world.attachment_limit = limit
        handle = await house.sam.command("paint", in_=house.stories, text=FOX)
        result = await house.result(house.sam, handle)
        (file,) = result.attachments
        assert file.filename.endswith(".jpg")
        assert len(file.data) <= limit
        assert file.description
        ledger_of(tmp_path, house).check([handle], asked=1)


async def test_another_illustration_that_discord_finds_too_large_is_posted_smaller(tmp_path: Path) -> None:
    async with moved_in(tmp_path, device=NoisyDevice()) as house:
        image = ("photo.png", picture("a photo"))
        await house.sam.command("book start", in_=house.stories, image=image, chapters=1)
        before = await chapter(house, 1)
        limit = house.sandbox.world.attachment_limit = len(before.files[0].data) // 2
        handle = await house.sam.press(before, BUTTONS["repaint"])
        after = await house.result(house.sam, handle)
        assert after.id != before.id
        assert len(after.attachments[0].data) <= limit
        (book,) = await store_of(house).books(house.sandbox.guild("Storybook Corner").id)
        (piece,) = await store_of(house).path(book.guild_id, book.trunk_id)
        assert piece.message_id == after.id, "later changes are shown there"
