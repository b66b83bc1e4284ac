import torch
from diffusers.models.embeddings import get_1d_rotary_pos_embed

one = torch.ones(1)
scaled = get_1d_rotary_pos_embed(128, one, ntk_factor=4.0).angle()[0, -1]
plain = get_1d_rotary_pos_embed(128, one).angle()[0, -1]
print(f"ntk_factor=4: the slowest pair is divided by {(plain / scaled).item():.4f}, not by 4")
assert abs(plain / scaled - 4 ** (126 / 128)) < 1e-3
