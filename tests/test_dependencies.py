"""What pyproject.toml asks for is what the locks install."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .sites import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SITE = PROJECT["project"]["dependencies"]
GROUPS = PROJECT["dependency-groups"]
LOCKS = {
    "requirements.txt": SITE,
    "requirements-dev.txt": SITE + GROUPS["dev"],
    "requirements-bench.txt": SITE + GROUPS["bench"],
}
AGAIN = "Run `make lock`."


@pytest.mark.parametrize(("name", "asked"), LOCKS.items())
def test_a_lock_holds_what_is_asked_for(name, asked):
    locked = dict(re.findall(r"^(\S+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))
    for requirement in map(Requirement, asked):
        version = locked.get(canonicalize_name(requirement.name), "0")
        assert version in requirement.specifier, f"{name} has {requirement.name} {version}. {AGAIN}"


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json", "tests/engines/package-lock.json"])
def test_a_lock_names_nowhere_to_download_from(name):
    """Whoever installs may have a registry of their own; the hashes tell whether it gave the right thing."""
    text = (ROOT / name).read_text()
    assert "sha" in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    assert '"resolved"' not in text
