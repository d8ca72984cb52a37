"""Open an address in one of the engines, and talk to its window:

.venv/bin/python -i -m tests.engines Chromium-86 http://127.0.0.1:8000/
>>> window.click("button"); window.text("h1"); window.errors; window.picture("/tmp/86.png")
"""

import atexit
import sys

from .browsers import NAMES, browser

if len(sys.argv) < 2:
    raise SystemExit(f"{__doc__}\nEngines: {' '.join(NAMES)}")
running = browser(sys.argv[1])
running.__enter__()
atexit.register(running.__exit__)
window = running.window(*sys.argv[3:4])
print(running.version)
if len(sys.argv) > 2:
    window.open(sys.argv[2])
