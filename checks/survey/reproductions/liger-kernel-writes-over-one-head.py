import torch
from liger_kernel.transformers.rope import liger_rotary_pos_emb

angles = torch.arange(5.0)[None, :, None].expand(1, 5, 4)
for heads in (1, 2):
    x = torch.ones(1, heads, 5, 4)
    liger_rotary_pos_emb(x, x.clone(), angles.cos(), angles.sin())
    print(heads, "head(s), input changed:", bool((x != 1).any())); assert (x != 1).any() == (heads == 1)
