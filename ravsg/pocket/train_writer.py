"""Trains the writer on lessons, its vision tower taken from the embedder."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ravsg.pocket.build import POCKET, build_writer
from ravsg.pocket.captions import caption, card
from ravsg.pocket.drawn import Drawn
from ravsg.pocket.examiner import ANSWERS, disagreement, truth_of
from ravsg.pocket.lessons import Lesson, analysis_lesson, lesson, story_lesson
from ravsg.pocket.loop import Run, train
from ravsg.pocket.names import KNOWN
from ravsg.pocket.optimizers import Both
from ravsg.pocket.sheets import pixels
from ravsg.pocket.tokens import writer_tokenizer
from ravsg.pocket.world import Scene, sample_scene
from ravsg.story.prompts import scene_prompt

if TYPE_CHECKING:
    from transformers import LlavaForConditionalGeneration, LlavaProcessor, PreTrainedTokenizerFast

TOKENS: Final = 4000
"""Tokens in a batch, padding counted."""
SHORT: Final = 0.75
"""Share of the budget in which it learns only from short lessons, three times as many in a batch: to look at the
picture and back at the prompt comes late otherwise, and everything else needs it."""
OPENING: Final = 60
MARKED_WEIGHT: Final = 3.0
"""The first tokens of an answer count more: a whole analysis, or the place and the hero of a story, are in them. Most
later sentences could stand in any story, and looking back at the prompt would be learnt late. Names count as much
wherever they stand, so that a hero keeps its own."""
SEEING_WEIGHT: Final = 0.5
"""Weight of the guide's question about the picture."""
POOL: Final = 48
"""Lessons made at a time and sorted by length, so that a batch holds little padding."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Right-padded ids, mask and labels [n, length], and the pictures of those lessons that have one."""

    ids: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor
    """float32 [n, length]: how much each label counts."""
    pictures: torch.Tensor | None
    scenes: list[Scene]
    """The scenes of the pictures, in their order."""


def learnt_tokenizer(folder: Path, seed: int) -> PreTrainedTokenizerFast:
    """The writer's tokenizer kept in `folder`, learnt from lessons first if there is none.

    It is kept because weights are worthless with another: a changed sentence in the world would change it. Names are
    repeated in the texts, so that most known ones become one token.
    """
    from transformers import AutoTokenizer

    if (folder / "tokenizer.json").exists():
        return AutoTokenizer.from_pretrained(folder)
    rng = random.Random(seed)
    lessons = [lesson(sample_scene(rng), rng) for _ in range(3000)]
    names = [f"{before}{name}" for name in KNOWN for before in (" ", "")] * 40
    return writer_tokenizer(
        [text for one in lessons for text in (one.prompt, one.answer)] + names, POCKET.writer_words
    )


