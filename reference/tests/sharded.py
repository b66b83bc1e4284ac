"""One process of several: rotations of pieces have the bits of the whole.

Run by `torchrun --nproc-per-node 2 sharded.py`; an assertion that fails ends it with 1. With
`--all` it goes through every way to cut, and through FSDP.
"""

import os
import sys

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor
from torch.distributed.tensor.debug import CommDebugMode

from ropespec.reference import Dynamic, RotaryConfig
from ropespec.reference.torch import RotaryEmbedding, rotate

CONFIG = RotaryConfig(10, 6, layout="half", sign=-1, attention_factor=1.25)
BATCH, HEADS, KEY_HEADS, SEQ = 4, 8, 4, 16


def tensors(dtype):
    generator = torch.Generator().manual_seed(1)
    return tuple(
        torch.randn(BATCH, heads, SEQ, 10, generator=generator).to(dtype)
        for heads in (HEADS, KEY_HEADS)
    )


def positions():
    generator = torch.Generator().manual_seed(2)
    rows = torch.randint(-9, 300_000, (BATCH, SEQ), generator=generator)
    return {"count": 70_001, "line": rows[0], "rows": rows}


def same(pieces, whole):
    for piece, one in zip(pieces, whole, strict=True):
        assert torch.equal(piece.full_tensor(), one), (piece.placements, one.shape)


def ways(thorough):
    """Placements of queries and keys, kind of positions, and whether nothing need be sent."""
    yield Shard(1), Shard(1), "rows", True  # tensor parallel
    yield Shard(2), Shard(2), "rows", True  # context parallel
    if thorough:
        for kind in positions():
            yield Shard(0), Shard(0), kind, True
            yield Shard(1), Shard(1), kind, True
            yield Shard(1), Replicate(), kind, True  # fewer key heads than processes
            yield Shard(2), Shard(2), kind, kind != "count"
            yield Shard(3), Shard(3), kind, False  # a pair is never cut
            yield Replicate(), Replicate(), kind, True


def check_placements(mesh, thorough):
    q, k = tensors(torch.bfloat16)
    for on_q, on_k, kind, local in ways(thorough):
        at = positions()[kind]
        cut = distribute_tensor(q, mesh, [on_q]), distribute_tensor(k, mesh, [on_k])
        with CommDebugMode() as sent:
            found = rotate(*cut, at, CONFIG)
        assert not local or sent.get_total_counts() == 0, (on_q, on_k, kind)
        assert not local or [y.placements for y in found] == [(on_q,), (on_k,)]
        same(found, rotate(q, k, at, CONFIG))


def check_gradients(mesh):
    q, k = tensors(torch.float32)
    at = positions()["rows"]
    upstream = torch.randn(q.shape, generator=torch.Generator().manual_seed(3))
    cut = [distribute_tensor(x, mesh, [Shard(2)]).requires_grad_() for x in (q, k)]
    whole = [x.clone().requires_grad_() for x in (q, k)]
    weight = distribute_tensor(upstream, mesh, [Shard(2)])
    (rotate(*cut, at, CONFIG)[0] * weight).sum().backward()
    (rotate(*whole, at, CONFIG)[0] * upstream).sum().backward()
    assert torch.equal(cut[0].grad.full_tensor(), whole[0].grad)
    assert cut[1].grad is None


def check_compiled(mesh):
    """A traced program finds the rules, though nothing was rotated before."""
    q, k = tensors(torch.bfloat16)
    at = positions()["line"]
    for config, length in ((CONFIG, None), (RotaryConfig(10, scaling=Dynamic(2.0, 64)), 100)):

        def step(q, k, at, config=config, length=length):
            return rotate(q, k, at, config, length=length)

        for on, on_at in ((Shard(1), Replicate()), (Shard(2), Shard(0))):
            cut = [distribute_tensor(x, mesh, [on]) for x in (q, k)]
            compiled = torch.compile(step, backend="aot_eager", fullgraph=True)
            for given in (distribute_tensor(at, mesh, [on_at]), at):
                found = compiled(*cut, given)
                assert [y.placements for y in found] == [(on,), (on,)]
                same(found, step(q, k, at))


