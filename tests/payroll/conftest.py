"""Whoever writes and approves cost sheets, and a project to write them for."""

from __future__ import annotations

import pytest

from tests import builders as make
from tests.payroll.sheets import make_guidance, make_project, make_terms


@pytest.fixture
def project():
    make_guidance()
    make_terms()
    return make_project()


@pytest.fixture
def writer():
    return make.make_user("district_officer", region="350203")


@pytest.fixture
def approver():
    return make.make_user("district_officer", region="350203")
