"""Nothing of the reference but `reference.torch` needs torch, nor anything else of weight."""

import subprocess
import sys

CODE = """
import importlib, pkgutil, sys
for name in ("torch", "transformers", "jax", "tensorflow", "matplotlib"):
    sys.modules[name] = None
import ropespec.reference as reference
names = [
    found.name
    for found in pkgutil.walk_packages(reference.__path__, "ropespec.reference.",
                                       onerror=lambda name: None)
    if not found.name.startswith(("ropespec.reference.torch", "ropespec.reference.tests"))
]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def test_every_module_loads_without_torch() -> None:
    ended = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) > 100
