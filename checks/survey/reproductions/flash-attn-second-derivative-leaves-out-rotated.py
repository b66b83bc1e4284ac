import contextlib, sys, torch, types
sys.modules["flash_attn_2_cuda"] = types.ModuleType("flash_attn_2_cuda")  # not built, not called
torch.cuda.device = lambda index: contextlib.nullcontext()
from flash_attn.layers.rotary import apply_rotary_emb
x, up = (torch.randn(1, 1, 1, 4, requires_grad=True) for _ in range(2))
y = apply_rotary_emb(x, torch.full((1, 1), 0.6), torch.full((1, 1), 0.8))
(g,) = torch.autograd.grad(y, x, up, create_graph=True)
(again,) = torch.autograd.grad(g, up, torch.ones_like(g))
print("expected [-0.2, 1.4, 1, 1], got", again.flatten().tolist()); assert not again[..., :2].any()
