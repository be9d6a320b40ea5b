"""What all tests share: how hard Hypothesis looks, and where the published results of real units lie."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("suite", deadline=None, derandomize=True, max_examples=60, database=None)
settings.register_profile(
    "deep", deadline=None, max_examples=2000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data: CHITIEU_SHARED, else the folder `shared` beside the checkout.

    Those files are not ours to hand on, so a fresh clone may lack them; the project's own runner may not.
    """
    folder = Path(os.environ.get("CHITIEU_SHARED") or ROOT.parent / "shared")
    if not (folder / "data").is_dir():
        sentence = "The folder of shared data is absent: set CHITIEU_SHARED to run the tests on published results."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return folder
