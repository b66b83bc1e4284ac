"""What is installed: the wheel's files, the wheel alone, the links, and what imports load."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import ropespec

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("spec", "reference", "checks")
HEAVY = ("hypothesis", "mpmath", "numpy", "sympy", "torch", "transformers")
NOT_SOURCE = (".*", "site", "build", "dist", "*.egg-info", "__pycache__", "node_modules")


def run(*command: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command as a user would, outside pytest's import settings."""
    hidden = {"PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS"}
    return subprocess.run(  # noqa: S603
        [str(part) for part in command],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name not in hidden},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive, and the wheel built from that archive, as for a release."""
    pytest.importorskip("build")
    folder = tmp_path_factory.mktemp("packaging")
    source = folder / "source"
    ignore = shutil.ignore_patterns(*NOT_SOURCE)
    shutil.copytree(ROOT, source, symlinks=True, ignore=ignore)
    done = run(sys.executable, "-m", "build", "--no-isolation", "-o", folder / "dist", source)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = (built / "dist").glob("*.whl")
    return found


def package_files(source: Path) -> set[str]:
    """Every file of the three folders that a user needs: all but tests and caches."""
    files = {"ropespec/__init__.py", "ropespec/__main__.py", "ropespec/py.typed"}
    for folder in FOLDERS:
        for path in (source / folder).rglob("*"):
            parts = path.relative_to(source).parts
            if path.is_file() and not {"tests", "__pycache__"} & set(parts):
                files.add("/".join(("ropespec", *parts)))
    return files


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(built: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    ours = {name for name in sizes if ".dist-info/" not in name}
    assert ours == package_files(built / "source")
    for folder in FOLDERS:  # links that were dropped give a wheel that is empty
        assert sizes[f"ropespec/{folder}/__init__.py"] > 0
        assert sum(name.startswith(f"ropespec/{folder}/") for name in ours) > 5
    assert any(name.endswith("licenses/LICENSE") for name in sizes)


@pytest.mark.slow
def test_the_source_archive_holds_files_and_no_links(built: Path) -> None:
    (archive,) = (built / "dist").glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        members = {entry.name.split("/", 1)[-1]: entry for entry in tar.getmembers()}
    assert {"LICENSE", "README.md", "pyproject.toml"} <= set(members)
    missing = {name for name in package_files(built / "source") if f"src/{name}" not in members}
    assert not missing
    assert not [name for name, entry in members.items() if entry.issym() or entry.islnk()]


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; the dependencies come from this one, unlinked."""
    home = tmp_path_factory.mktemp("elsewhere")
    assert run(sys.executable, "-m", "venv", "--without-pip", home / "env").returncode == 0
    python = home / "env" / "bin" / "python"
    done = run(
        *(sys.executable, "-m", "pip", "--python", python, "install"),
        *("--no-deps", "--no-index", "--disable-pip-version-check", wheel),
    )
    assert done.returncode == 0, done.stderr
    (site,) = (home / "env" / "lib").glob("python*/site-packages")
    here = next(path for path in sys.path if path.endswith("site-packages"))
    # A path named in a .pth file is searched, but its own .pth files are not read:
    # the dependencies are seen and the editable link to this repository is not.
    (site / "dependencies.pth").write_text(here + "\n", encoding="utf-8")
    return home


@pytest.mark.slow
def test_the_wheel_works_alone(elsewhere: Path) -> None:
    code = (
        "import pathlib, ropespec, ropespec.spec, ropespec.checks, ropespec.reference as r;"
        "print(pathlib.Path(r.__file__).resolve()); print(r.RotaryConfig(head_dim=8).pairs)"
    )
    done = run(elsewhere / "env" / "bin" / "python", "-c", code, cwd=elsewhere)
    assert done.returncode == 0, done.stderr
    where, pairs = done.stdout.splitlines()
    assert Path(where).is_relative_to(elsewhere.resolve())
    assert pairs == "4"


@pytest.mark.slow
def test_the_installed_command_works_alone(elsewhere: Path) -> None:
    command = elsewhere / "env" / "bin" / "ropespec"
    version = run(command, "--version", cwd=elsewhere)
    assert version.returncode == 0, version.stderr
    assert ropespec.__version__ in version.stdout
    assert run(command, "list", "theorems", cwd=elsewhere).returncode == 0


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_package_links_to_the_folder(folder: str) -> None:
    link = ROOT / "src" / "ropespec" / folder
    assert link.is_symlink(), f"{link} is no link: the wheel would be empty"
    assert link.readlink() == Path("..") / ".." / folder


def test_every_public_name_is_there() -> None:
    code = "import ropespec; [getattr(ropespec, name) for name in ropespec.__all__]"
    more = "; assert callable(ropespec.identify), ropespec.identify"
    for first in ("", "import ropespec.checks.identify; "):  # a package of the same name
        done = run(sys.executable, "-c", first + code + more)
        assert done.returncode == 0, done.stderr


def loaded_by(code: str) -> set[str]:
    """The heavy packages that are loaded after a piece of code ran."""
    tail = f"\nimport sys\nsys.stdout.write('\\n' + ' '.join(set({HEAVY}) & set(sys.modules)))"
    done = run(sys.executable, "-c", code + tail)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import ropespec") == set()


def test_the_core_does_not_load_torch() -> None:
    loaded = loaded_by("import ropespec.spec, ropespec.reference, ropespec.checks")
    assert not loaded & {"torch", "transformers"}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom ropespec.checks.cli import main\n"
        f"sys.argv = ['ropespec', *{arguments}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )
    assert loaded_by(code) == set()
