"""A device for the bot's own tests: it answers every kind of step at once, differently for every request.

It is honest where the bot can tell: the same step gives the same output, another seed another one, pictures have the
asked size, words that recur give vectors that lie near. `hold` stops it inside a step, until `let_go`.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from ravsg.errors import JobCancelled, RavsgError
from ravsg.jobs.step import Step, Watch
from ravsg.types import (
    Counted,
    CountTask,
    Embedded,
    EmbedTask,
    Output,
    Painted,
    PaintTask,
    Role,
    WriteTask,
    Written,
)

SIDE = 64
PATIENCE = 60.0
MODEL_STEPS = 4
WORDS = """harbour lantern tide fox key door rain tree bridge song letter boat window stair bell thread river stone
moon garden ladder coat whistle market island kettle shadow feather candle orchard""".split()  # noqa: SIM905 - words read better in a row
VERBS = "found carried followed hid opened heard mended lost painted crossed answered".split()  # noqa: SIM905 - words read better in a row

_WISH = re.compile(r"the strange word (\w+)")


class QuickDevice:
    """Runs steps on the worker thread as models would, only faster."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.entered = threading.Event()
        """Set once a step is held."""
        self._open = threading.Event()
        self._open.set()
        self._held: str | None = None
        self.says: dict[str, str] = {}
        """What it writes where a prompt holds such words."""
        self.after_cancel = 0
        """Model steps that a cancelled step still took."""

    def hold(self, operation: str) -> None:
        """From now on steps of this operation stop inside, until `let_go` or until they are cancelled."""
        self.entered.clear()
        self._open.clear()
        self._held = operation

    def let_go(self) -> None:
        """Let held steps go on."""
        self._held = None
        self._open.set()

    @property
    def prompts(self) -> list[str]:
        """What the writer was asked so far."""
        return [step.task.prompt for step in self.steps if isinstance(step.task, WriteTask)]

    def batch_limit(self, step: Step) -> int:
        return 4

    def is_resident(self, step: Step) -> bool:
        return True

    def run(self, steps: Sequence[Step], watches: Sequence[Watch]) -> list[Output | RavsgError]:
        self.steps += steps
        return [self._one(step, watch) for step, watch in zip(steps, watches, strict=True)]

    def _one(self, step: Step, watch: Watch) -> Output | RavsgError:
        if step.operation == self._held:
            self.entered.set()
            for _ in range(int(PATIENCE * 100)):
                if self._open.wait(0.01) or watch.cancelled.is_set():
                    break
            else:
                raise AssertionError("the test never let the device go on")
        for done in range(MODEL_STEPS):
            if watch.cancelled.is_set():
                return JobCancelled()
            watch.report(done + 1, MODEL_STEPS)
        if isinstance(step.task, WriteTask):
            for words, text in self.says.items():
                if words in step.task.prompt:
                    return Written(text=text, prompt_tokens=1, tokens=len(text.split()), complete=True)
        return answer(step)

    def free_memory(self, *, keep: Role | None = None) -> None:
        pass

    def close(self) -> None:
        self.let_go()


def answer(step: Step) -> Output:
    """What a step gives."""
    match step.task:
        case WriteTask() as task:
            text = _json(task) if task.schema is not None else _story(task)
            return Written(text=text, prompt_tokens=len(task.prompt.split()), tokens=len(text.split()), complete=True)
        case PaintTask() as task:
            return Painted(png=picture(f"{task.prompt} {task.seed}", task.width, task.height), seed=task.seed)
        case EmbedTask() as task:
            return Embedded(
                texts=_vectors([text_vector(text) for text in task.texts]),
                pictures=_vectors([picture_vector(data) for data in task.pictures]),
                model="quick@1",
            )
        case CountTask() as task:
            return Counted(tokens=tuple(len(text.split()) for text in task.texts), limit=75)


def picture(words: str, width: int = SIDE, height: int = SIDE) -> bytes:
    """A PNG of one colour that the words choose."""
    colour = tuple(hashlib.sha256(words.encode()).digest()[:3])
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


def text_vector(text: str) -> npt.NDArray[np.float32]:
    """A bag of hashed words: texts that share words lie near."""
    vector = np.full(SIDE, 0.01, dtype=np.float32)
    for word in re.findall(r"[a-z]{4,}", text.lower()):
        vector[hashlib.sha256(word.encode()).digest()[0] % SIDE] += 1
    return vector


def picture_vector(data: bytes) -> npt.NDArray[np.float32]:
    """Chosen by the picture's bytes."""
    seed = int.from_bytes(hashlib.sha256(data).digest()[:4])
    vector: npt.NDArray[np.float32] = np.abs(np.random.default_rng(seed).normal(size=SIDE)).astype(np.float32)
    return vector


def _vectors(rows: list[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
    if not rows:
        return np.empty((0, SIDE), dtype=np.float32)
    found = np.stack(rows)
    unit: npt.NDArray[np.float32] = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _chosen(task: WriteTask) -> np.random.Generator:
    key = f"{task.prompt}|{task.seed}".encode() + (task.picture or b"")
    return np.random.default_rng(int.from_bytes(hashlib.sha256(key).digest()[:8]))


def _json(task: WriteTask) -> str:
    required = json.loads(task.schema or "{}")["required"]
    if "characters" in required:
        return json.dumps(
            {
                "setting": "harbour",
                "characters": ["a grey fox"],
                "mood": "hopeful",
                "objects": ["lantern"],
                "conflicts": ["the tide is rising"],
            }
        )
    return json.dumps(
        {"setting": "harbour", "subjects": "a grey fox with a lantern", "atmosphere": "dusk", "keywords": "boats"}
    )


def _story(task: WriteTask) -> str:
    chance = _chosen(task)
    who = ("Mira", "Tomas", "Anke", "Jonas")[int(chance.integers(4))]
    lines = [
        f"{who} {chance.choice(VERBS)} the {chance.choice(WORDS)} near the {chance.choice(WORDS)}"
        f" and the {chance.choice(WORDS)}."
        for _ in range(24)
    ]
    paragraphs = [" ".join(lines[start : start + 6]) for start in range(0, len(lines), 6)]
    # a word that a direction asks for stands in the story, so that tests can look for it
    paragraphs += [f"Far away {word} was kept, and {word} was told." for word in _WISH.findall(task.prompt)]
    return f"Title: {who} at the Harbour {int(chance.integers(1000))}\n\n" + "\n\n".join(paragraphs)
