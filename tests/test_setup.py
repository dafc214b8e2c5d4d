"""`scripts/setup` with a pip that only notes what it is asked: what is said, what goes and comes, in which order."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
BASH: Final = shutil.which("bash")

pytestmark = pytest.mark.skipif(BASH is None, reason="scripts are for bash")

# answers `pip show` by the list of what is there, keeps what else pip is asked, and has its packages in a folder here
PYTHON: Final = """#!/bin/sh
here=$(dirname "$0")
case "$*" in
  "-m pip show"*) for name; do :; done; grep -qx "$name" "$here/there" ;;
  "-m pip "*) echo "$*" >>"$here/asked" ;;
  *sysconfig*) echo "$here/packages" ;;
esac
"""


@dataclass(frozen=True, slots=True)
class Project:
    """A copy of what the set-up reads, with a .venv whose python is a note-taker."""

    folder: Path

    def there(self, *names: str) -> None:
        """These distributions are installed."""
        (self.folder / ".venv/bin/there").write_text("".join(f"{name}\n" for name in names))

    def card(self) -> None:
        """An NVIDIA card answers from now on."""
        _program(self.folder / "path/nvidia-smi", "#!/bin/sh\n")

    def set_up(self) -> str:
        """Run it; gives what it said."""
        paths = f"{self.folder / 'path'}:/usr/bin:/bin"
        ended = subprocess.run(
            [str(BASH), str(self.folder / "scripts/setup")],
            env={**os.environ, "PATH": paths, "PYTHON": sys.executable},
            capture_output=True,
            text=True,
            check=True,
        )
        return ended.stderr

    @property
    def asked(self) -> list[str]:
        """What pip was asked, in order, without `-m pip`."""
        notes = self.folder / ".venv/bin/asked"
        return [line.removeprefix("-m pip ") for line in notes.read_text().splitlines()] if notes.exists() else []


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for folder in ("scripts", "path", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("scripts/setup", *(path.name for path in ROOT.glob("requirements*.txt"))):
        shutil.copy(ROOT / name, tmp_path / name)
    _program(tmp_path / ".venv/bin/python", PYTHON)
    # whatever this machine has: no card answers, and the system is Linux
    _program(tmp_path / "path/nvidia-smi", "#!/bin/sh\nexit 9\n")
    _program(tmp_path / "path/uname", "#!/bin/sh\necho Linux\n")
    made = Project(tmp_path)
    made.there()
    return made


def test_without_a_card_faiss_cpu_is_installed_and_nothing_taken_away(project: Project) -> None:
    project.set_up()
    (install,) = project.asked
    assert install.startswith("install ")
    assert install.endswith("--requirement=requirements.txt")


def test_a_second_run_does_nothing(project: Project) -> None:
    project.set_up()
    assert project.set_up() == ""
    assert len(project.asked) == 1


def test_a_card_that_comes_later_takes_faiss_cpu_away_before_the_other_comes(project: Project) -> None:
    project.set_up()
    project.there("faiss-cpu")
    project.card()
    project.set_up()
    _, uninstall, install = project.asked
    assert uninstall == "uninstall --quiet --yes faiss-cpu faiss-gpu-cu12"
    assert "--requirement=requirements-gpu.txt" in install
    assert "faiss-cpu" not in (project.folder / ".venv/requirements.txt").read_text()
    assert "torch==" in (project.folder / ".venv/requirements.txt").read_text()


def test_a_card_that_is_gone_brings_faiss_cpu_back_alone(project: Project) -> None:
    project.there("faiss-gpu-cu12")
    project.set_up()
    uninstall, install = project.asked
    assert uninstall.startswith("uninstall ")
    assert install.endswith("--requirement=requirements.txt")


def test_the_size_is_said_before_it_is_fetched(project: Project) -> None:
    said = project.set_up()
    assert "about 3 GB to download, about 6 GB on disk" in said
    pin = next(line for line in (ROOT / "requirements.txt").read_text().splitlines() if line.startswith("torch=="))
    assert f"install {pin.split()[0]} with .venv/bin/python -m pip" in said
    assert "http" not in said


def test_where_a_card_answers_there_is_no_talk_of_a_cpu_build(project: Project) -> None:
    project.card()
    said = project.set_up()
    assert "about 3 GB" in said
    assert "CPU" not in said


def test_who_has_torch_already_is_told_no_size(project: Project) -> None:
    (project.folder / ".venv/bin/packages/torch").mkdir(parents=True)
    assert "GB" not in project.set_up()
