"""Schemes of diffusion models against tables that diffusers made (data/diffusers.json)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ropespec.reference import forms, layout_channels
from ropespec.reference.axes import scheme

DATA = json.loads((Path(__file__).parent / "data" / "diffusers.json").read_text())


def test_what_was_recorded() -> None:
    assert DATA["versions"] == {"diffusers": "0.42.1", "torch": "2.13.0"}
    names = [entry["scheme"] for entry in DATA["entries"]]
    assert names == [
        "wan", "flux.2", "hunyuan-image", "cosmos", "ltx", "z-image", "allegro",
    ]  # fmt: skip


@pytest.mark.parametrize("entry", DATA["entries"], ids=lambda entry: entry["scheme"])
def test_tables_of_diffusers(entry: dict[str, Any]) -> None:
    """In float32 there: frequency and product rounded, 1e-6 of the angle; then 2**-22."""
    config = scheme(entry["scheme"]).config(**entry["config"])
    channels = layout_channels(config)
    angles = forms.angles(np.array(entry["positions"]), config)
    table = np.zeros((len(angles), config.head_dim))
    for side in (0, 1):
        table[:, channels.read[:, side]] = angles
    limit = 1e-6 * np.abs(table) + 2.0**-22
    assert (np.abs(np.array(entry["cos"]) - np.cos(table)) <= limit).all()
    assert (np.abs(np.array(entry["sin"]) - np.sin(table)) <= limit).all()