def encode(one: Lesson, processor: LlavaProcessor) -> tuple[list[int], list[int]]:
    """Token numbers of a lesson's turn and of its answer, the picture's places filled in."""
    content: list[dict[str, str]] = [{"type": "text", "text": one.prompt}]
    if one.with_picture:
        content.insert(0, {"type": "image"})
    turn = processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)
    if one.with_picture:
        turn = turn.replace("<image>", "<image>" * (POCKET.side // POCKET.patch) ** 2, 1)
    words = processor.tokenizer
    return words.encode(turn, add_special_tokens=False), [
        *words.encode(one.answer, add_special_tokens=False),
        words.eos_token_id,
    ]


def short_lesson(scene: Scene, rng: random.Random) -> tuple[Lesson, bool]:
    """An analysis, the card of one sentence, or how a story begins; and whether the answer is whole."""
    kind = rng.choices(("analysis", "card", "story"), (4, 1, 2))[0]
    if kind == "analysis":
        return analysis_lesson(scene, rng), True
    if kind == "card":
        prompt = scene_prompt(caption(scene, rng))
        return Lesson("scene", prompt, card(scene, rng).to_json(), with_picture=False), True
    while True:
        one = story_lesson(scene, rng, "short")
        if "[memory" not in one.prompt and "[so far]" not in one.prompt:
            title, _, body = one.answer.partition("\n\n")
            begun = ". ".join(body.split(". ")[:2])
            return replace(one, answer=f"{title}\n\n{begun}", with_picture=rng.random() < 0.3), False


def lesson_batches(
    drawn: Drawn, processor: LlavaProcessor, seed: int, device: str, *, short: bool
) -> Iterator[Batch]:
    """Endless batches of about `TOKENS` tokens, of short lessons or of all kinds."""
    rng = random.Random(seed)
    while True:
        made = []
        for _ in range(POOL * 3 if short else POOL):
            number = rng.randrange(len(drawn))
            one, whole = (
                short_lesson(drawn.scenes[number], rng) if short else (lesson(drawn.scenes[number], rng), True)
            )
            turn, answer = encode(one, processor)
            made.append((turn, answer if whole else answer[:-1], number if one.with_picture else -1))
        made.sort(key=lambda item: len(item[0]) + len(item[1]))
        groups: list[list[Any]] = [[]]
        for item in made:
            if groups[-1] and (len(groups[-1]) + 1) * (len(item[0]) + len(item[1])) > TOKENS:
                groups.append([])
            groups[-1].append(item)
        rng.shuffle(groups)
        for group in groups:
            yield _collate(group, drawn, processor.tokenizer, device)


def _collate(
    group: list[tuple[list[int], list[int], int]], drawn: Drawn, words: PreTrainedTokenizerFast, device: str
) -> Batch:
    pad = words.pad_token_id
    names = torch.tensor([number for name in KNOWN if len(number := words.encode(f" {name}")) == 1])
    longest = max(len(turn) + len(answer) for turn, answer, _ in group)
    ids = torch.full((len(group), longest), pad)
    labels = torch.full((len(group), longest), -100)
    weights = torch.zeros(len(group), longest)
    for row, (turn, answer, _) in enumerate(group):
        ids[row, : len(turn) + len(answer)] = torch.tensor(turn + answer)
        labels[row, len(turn) : len(turn) + len(answer)] = torch.tensor(answer)
        weights[row, len(turn) : len(turn) + len(answer)] = 1.0
        weights[row, len(turn) : len(turn) + min(OPENING, len(answer))] = MARKED_WEIGHT
    weights[(weights > 0) & torch.isin(labels, names)] = MARKED_WEIGHT
    numbers = [number for _, _, number in group if number >= 0]
    shown = pixels(np.stack([drawn.pictures[number] for number in numbers]), device) if numbers else None
    return Batch(
        ids.to(device),
        (ids != pad).long().to(device),
        labels.to(device),
        weights.to(device),
        shown,
        [drawn.scenes[i] for i in numbers],
    )


class Guide(nn.Module):
    """Asks the projected picture directly what is in it, while training.

    The writer's own words say little about a picture, and late; this question teaches the tower at every step. The
    layer that answers is thrown away, and learnt again within seconds when a run goes on.
    """

    def __init__(self, model: LlavaForConditionalGeneration) -> None:
        super().__init__()
        self.answer = nn.Linear(2 * POCKET.writer_width, sum(ANSWERS))
        self.optimizer = torch.optim.AdamW(self.answer.parameters(), 3e-3)
        self.seen = torch.zeros(())
        model.model.multi_modal_projector.register_forward_hook(self._keep)

    def _keep(self, module: nn.Module, given: object, projected: torch.Tensor) -> None:
        self.seen = projected

    def loss(self, scenes: list[Scene]) -> torch.Tensor:
        """How wrong the answers about the pictures of the last forward pass are."""
        seen = self.seen.float().view(len(scenes), -1, POCKET.writer_width)
        summary = torch.cat([seen.mean(dim=1), seen.amax(dim=1)], dim=1)
        told = self.answer(summary).split(ANSWERS, dim=1)
        return disagreement(told, tuple(one.to(summary.device) for one in truth_of(scenes)))

    def learn(self) -> None:
        """Change the answering layer; the writer's optimizer changes the rest."""
        self.optimizer.step()
        self.optimizer.zero_grad()


def train_writer(run: Run, train_set: Drawn, test_set: Drawn) -> None:
    """Train for the run's budget and save `parts/writer`; some texts about held-out scenes are written beside it."""
    torch.manual_seed(run.seed)
    model, processor = build_writer(POCKET, learnt_tokenizer(run.out / "parts" / "writer-words", run.seed))
    model.to(run.device)
    model.set_attn_implementation("eager")  # on a CPU an eighth quicker than the fused kernel's backward pass
    optimizer = Both(model)
    first = lesson_batches(train_set, processor, run.seed, run.device, short=True)
    then = lesson_batches(train_set, processor, run.seed + 1, run.device, short=False)

    guide = Guide(model).to(run.device)

    def step(number: int, progress: float) -> dict[str, torch.Tensor]:
        batch = next(first if progress < SHORT else then)
        if batch.pictures is not None and not optimizer.knows(model.model.vision_tower):
            _see_like_the_embedder(model, run)
        with run.autocast():
            out = model(input_ids=batch.ids, attention_mask=batch.mask, pixel_values=batch.pictures)
        logits = out.logits[:, :-1].transpose(1, 2).float()
        errors = functional.cross_entropy(logits, batch.labels[:, 1:], reduction="none")
        weights = batch.weights[:, 1:]
        seeing = guide.loss(batch.scenes) if batch.scenes else torch.zeros(())
        body = (errors * (weights == 1)).sum() / (weights == 1).sum().clamp(min=1)
        return {
            "loss": (errors * weights).sum() / weights.sum() + SEEING_WEIGHT * seeing,
            "seeing": seeing,
            "marked": errors[weights == MARKED_WEIGHT].mean(),
            "body": body,
        }

    def sample() -> None:
        model.save_pretrained(run.folder("parts") / "writer")
        processor.save_pretrained(run.folder("parts") / "writer")

    train(run, "writer", optimizer, {"writer": model}, step, sample=sample, after=guide.learn)
    sample()


def _see_like_the_embedder(model: LlavaForConditionalGeneration, run: Run) -> None:
    """Take over the embedder's vision tower but for its last layer. Raises OSError when none was trained."""
    from transformers import CLIPModel

    clip = CLIPModel.from_pretrained(run.out / "parts" / "clip")
    model.model.vision_tower.load_state_dict(
        {
            name: value
            for name, value in clip.vision_model.state_dict().items()
            if not name.startswith(f"encoder.layers.{POCKET.vision_layers - 1}.")
        }
    )
