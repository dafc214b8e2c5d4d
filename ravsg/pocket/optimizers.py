"""The writer's optimizers as one: Muon for the matrices of its Llama, AdamW for everything else.

Muon (Jordan et al. 2024; here `torch.optim.Muon`) learns from fewer tokens than AdamW, which counts on slow machines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from ravsg.pocket.loop import adamw

if TYPE_CHECKING:
    from transformers import LlavaForConditionalGeneration


class Both:
    """Behaves like one optimizer whose groups are those of both."""

    def __init__(self, model: LlavaForConditionalGeneration) -> None:
        llama, tower = model.model.language_model, model.model.vision_tower
        matrices = [value for value in llama.layers.parameters() if value.ndim == 2]
        held = {id(value) for value in matrices}
        others = nn.ParameterList(
            [
                value
                for part in (llama, model.model.multi_modal_projector)
                for value in part.parameters()
                if id(value) not in held
            ]
        )
        self.adamw = adamw([(tower, 6e-4), (others, 2e-3)], 0.03)
        self.muon = torch.optim.Muon(
            matrices, lr=4e-3, weight_decay=0.03, momentum=0.95, adjust_lr_fn="match_rms_adamw"
        )
        for group in self.muon.param_groups:
            group["peak"] = group["lr"]

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """The groups of both."""
        return [*self.adamw.param_groups, *self.muon.param_groups]

    def knows(self, module: nn.Module) -> bool:
        """Whether it has changed any weight of the module yet."""
        return any(value in self.adamw.state for value in module.parameters())

    def step(self) -> None:
        """Change the weights."""
        self.adamw.step()
        self.muon.step()

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients."""
        self.adamw.zero_grad(set_to_none)
        self.muon.zero_grad(set_to_none)

    def state_dict(self) -> dict[str, Any]:
        """The states of both."""
        return {"adamw": self.adamw.state_dict(), "muon": self.muon.state_dict()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """From `state_dict`, but for the peak rates: those are the recipe's of today."""
        peaks = [group["peak"] for group in self.param_groups]
        self.adamw.load_state_dict(state_dict["adamw"])
        self.muon.load_state_dict(state_dict["muon"])
        for group, peak in zip(self.param_groups, peaks, strict=True):
            group["peak"] = peak
