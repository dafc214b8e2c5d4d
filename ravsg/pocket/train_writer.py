"""Trains the writer on lessons, its vision tower taken from the embedder.

Short answers come first: an analysis, a card, how a story begins. They teach it to look at the picture and back at
the prompt, which comes late or never from whole stories. Whole answers of every kind follow, some short ones too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from torch.nn import functional

from ravsg.pocket.batches import Batch, LessonBatches, Material, learnt_tokenizer
from ravsg.pocket.build import POCKET, build_writer
from ravsg.pocket.loop import Run, adamw, train

if TYPE_CHECKING:
    from transformers import LlavaForConditionalGeneration, LlavaProcessor

__all__ = ["Material", "train_writer"]

SHORT: Final = 0.4
"""Share of the budget in which it learns only from short lessons."""


def train_writer(run: Run, material: Material) -> None:
    """Train for the run's budget and save `parts/writer`. Needs `parts/clip`, unless it starts from weights."""
    torch.manual_seed(run.seed)
    model, processor = started(run)
    model.to(run.device)
    if run.device == "cpu":
        model.set_attn_implementation("eager")  # an eighth quicker there than the fused kernel's backward pass
    tower = model.model.vision_tower
    rest = torch.nn.ModuleList([model.model.language_model, model.model.multi_modal_projector])
    optimizer = adamw([(rest, 1.5e-3), (tower, 2e-4)], 0.03)
    lessons = LessonBatches(material, processor, run.seed, workers=run.workers, short=SHORT, larger=run.larger)

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

    with lessons:
        train(run, "writer", optimizer, {"writer": model, "lessons": lessons}, step, sample=sample)
    sample()


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
