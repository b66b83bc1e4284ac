import torch
from rotary_embedding_torch import RotaryEmbedding

x = torch.ones(1, 1, 258, 32)
small = RotaryEmbedding(dim=32).rotate_queries_or_keys(x.bfloat16())[0, 0]
right = RotaryEmbedding(dim=32).rotate_queries_or_keys(x)[0, 0]
print("token 257 beside token 256:", (small[257] - small[256]).abs().max().item())
print("token 257 beside its float32:", (small[257] - right[257]).abs().max().item())
assert torch.equal(small[257], small[256])
