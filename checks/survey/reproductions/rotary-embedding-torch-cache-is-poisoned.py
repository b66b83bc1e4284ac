import torch
from rotary_embedding_torch import RotaryEmbedding

x = torch.ones(1, 1, 1024, 32)
rope, other = RotaryEmbedding(dim=32), RotaryEmbedding(dim=32)
rope.rotate_queries_or_keys(x.bfloat16())
error = (rope.rotate_queries_or_keys(x) - other.rotate_queries_or_keys(x)).abs().max()
print("float32 after bfloat16 is off by", error.item())
assert error > 1
