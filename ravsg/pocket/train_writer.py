"""Trains the writer on lessons, its vision tower taken from the embedder.

Short answers come first: an analysis, a card, how a story begins. They teach it to look at the picture and back at
the prompt, which comes late or never from whole stories. Whole answers of every kind follow, some short ones too.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

import torch
from PIL import Image
from torch.nn import functional

from ravsg.pocket.batches import Batch, LessonBatches, Material, learnt_tokenizer
from ravsg.pocket.build import POCKET, build_writer
from ravsg.pocket.lessons import story_lesson
from ravsg.pocket.loop import Run, adamw, train
from ravsg.pocket.teaching import analysis
from ravsg.story.prompts import ANALYSE

if TYPE_CHECKING:
    from transformers import LlavaForConditionalGeneration, LlavaProcessor

    from ravsg.pocket.drawn import Drawn

__all__ = ["Material", "train_writer"]

SHORT: Final = 0.4
"""Share of the budget in which it learns only from short lessons; weights to start from have learnt from them."""
RATE: Final = 1.5e-3
AGAIN: Final = 1e-3
"""Peak learning rates from random weights and from trained ones, which a higher one would undo."""


def train_writer(run: Run, material: Material, test_set: Drawn) -> None:
    """Train for the run's budget and save `parts/writer`. Needs `parts/clip`, unless it starts from weights.

    At every checkpoint it looks at a held-out picture and tells a story of it: `sheets/writer.txt`.
    """
    torch.manual_seed(run.seed)
    model, processor = started(run)
    model.to(run.device)
    if run.device == "cpu":
        model.set_attn_implementation("eager")  # an eighth quicker there than the fused kernel's backward pass
    tower = model.model.vision_tower
    rest = torch.nn.ModuleList([model.model.language_model, model.model.multi_modal_projector])
    optimizer = adamw([(rest, RATE if run.start is None else AGAIN), (tower, 2e-4)], 0.03)
    short = SHORT if run.start is None else 0.0
    lessons = LessonBatches(material, processor, run.seed, workers=run.workers, short=short, larger=run.larger)

    def step(number: int, progress: float) -> dict[str, torch.Tensor]:
        batch = lessons.next(progress).to(run.device)
        with run.autocast():
            logits = answers(model, batch)
        errors = functional.cross_entropy(logits.float(), batch.labels, reduction="none")
        marked = batch.weights > 1
        return {
            "loss": (errors * batch.weights).sum() / batch.weights.sum(),
            "marked": errors[marked].mean() if marked.any() else errors.mean(),
            "tokens": torch.tensor(float(batch.ids.numel())),
        }

    def sample() -> None:
        model.save_pretrained(run.folder("parts") / "writer")
        processor.save_pretrained(run.folder("parts") / "writer")
        (run.folder("sheets") / "writer.txt").write_text(_sample(model, processor, test_set, run))

    with lessons:
        train(run, "writer", optimizer, {"writer": model, "lessons": lessons}, step, sample=sample)
    sample()


@torch.no_grad()
def _sample(model: LlavaForConditionalGeneration, processor: LlavaProcessor, drawn: Drawn, run: Run) -> str:
    """What it sees in the first picture and tells of it, after what is there."""
    scene, picture = drawn.scenes[0], Image.fromarray(drawn.pictures[0])
    rng = random.Random(5)
    told = [analysis(scene, rng).to_json()]
    for prompt in (ANALYSE, story_lesson(scene, rng, "long").prompt):
        content = [{"type": "image"}, {"type": "text", "text": prompt}]
        turn = processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)
        given = processor(text=turn, images=picture, return_tensors="pt").to(run.device)
        with run.autocast():
            ids = model.generate(**given, max_new_tokens=420, do_sample=True, temperature=0.7, top_p=0.95)
        told.append(processor.decode(ids[0, given["input_ids"].shape[1] :], skip_special_tokens=True))
    return "\n\n".join(told) + "\n"


def answers(model: LlavaForConditionalGeneration, batch: Batch) -> torch.Tensor:
    """Logits [labels, words] where answers stand; a prompt is read only, and its next words are not guessed."""
    out = model.model(input_ids=batch.ids, attention_mask=batch.mask, pixel_values=batch.pictures)
    return model.lm_head(out.last_hidden_state[batch.rows, batch.columns])


def started(run: Run) -> tuple[LlavaForConditionalGeneration, LlavaProcessor]:
    """The writer to train: the one that the run starts from, or a new one that sees like the embedder.

    Raises OSError when no embedder was trained.
    """
    from transformers import CLIPModel, LlavaForConditionalGeneration, LlavaProcessor

    if run.start is not None:
        model = LlavaForConditionalGeneration.from_pretrained(run.start / "writer", dtype=torch.float32)
        return model, LlavaProcessor.from_pretrained(run.start / "writer")
    model, processor = build_writer(POCKET, learnt_tokenizer(run.out / "parts" / "writer-words", run.seed))
    clip = CLIPModel.from_pretrained(run.out / "parts" / "clip")
    model.model.vision_tower.load_state_dict(
        {
            name: value
            for name, value in clip.vision_model.state_dict().items()
            if not name.startswith(f"encoder.layers.{POCKET.vision_layers - 1}.")
        }
    )
    return model, processor
