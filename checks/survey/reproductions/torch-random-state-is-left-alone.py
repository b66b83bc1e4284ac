import torch

before = torch.get_rng_state()
x, up = (torch.arange(4.0, requires_grad=True) for _ in range(2))
(g,) = torch.autograd.grad(x * torch.full((4,), 0.6), x, up, create_graph=True)
torch.autograd.grad(g, up, torch.ones(4))
print("unchanged:", torch.equal(torch.get_rng_state(), before)); assert torch.equal(torch.get_rng_state(), before)
