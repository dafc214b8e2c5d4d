"""Trains the embedder: pictures and every kind of text about them in one space."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Final

import torch
from torch.nn import functional

from ravsg.pocket.build import POCKET, build_clip
from ravsg.pocket.captions import alt_text, caption, card, painter_prompt
from ravsg.pocket.drawn import Drawn, batches
from ravsg.pocket.loop import Run, adamw, train
from ravsg.pocket.names import pick
from ravsg.pocket.sheets import pixels
from ravsg.pocket.stories import tell
from ravsg.pocket.tokens import TEXT_POSITIONS, clip_tokenizer
from ravsg.pocket.world import Scene, sample_scene

if TYPE_CHECKING:
    from transformers import CLIPModel, CLIPTokenizer

BATCH: Final = 64


STORY_BATCHES: Final = 0.12
"""Share of batches of story texts: they are kept together, for they are three times as long as the others."""


def described(scene: Scene, rng: random.Random) -> str:
    """A short text about the scene, as the bot embeds one: a caption, a painter's prompt, a card, alt text."""
    kind = rng.random()
    if kind < 0.4:
        return painter_prompt(scene, rng)
    if kind < 0.7:
        return caption(scene, rng)
    if kind < 0.85:
        return alt_text(scene)
    fields = card(scene, rng)
    return f"{fields.setting}, {fields.subjects}, {fields.atmosphere}, {fields.keywords}"


def story_start(scene: Scene, rng: random.Random) -> str:
    """Title and first paragraph of a story about the scene."""
    name, friend = pick(rng, 2)
    told = tell(scene, rng, "short", name=name, friend=friend)
    return f"{told.title}\n\n{told.paragraphs[0]}"


def learnt_tokenizer(folder: Path, seed: int) -> CLIPTokenizer:
    """The text encoder's tokenizer kept in `folder`, learnt from texts about random scenes if there is none.

    It is kept because weights are worthless with another: a changed sentence in the world would change it.
    """
    from transformers import CLIPTokenizer

    if (folder / "tokenizer.json").exists():
        return CLIPTokenizer.from_pretrained(folder)
    rng = random.Random(seed)
    texts = [tell_of(sample_scene(rng), rng) for _ in range(2000) for tell_of in (described, story_start)]
    words = clip_tokenizer(texts, POCKET.clip_words)
    words.save_pretrained(folder)
    return words


def train_clip(run: Run, train_set: Drawn, test_set: Drawn) -> None:
    """Train for the run's budget and save `parts/clip`; retrieval among 500 held-out scenes is written beside it."""
    torch.manual_seed(run.seed)
    words = learnt_tokenizer(run.out / "parts" / "clip-words", run.seed)
    model, processor = build_clip(POCKET, words)
    model.to(run.device)
    optimizer = adamw([(model, 1e-3)], 0.05)
    order = batches(len(train_set), BATCH, run.seed)
    rng = random.Random(run.seed)

    def step(number: int, progress: float) -> dict[str, torch.Tensor]:
        chosen = next(order)
        tell_of = story_start if rng.random() < STORY_BATCHES else described
        texts = [tell_of(train_set.scenes[i], rng) for i in chosen]
        with run.autocast():
            out = model(
                **_tokens(words, texts, run.device), pixel_values=pixels(train_set.pictures[chosen], run.device)
            )
        logits = out.logits_per_image.float()
        right = torch.arange(len(logits), device=logits.device)
        loss = (functional.cross_entropy(logits, right) + functional.cross_entropy(logits.T, right)) / 2
        return {"loss": loss, "hit": (logits.argmax(1) == right).float().mean()}

    def sample() -> None:
        model.save_pretrained(run.folder("parts") / "clip")
        processor.save_pretrained(run.folder("parts") / "clip")

    train(run, "clip", optimizer, {"clip": model}, step, sample=sample)
    there, back = (sum(hits) / len(hits) for hits in matches(model, words, test_set, run.device))
    (run.folder("parts") / "clip.txt").write_text(f"R@1 of 500: picture to text {there:.3f}, back {back:.3f}\n")
    sample()


@torch.no_grad()
def matches(
    model: CLIPModel, words: CLIPTokenizer, drawn: Drawn, device: str, count: int = 500
) -> tuple[list[bool], list[bool]]:
    """Whether each of `count` held-out pictures finds its alt text first among all, and each alt text its picture."""
    model.eval()
    pictures, texts = [], []
    for i in range(0, count, 50):
        tokens = _tokens(words, [alt_text(scene) for scene in drawn.scenes[i : i + 50]], device)
        out = model(**tokens, pixel_values=pixels(drawn.pictures[i : i + 50], device))
        pictures.append(out.image_embeds)
        texts.append(out.text_embeds)
    model.train()
    scores = (torch.cat(pictures) @ torch.cat(texts).T).cpu()
    right = torch.arange(count)
    return (scores.argmax(1) == right).tolist(), (scores.argmax(0) == right).tolist()


def _tokens(words: CLIPTokenizer, texts: list[str], device: str) -> dict[str, torch.Tensor]:
    found = words(texts, padding=True, truncation=True, max_length=TEXT_POSITIONS, return_tensors="pt")
    return {"input_ids": found["input_ids"].to(device), "attention_mask": found["attention_mask"].to(device)}
