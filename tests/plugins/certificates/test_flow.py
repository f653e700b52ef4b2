"""From a completed course to a file that anyone can check, over plain forms."""

import re

import pytest

pytestmark = pytest.mark.pdf


def test_smoke(learner):
    pdf = learner.file(name="Amina Yusuf")
    assert pdf.startswith(b"%PDF")
