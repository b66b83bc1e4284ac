"""What several tests share: the command line, the site, which is built once, and a browser."""

import functools
import gzip
import http.server
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from filelock import FileLock

from ropespec.checks.cli import main


@pytest.fixture
def ropespec_command(capsys):
    """Run the command; return its code, what it printed, and its errors."""

    def run(*arguments):
        handlers = {
            number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)
        }
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        for number, handler in handlers.items():  # a command that was ended leaves them off
            signal.signal(number, handler)
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err

    return run


@pytest.fixture(scope="session")
def generator() -> Callable[[str], ModuleType]:
    """Import a generator of pages by its name, from docs/ as docs/generate.py does."""

    def load(name: str) -> ModuleType:
        folder = str(Path(__file__).resolve().parents[2] / "docs")
        sys.path.insert(0, folder)
        try:
            return import_module(f"generators.{name}")
        finally:
            sys.path.remove(folder)

    return load


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it, once for all processes that run the tests.

    `ROPESPEC_SITE` names a folder where it was built just before.
    """
    pytest.importorskip("mkdocs")
    if "ROPESPEC_SITE" in os.environ:
        built = Path(os.environ["ROPESPEC_SITE"])
        assert (built / "index.html").is_file(), "ROPESPEC_SITE has no site"
        return built
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "site"
    with FileLock(shared / "site.lock"):
        if not folder.exists():
            _build(folder)
    return folder


def _build(folder: Path) -> None:
    """Build the site."""
    unfinished = folder.with_name("unfinished")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(unfinished)],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    unfinished.rename(folder)


@functools.cache
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 5)


@functools.cache
def _wordless(path: Path) -> bytes:
    """Return a search index without its words, which take every page a second to read."""
    settings = json.loads(path.read_bytes())["config"]
    return gzip.compress(json.dumps({"config": settings, "docs": []}).encode())


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serve files as web servers do: text is compressed, what all pages share is cached."""

    protocol_version = "HTTP/1.1"  # one connection serves many requests
    searchable = True

    def send_head(self) -> Any:
        path = Path(self.translate_path(self.path))
        if path.name == "search_index.json" and not self.searchable:
            return self._sent(_wordless(path), path)
        if path.suffix in (".html", ".js", ".css", ".json", ".svg") and path.is_file():
            return self._sent(_compressed(path), path)
        return super().send_head()

    def _sent(self, content: bytes, path: Path) -> io.BytesIO:
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        if path.suffix != ".html":
            self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        return io.BytesIO(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Searchless(_Handler):
    """Serve an empty search index."""

    searchable = False


@contextmanager
def _served(site: Path, handler: type[_Handler]) -> Iterator[str]:
    """Serve a folder; yield its address."""
    bound = functools.partial(handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), bound) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Serve the site."""
    with _served(site, _Handler) as address:
        yield address


@pytest.fixture(scope="session")
def searchless(site: Path) -> Iterator[str]:
    """Serve the site without words to search for, for tests that visit many pages."""
    with _served(site, _Searchless) as address:
        yield address


@pytest.fixture
def serve() -> Callable[[Path], AbstractContextManager[str]]:
    """Serve any folder."""
    return lambda folder: _served(folder, _Handler)


@pytest.fixture(scope="session")
def chromium() -> dict[str, Any]:
    """Say how to start Chromium, or skip; playwright brings no browser of its own."""
    pytest.importorskip("playwright")
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    quiet = (
        *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    )
    return {"executable_path": found, "args": list(quiet)}
