"""What a member has forgotten is in no file of the data folder, wherever others' results had taken it over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from bot import texts, texts_memory, texts_privacy
from bot.embeds import job_mark
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from ravsg.errors import RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.types import Output, WriteTask, Written
from tests.sandbox.quick import QuickDevice
from tests.sandbox.village import Place, Village, job_of, link_to, receipt_of, village

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "Xylophonia kept the quincunx beneath Zarathovia near the harbour. "
PLANTED = (b"xylophonia", b"quincunx", b"zarathovia")
ASK = "plant the strange words"
AT_LENGTH = "on several pages"


class Planter(QuickDevice):
    """Tells stories with unusual words, only where its direction asks for them."""

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        return [_planted(step, output) for step, output in zip(steps, super().run(steps, watches), strict=True)]


def _planted(step: Step, output: Output | RavsgError) -> Output | RavsgError:
    task = step.task
    if isinstance(task, WriteTask) and task.schema is None and ASK in task.prompt and isinstance(output, Written):
        told = output.text.replace("Title: ", "Title: Quincunx of ", 1)
        times = 90 if AT_LENGTH in task.prompt else 3
        return Written(f"{told}\n\n{SECRET * times}", output.prompt_tokens, output.tokens, complete=True)
    return output


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forgetting")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(data: Path) -> AsyncIterator[Village]:
    async with village(data, device=Planter()) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def place(town: Village) -> Place:
    return await town.place()


def traces(data: Path) -> list[str]:
    """Planted words in the files of the data folder."""
    files = [(path.name, path.read_bytes().lower()) for path in data.rglob("*") if path.is_file()]
    return [f"{word.decode()} in {name}" for name, content in files for word in PLANTED if word in content]


async def swept(place: Place) -> None:
    """The files are written anew at once, as they are by themselves some seconds after a deletion."""
    await place.app.memory._store._db.leave_no_trace()


async def pressed(place: Place, person: Person, message: Message, button: str) -> Message:
    return await place.result(person, await person.press(message, button))


async def forget_me(place: Place, person: Person) -> str:
    """Press the button, and read the receipt."""
    question = await (await person.command("privacy forget", in_=place.stories)).response()
    answer = await (await person.press(question, texts_privacy.FORGET_LABEL)).response()
    await place.until(lambda: "Done" in answer.text)
    return answer.text


async def test_nothing_is_left_where_others_wove_it_in_or_went_on_from_it(data: Path, place: Place) -> None:
    await place.optin(place.sam, place.robin)
    first = await place.story(place.sam, direction=ASK)
    woven = await place.story(place.robin)
    assert link_to(first) in receipt_of(woven)
    continued = await pressed(place, place.robin, first, "Continue")
    further = await pressed(place, place.robin, continued, "Continue")
    painted = await pressed(place, place.robin, first, "Paint it")
    for message in (woven, continued, further, painted):
        await place.app.jobs.wait(job_of(message))
    assert traces(data)

    receipt = await forget_me(place, place.sam)

    assert traces(data) == []
    assert first.deleted
    assert painted.deleted, "it showed the story in another form, and nothing else"
    assert link_to(first) not in await place.until(lambda: _without(woven, link_to(first)))
    for line in ("1 request ", "1 result that others made", "2 continuations by others", "of others lost"):
        assert line in receipt
    kept = {one.job_id async for one in place.app.memory.kept_of(place.guild.id, place.robin.user.id)}
    assert kept == {job_of(woven)}, "what goes on from it is not remembered any more"
    for message in (continued, further):
        assert not message.deleted
        assert texts.SOURCE_GONE in await place.refusal(await place.robin.press(message, "Retry"))
        assert texts.INPUT_GONE in await place.refusal(await place.robin.press(message, "Continue"))
    assert (await pressed(place, place.robin, woven, "Continue")).labels == woven.labels
    assert traces(data) == []


def _without(message: Message, link: str) -> str | None:
    """What a result says it was woven from, once a link is gone from it."""
    said = receipt_of(message)
    return said if link not in said else None


@pytest.mark.parametrize("way", ["command", "message", "button"])
async def test_one_result_goes_with_its_jobs_words(data: Path, place: Place, way: str) -> None:
    await place.optin(place.sam)
    first = await place.story(place.sam, direction=ASK)
    await place.app.jobs.wait(job_of(first))
    mine = await pressed(place, place.sam, first, "Continue")
    await place.app.jobs.wait(job_of(mine))
    assert traces(data)
    if way == "command":
        listed = await place.private(place.sam, "memory recent")
        number = next(int(line.split("`")[1]) for line in listed.splitlines() if link_to(first) in line)
        assert await place.private(place.sam, "memory forget", number=number) == texts_memory.MEMORY_FORGOTTEN
    elif way == "message":
        await place.robin.delete(first)
        await place.heard()
    else:
        answer = await (await place.sam.press(first, "Delete")).response()
        assert answer.text == texts.DELETED
    await swept(place)
    assert traces(data) == []
    assert await place.app.jobs.get(job_of(first)) is None
    assert texts.SOURCE_GONE in await place.refusal(await place.sam.press(mine, "Retry"))
    assert (await pressed(place, place.sam, mine, "Continue")).labels == mine.labels, (
        "their own picture is still there"
    )


async def test_a_result_goes_with_any_of_its_pages(data: Path, place: Place) -> None:
    await place.optin(place.sam)
    first = await place.story(place.sam, direction=f"{ASK} {AT_LENGTH}")
    await place.app.jobs.wait(job_of(first))
    assert traces(data)
    (page,) = [one for one in place.sam.read(place.stories) if job_mark(job_of(first), 2) in one.text]
    await place.robin.delete(page)
    await place.heard()
    await swept(place)
    assert traces(data) == []
    assert await place.private(place.sam, "memory recent") == texts_memory.MEMORY_EMPTY


async def test_a_result_that_quoted_it_shows_it_no_more(place: Place) -> None:
    await place.optin(place.sam, place.robin)
    first = await place.story(place.sam, direction=ASK)
    woven = await place.story(place.robin)
    assert link_to(first) in receipt_of(woven)
    await place.app.jobs.wait(job_of(woven))
    listed = await place.private(place.sam, "memory recent", kind="story", mine=True)
    number = next(int(line.split("`")[1]) for line in listed.splitlines() if link_to(first) in line)
    assert await place.private(place.sam, "memory forget", number=number) == texts_memory.MEMORY_FORGOTTEN
    await place.until(lambda: link_to(first) not in "".join(field["value"] for field in fields_of(woven)))


def fields_of(message: Message) -> list[dict[str, str]]:
    return [field for embed in message.embeds for field in embed.get("fields", [])]
