import torch
from x_transformers.x_transformers import RotaryEmbedding

try:
    print("it did not raise", RotaryEmbedding(8)(torch.zeros(2, 0, dtype=torch.int64))), exit(1)
except RuntimeError as error:
    print(error)
