import torch
from liger_kernel.transformers.rope import liger_rotary_pos_emb

angles = torch.ones(1, 5, 4)
x, up = (torch.randn(1, 5, 2, 4).transpose(1, 2).requires_grad_() for _ in range(2))
q, _ = liger_rotary_pos_emb(x * 1, x.detach().clone(), angles.cos(), angles.sin())
(g,) = torch.autograd.grad(q, x, up * 1, create_graph=True)
(again,) = torch.autograd.grad(g, up, torch.ones_like(g))
print("expected [-0.3012, -0.3012, 1.3818, 1.3818], got", again[0, 0, 0].tolist()); assert (again == 1).all()
