"""A temporary folder that PostgreSQL's own account can reach (pytest's are closed to others)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def reachable_folders() -> Iterator[Path]:
    """The folder of a test module."""
    folder = Path(tempfile.mkdtemp(prefix="xmsw-tests-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def state(reachable_folders: Path) -> Path:
    """A state folder for one test."""
    folder = Path(tempfile.mkdtemp(dir=reachable_folders))
    folder.chmod(0o711)
    return folder / "var"
