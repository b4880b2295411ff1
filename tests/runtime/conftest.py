"""A state folder for one test."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def state(reachable_folders: Path) -> Path:
    """A state folder for one test."""
    folder = Path(tempfile.mkdtemp(dir=reachable_folders))
    folder.chmod(0o711)
    return folder / "var"
