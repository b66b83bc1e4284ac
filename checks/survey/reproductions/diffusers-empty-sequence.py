import torch
from diffusers.models.embeddings import apply_rotary_emb

table = torch.ones(0, 8)
try:
    print("it did not raise", apply_rotary_emb(torch.ones(2, 0, 3, 8), (table, table), sequence_dim=1).shape), exit(1)
except RuntimeError as error:
    print(error)
