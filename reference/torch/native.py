"""Builds and loads the C++ kernel.

The kernel is built once for each version of torch, of Python and of its sources, at the first
call that can use it or ahead by `python -m ropespec.reference.torch.build`, and kept in the
user's cache (`$XDG_CACHE_HOME/ropespec`, or `~/.cache/ropespec`). It needs a C++ compiler;
without one, plain torch does the same work slower, and `ropespec doctor` says so. A compiler
that failed is not asked again, but by that command. The environment variable
ROPESPEC_TORCH_KERNEL=off leaves the kernel out on purpose, and ROPESPEC_TORCH_KERNEL=triton
leaves all but Triton's out (`triton_kernel.choosing`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shutil
import sys
import sysconfig
import tempfile
import threading
from importlib.machinery import ExtensionFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any, NamedTuple

import torch

NAME = "ropespec_torch_kernel"
SWITCH = "ROPESPEC_TORCH_KERNEL"
SOURCES = Path(__file__).parent / "kernel"

# Contraction into fused multiply-adds would give other bits than plain torch. Threads come
# from torch's own OpenMP, so none is linked; a missing symbol shows at once and not in a call.
_COMPILE = ("-O3", "-std=c++20", "-ffp-contract=off", "-fopenmp", "-g0", "-w")
_LINK = ("-Wl,-z,now",) if sys.platform.startswith("linux") else ()


class Kernel(NamedTuple):
    """What came of loading the kernel.

    Attributes
    ----------
    module
        The extension module, None where there is none.
    reason
        One line: which instructions it uses, or why it is not there.
    """

    module: Any
    reason: str


_loaded: Kernel | None = None
_lock = threading.Lock()


def kernel() -> Kernel:
    """Return the kernel, loaded or built at the first call."""
    global _loaded
    if _loaded is None:
        with _lock:
            if _loaded is None:
                _loaded = _load()
    return _loaded


def status() -> str:
    """Say in a few words how it stands with the kernel, without building it."""
    if os.environ.get(SWITCH, "on") != "on":
        return _left_out(os.environ[SWITCH])
    return "built" if cached().exists() else _obstacle() or "not built yet"


def _left_out(wanted: str) -> str:
    """Say that the environment leaves the kernel out."""
    doubt = "" if wanted in ("off", "triton") else ", expected on, off or triton"
    return f"off ({SWITCH}={wanted}{doubt})"


def _obstacle() -> str:
    """Say why the kernel cannot be built, as far as is known; empty if nothing is."""
    compiler = _compiler()
    program = next(iter(compiler.split()), "")  # of "ccache g++" the first
    if not shutil.which(program):
        return f"no compiler ({compiler})"
    folder = cached().parent
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(there, os.W_OK):
        return f"no place to keep it ({there} cannot be written)"
    failed = _failed()
    return failed.read_text(encoding="utf-8") if failed.exists() else ""


def _failed() -> Path:
    """Return where it is kept that a compiler failed."""
    name = hashlib.sha256(_compiler().encode()).hexdigest()[:8]
    return cached().parent / f"failed-{name}"


def _compiler() -> str:
    """Return the compiler's name, as torch's own machinery takes it."""
    return os.environ.get("CXX", "c++")


def cached() -> Path:
    """Return where the kernel for these sources, this torch and this Python is kept."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    text = [torch.__version__, platform.machine(), sys.platform, *_COMPILE, *_LINK]
    parts = [part.encode() for part in text]
    parts += [path.read_bytes() for path in _sources()]
    key = hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    return Path(home) / "ropespec" / "torch" / key / f"{NAME}{suffix}"


def build() -> Path:
    """Build the kernel, unless it is there, and return its file.

    Several processes may ask at once: one builds, the others wait for it.

    Raises
    ------
    RuntimeError, OSError
        If the compiler fails, is missing, or the cache cannot be written.
    """
    file = cached()
    file.parent.mkdir(parents=True, exist_ok=True)
    with (file.parent / "lock").open("w") as lock:
        _hold(lock)  # let go by the system, even when a build is killed
        if not file.exists():
            with tempfile.TemporaryDirectory(dir=file.parent) as folder:
                Path(_compiled(folder)).replace(file)
    return file


def _sources() -> list[Path]:
    """The kernel's files, in order."""
    return sorted([*SOURCES.glob("*.cpp"), *SOURCES.glob("*.h")])


def _compiled(folder: str) -> str:
    """Compile with torch's own machinery and return the library's file."""
    from torch.utils import cpp_extension

    if find_spec("ninja"):  # its program lies beside Python's, where nobody may look
        import ninja

        os.environ["PATH"] = os.pathsep.join([ninja.BIN_DIR, os.environ.get("PATH", "")])
    sys.stderr.write("ropespec: building its torch kernel, once; about a minute\n")
    cpp_extension.load(
        NAME,
        [str(path) for path in _sources() if path.suffix == ".cpp"],
        extra_cflags=list(_COMPILE),
        extra_ldflags=list(_LINK),
        build_directory=folder,
        is_python_module=False,
    )
    (built,) = Path(folder).glob(f"{NAME}*.so")
    return str(built)


def _load() -> Kernel:
    """Load the kernel, building it if need be."""
    wanted = os.environ.get(SWITCH, "on")
    if wanted != "on":
        return Kernel(None, _left_out(wanted))
    known = "" if cached().exists() else _obstacle()
    if known:
        return Kernel(None, known)
    try:
        file = build()
        loader = ExtensionFileLoader(NAME, str(file))
        module = module_from_spec(spec_from_loader(NAME, loader))  # type: ignore[arg-type]
        loader.exec_module(module)
    except Exception as error:  # whatever fails here, plain torch does the work
        reason = f"could not be built: {_cause(error)}"
        with contextlib.suppress(OSError):
            _failed().write_text(reason, encoding="utf-8")
        sys.stderr.write(f"ropespec: its torch kernel {reason}; plain torch does its work\n")
        return Kernel(None, reason)
    return Kernel(module, f"compiled, {module.instructions()} instructions")


def again() -> Kernel:
    """Return the kernel; build it though a compiler failed before."""
    _failed().unlink(missing_ok=True)
    return kernel()


def _cause(error: Exception) -> str:
    """Return the line of a compiler's output that says what is wrong."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    telling = (line for line in lines if re.search(r"\b(error|not found|denied)\b", line[:200]))
    return next(telling, lines[0])[:200]


def _hold(lock: Any) -> None:
    """Wait for a file's lock, where the system has such locks."""
    if find_spec("fcntl"):
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)
