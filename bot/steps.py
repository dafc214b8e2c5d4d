"""The few model steps that belong to no job: loading the models, the words of a search, a recap, and the
upkeep of memory.

They wait for their turn in the queue like every step; upkeep lets everybody else go first. What jobs do is
`ravsg.engine`.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from ravsg.errors import RavsgError
from ravsg.jobs.queue import GpuQueue
from ravsg.jobs.step import Operation, Step, Watch
from ravsg.types import CountTask, Embedded, EmbedTask, Role, Task, WriteTask, Written

_log = logging.getLogger(__name__)

QUIET_SECONDS: Final = 30.0
"""How long upkeep waits for a quiet device before it takes its turn all the same: it must come to an end."""
ANSWER_TOKENS: Final = 240
"""Of an answer that belongs to no job: a paragraph."""
_LOOK_SECONDS: Final = 0.25

WARM_UP: Final[tuple[tuple[Role, Operation, Task], ...]] = (
    ("embedder", "embed", EmbedTask(texts=("warm",))),
    ("writer", "write", WriteTask(prompt="Warm up.", max_tokens=1)),
    ("painter", "count", CountTask(texts=("warm",))),
)
"""One small step per model: the first import of torch and the loading happen before a member waits for them."""


async def warm(queue: GpuQueue) -> None:
    """Load every model; one that cannot be loaded is a line in the log, and a sentence for whoever asks for it."""
    for role, operation, task in WARM_UP:
        try:
            await queue.submit(Step(role, operation, task, guild_id=0, job_id="warm-up", shape="warm-up"), Watch())
        except RavsgError as error:
            _log.warning("the %s could not be loaded yet: %s", role, error)


async def embedded(queue: GpuQueue, guild_id: int, words: str) -> Embedded:
    """Words as a vector, charged to their server like a job's step. Raises RavsgError."""
    cost = queue.expected_cost(("embedder", "embed", "search"))
    task = EmbedTask(texts=(words,))
    step = Step("embedder", "embed", task, guild_id=guild_id, job_id="search", shape="search", cost=cost)
    output = await queue.submit(step, Watch())
    assert isinstance(output, Embedded)
    return output


async def written(queue: GpuQueue, guild_id: int, prompt: str) -> str:
    """The writer's answer to a short question of a server's, in its turn. Raises RavsgError."""
    cost = queue.expected_cost(("writer", "write", "question"))
    task = WriteTask(prompt=prompt, max_tokens=ANSWER_TOKENS, temperature=0)
    step = Step("writer", "write", task, guild_id=guild_id, job_id="question", shape="question", cost=cost)
    output = await queue.submit(step, Watch())
    assert isinstance(output, Written)
    return output.text


async def embedded_in_quiet(queue: GpuQueue, guild_id: int, task: EmbedTask) -> Embedded:
    """Texts and pictures as vectors, once no step waits or runs, or after 30 s. Raises RavsgError."""
    try:
        async with asyncio.timeout(QUIET_SECONDS):
            while len(queue):  # noqa: ASYNC110 - jobs come and go all the time; four looks a second cost nothing
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        _log.debug("the device is never quiet; upkeep takes its turn")
    cost = queue.expected_cost(("embedder", "embed", "upkeep"))
    step = Step("embedder", "embed", task, guild_id=guild_id, job_id="upkeep", shape="upkeep", cost=cost)
    output = await queue.submit(step, Watch())
    assert isinstance(output, Embedded)
    return output
