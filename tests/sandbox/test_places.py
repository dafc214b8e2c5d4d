"""We have been here before: a picture of a remembered place says so, with links, and its story returns there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.sandbox.quick import picture
from tests.sandbox.village import Place, Village, link_to, village

pytestmark = pytest.mark.asyncio(loop_scope="module")

HARBOUR = ("harbour.png", picture("the harbour"))
FOREST = ("forest.png", picture("the forest"))
OURS = "You have been here before"
THEIRS = "This server has been here before"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    async with village(tmp_path_factory.mktemp("places"), memory={"recall": 2, "score_floor": 0.05}) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


async def test_a_place_that_is_known_again(place: Place) -> None:
    await place.optin(place.sam)
    first = await place.story(place.sam, image=HARBOUR)
    assert "been here" not in first.content
    elsewhere = await place.story(place.sam, image=FOREST)
    assert "been here" not in elsewhere.content, "what was recalled for other reasons is not the same place"
    again = await place.story(place.sam, image=HARBOUR)
    assert OURS in again.content
    assert f"]({link_to(first)})" in again.content
    assert link_to(elsewhere) not in again.content
    assert str(first.embeds[0]["title"]) in place.prompts[-1], "the story is woven with what was told there"
    theirs = await place.story(place.robin, image=HARBOUR)
    assert THEIRS in theirs.content


async def test_a_new_try_is_no_return(place: Place) -> None:
    await place.optin(place.sam)
    first = await place.story(place.sam, image=HARBOUR)
    for button in ("Retry", "Continue"):
        result = await place.result(place.sam, await place.sam.press(first, button))
        assert "been here" not in result.content, button


async def test_another_servers_places_are_not_known_here(town: Village, place: Place) -> None:
    elsewhere = await town.place()
    await place.optin(place.sam)
    await place.story(place.sam, image=HARBOUR)
    assert "been here" not in (await elsewhere.story(elsewhere.sam, image=HARBOUR)).content
