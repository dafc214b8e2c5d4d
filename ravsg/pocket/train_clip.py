"""Trains the embedder: pictures and every kind of text about them in one space.

While it learns, two questions are put to the layer that the writer will look through: who or what is at each patch,
and which place and hour it is. Drawings know the answers, and a tower learns to look from them much sooner than from
whole texts. The layers that answer are thrown away.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ravsg.pocket.build import POCKET, build_clip
from ravsg.pocket.captions import alt_text, caption, card, painter_prompt
from ravsg.pocket.drawn import Batches, Drawn
from ravsg.pocket.loop import Run, adamw, train
from ravsg.pocket.names import pick
from ravsg.pocket.sheets import pixels
from ravsg.pocket.stories import tell
from ravsg.pocket.tokens import TEXT_POSITIONS, clip_tokenizer
from ravsg.pocket.world import CHARACTERS, MOODS, SETTINGS, THINGS, Scene, sample_scene

if TYPE_CHECKING:
    import numpy.typing as npt
    from transformers import CLIPModel, CLIPTokenizer

BATCH: Final = 96
QUESTIONS: Final = 1.0
"""Weight of the questions beside the contrast."""
LOOKS: Final = tuple((one.key, look) for one in CHARACTERS for look in range(len(one.looks)))
"""Every look of every character, in the order of the answers about patches; the things follow."""
STORY_BATCHES: Final = 0.12
"""Share of batches of story texts: they are kept together, for they are three times as long as the others."""
ALIKE: Final = 0.5
"""Share of batches whose scenes all lie in one setting: whom to tell apart then are the people, their looks and the
hour, which a batch of anything teaches late, because the setting alone excludes most of it."""


def described(scene: Scene, rng: random.Random) -> str:
    """A short text about the scene, as the bot embeds one: a caption, a painter's prompt, a card, alt text."""
    kind = rng.random()
    if kind < 0.3:
        return painter_prompt(scene, rng)
    if kind < 0.55:
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


class Questions(nn.Module):
    """Asks a layer of the tower who is where and what the place is."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.who = nn.Linear(width, len(LOOKS) + len(THINGS))
        self.where = nn.Linear(width, len(SETTINGS) + len(MOODS))

    def forward(self, hidden: torch.Tensor, scenes: list[Scene], boxes: npt.NDArray[np.float32]) -> torch.Tensor:
        """How wrong the answers are, for hidden states [n, 1 + patches, width] of the scenes' pictures."""
        patches = hidden[:, 1:].float()
        truth = at_patches(scenes, boxes, int(patches.shape[1] ** 0.5)).to(patches.device)
        told = self.who(patches)
        # a picture has 64 patches and 51 answers each, nearly all of them no: the sum is shared by the patches
        seen = functional.binary_cross_entropy_with_logits(told, truth, reduction="none").sum(dim=2).mean()
        place, hour = self.where(patches.mean(dim=1)).split((len(SETTINGS), len(MOODS)), dim=1)
        settings = torch.tensor([[one.key for one in SETTINGS].index(scene.setting) for scene in scenes])
        moods = torch.tensor([[one.key for one in MOODS].index(scene.mood) for scene in scenes])
        return (
            seen
            + functional.cross_entropy(place, settings.to(place.device))
            + functional.cross_entropy(hour, moods.to(hour.device))
        )


def at_patches(scenes: list[Scene], boxes: npt.NDArray[np.float32], side: int) -> torch.Tensor:
    """Whether each look and each thing is at each of side² patches, float32 [n, side², looks + things].

    A patch shows what its middle lies in, of boxes [n, 6, 5] as in `Drawn.boxes`.
    """
    at = (np.arange(side) + 0.5) / side
    truth = np.zeros((len(scenes), side, side, len(LOOKS) + len(THINGS)), dtype=np.float32)
    keys = [one.key for one in THINGS]
    for number, scene in enumerate(scenes):
        answers = [LOOKS.index((figure.key, figure.look)) for figure in scene.figures]
        answers += [len(LOOKS) + keys.index(key) for key in scene.things]
        for answer, (_, x0, y0, x1, y1) in zip(answers, boxes[number], strict=False):
            rows, columns = (at >= y0) & (at <= y1), (at >= x0) & (at <= x1)
            truth[number, :, :, answer] = np.outer(rows, columns)
    return torch.from_numpy(truth).flatten(1, 2)


def train_clip(run: Run, train_set: Drawn, test_set: Drawn) -> None:
    """Train for the run's budget and save `parts/clip`; retrieval among 500 held-out scenes is written beside it."""
    from transformers import CLIPModel, CLIPProcessor

    torch.manual_seed(run.seed)
    words = learnt_tokenizer(run.out / "parts" / "clip-words", run.seed)
    model, processor = build_clip(POCKET, words)
    if run.start is not None:
        model = CLIPModel.from_pretrained(run.start / "embedder", dtype=torch.float32)
        processor = CLIPProcessor.from_pretrained(run.start / "embedder")
        words = processor.tokenizer
    model.to(run.device)
    if run.device == "cpu":
        model.set_attn_implementation("eager")  # its backward pass is quicker there than the fused kernel's
    questions = Questions(POCKET.vision_width).to(run.device)
    optimizer = adamw([(model, 1e-3), (questions, 1e-3)], 0.05)
    order = Batches(len(train_set), BATCH * run.larger, run.seed)
    places = np.array([[one.key for one in SETTINGS].index(scene.setting) for scene in train_set.scenes])
    alike = [np.flatnonzero(places == number) for number in np.unique(places)]

    def step(number: int, progress: float) -> dict[str, torch.Tensor]:
        rng = random.Random(run.step_seed(number))
        chosen = order.at(number)
        if rng.random() < ALIKE:
            there = rng.choice(alike)
            chosen = np.array(rng.sample(there.tolist(), min(len(there), len(chosen))))
        scenes = [train_set.scenes[i] for i in chosen]
        tell_of = story_start if rng.random() < STORY_BATCHES else described
        texts = [tell_of(scene, rng) for scene in scenes]
        with run.autocast():
            out = model(
                **_tokens(words, texts, run.device),
                pixel_values=pixels(train_set.pictures[chosen], run.device),
                output_hidden_states=True,
            )
        logits = out.logits_per_image.float()
        right = torch.arange(len(logits), device=logits.device)
        contrast = (functional.cross_entropy(logits, right) + functional.cross_entropy(logits.T, right)) / 2
        asked = questions(out.vision_model_output.hidden_states[-2], scenes, train_set.boxes[chosen])
        loss = contrast + QUESTIONS * asked
        return {"loss": loss, "contrast": contrast, "asked": asked, "hit": (logits.argmax(1) == right).float().mean()}

    def sample() -> None:
        model.save_pretrained(run.folder("parts") / "clip")
        processor.save_pretrained(run.folder("parts") / "clip")

    train(run, "clip", optimizer, {"clip": model, "questions": questions}, step, sample=sample)
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
