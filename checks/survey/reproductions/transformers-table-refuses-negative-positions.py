import torch
from transformers.models.gptj.modeling_gptj import create_sinusoidal_positions

table = create_sinusoidal_positions(2048, 64)[None]
try:
    print("it did not raise", torch.gather(table, 1, torch.full((1, 1, 64), -1)).shape), exit(1)
except RuntimeError as error:
    print(error)
