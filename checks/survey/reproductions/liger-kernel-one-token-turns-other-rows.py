import torch
from liger_kernel.transformers.rope import liger_rotary_pos_emb

angles = torch.tensor([0.0, 1.0])[:, None, None].expand(2, 1, 4)  # row 0 at position 0
x = torch.ones(2, 3, 1, 4)
q, _ = liger_rotary_pos_emb(x.clone(), x.clone(), angles.cos(), angles.sin())
print("row 0, which should not turn:", q[0, :, 0].tolist())
assert not torch.equal(q[0], x[0])
