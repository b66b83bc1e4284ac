import contextlib, io, torch
from liger_kernel.transformers.rope import liger_rotary_pos_emb

x, table, said = torch.ones(1, 2, 3, 4), torch.ones(1, 3, 4), io.StringIO()
with contextlib.redirect_stderr(said):
    liger_rotary_pos_emb(x, x.clone(), table, table)
print(said.getvalue()[:90], "..."); assert "could not be imported" in said.getvalue()
