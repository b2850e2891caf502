"""Each run of the tests has a temporary folder of its own.

Pytest's shared folder is made private anew by every run that starts. A database server that was started by root runs as
another user, who then can no longer pass, and the server of the run beside it dies.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

OWN_FOLDER = pytest.StashKey[Path]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.option.basetemp is None:
        folder = Path(tempfile.mkdtemp(prefix="weerzien-run-"))
        config.stash[OWN_FOLDER] = folder
        config.option.basetemp = str(folder / "run")


def pytest_unconfigure(config: pytest.Config) -> None:
    if OWN_FOLDER in config.stash:
        shutil.rmtree(config.stash[OWN_FOLDER], ignore_errors=True)