def check_in_place_and_bits(mesh):
    q, k = tensors(torch.float32)
    at = positions()["rows"]
    for words in ({"inplace": True}, {"phases": "float32"}):
        cut = [distribute_tensor(x, mesh, [Shard(2)]) for x in (q, k)]
        same(
            rotate(*cut, at, CONFIG, **words), rotate(q.clone(), k.clone(), at, CONFIG, **words)
        )


def zigzag(length, world):
    """The tokens of each process one after the other: slice r and slice 2 world - 1 - r."""
    slices = torch.arange(length).chunk(2 * world)
    return torch.cat([torch.cat([slices[r], slices[-1 - r]]) for r in range(world)])


def check_context_parallel(mesh):
    """Tokens out of order, positions cut with them, as distributed tensors and by hand."""
    q, k = tensors(torch.bfloat16)
    order = zigzag(SEQ, mesh.size())
    whole = rotate(q, k, None, CONFIG)
    cut = [distribute_tensor(x[:, :, order], mesh, [Shard(2)]) for x in (q, k)]
    at = distribute_tensor(order, mesh, [Shard(0)])
    found = rotate(*cut, at, CONFIG)
    same(found, tuple(x[:, :, order] for x in whole))
    mine = order.chunk(mesh.size())[dist.get_rank()]
    by_hand = rotate(q[:, :, mine], k[:, :, mine], mine, CONFIG)
    for piece, local in zip(found, by_hand, strict=True):
        assert torch.equal(piece.to_local(), local)


def check_two_dimensions():
    world = dist.get_world_size()
    mesh = init_device_mesh("cpu", (world // 2, 2), mesh_dim_names=("context", "tensor"))
    q, k = tensors(torch.bfloat16)
    at = positions()["rows"]
    cut = [distribute_tensor(x, mesh, [Shard(2), Shard(1)]) for x in (q, k)]
    with CommDebugMode() as sent:
        found = rotate(*cut, at, CONFIG)
    assert sent.get_total_counts() == 0
    same(found, rotate(q, k, at, CONFIG))


class Layer(torch.nn.Module):
    """Projections around a rotation."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(4)
        self.project = torch.nn.Linear(10, 10)
        self.rope = RotaryEmbedding(CONFIG)

    def forward(self, q, k, at):
        turned_q, turned_k = self.rope(self.project(q), self.project(k), at)
        return (turned_q[:, ::2] * turned_k).sum()


def check_fsdp():
    """A sharded module trains as a whole one does."""
    from torch.distributed.fsdp import fully_shard

    q, k = tensors(torch.float32)
    at = positions()["rows"]
    whole, cut = Layer(), Layer()
    fully_shard(cut)
    for layer in (whole, cut):
        layer(q, k, at).backward()
    grad = cut.project.weight.grad
    assert isinstance(grad, DTensor)
    torch.testing.assert_close(grad.full_tensor(), whole.project.weight.grad)


def main():
    store = [word.partition("=")[2] for word in sys.argv if word.startswith("--store=")]
    rank, world = (int(os.environ[name]) for name in ("RANK", "WORLD_SIZE"))
    meeting = {"init_method": f"file://{store[0]}"} if store else {}
    dist.init_process_group("gloo", rank=rank, world_size=world, **meeting)
    mesh = init_device_mesh("cpu", (dist.get_world_size(),))
    thorough = "--all" in sys.argv
    if thorough:
        check_compiled(mesh)
    check_placements(mesh, thorough)
    check_context_parallel(mesh)
    check_gradients(mesh)
    if thorough:
        check_in_place_and_bits(mesh)
        check_two_dimensions()
        check_fsdp()
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
