"""Which Fangtan is it? pyproject.toml says so, and everything else repeats it."""

import os
import re
import subprocess
import sys
import tomllib

import pytest
from django.urls import reverse

from .sites import ROOT

pytestmark = pytest.mark.slow  # each starts a program or more

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


@pytest.mark.parametrize("asked", ["--version", "version"])
def test_the_command_line_says_the_version_and_starts_no_database(asked, tmp_path):
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": "", "SECRET_KEY": ""}
    command = [sys.executable, "manage.py", asked]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout == f"Fangtan {VERSION}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("language", "words"), [("en", "Fangtan, version"), ("zh-hans", "访谈 Fangtan，版本")])
def test_the_desk_says_the_version_in_its_footer(client, zhou, language, words):
    client.force_login(zhou)
    page = client.get(reverse("desk:interviews"), headers={"Accept-Language": language}).text
    assert f"{words} {VERSION}" in page.partition("<footer")[2]


def test_who_is_not_signed_in_is_told_no_version(client, db):
    assert VERSION not in client.get(reverse("sign-in")).text


def test_the_newest_release_in_the_changelog_is_this_version():
    releases = re.findall(r"^## (\d\S*) ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert releases[0] == VERSION
