"""A browser's process: how it is started, what it says of itself, and how it ends."""

import re
import subprocess
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

STARTING = 60  # seconds until a browser must have said where it listens
ENDING = 10  # seconds until one that was told to end must be gone


class Browser:
    """One that runs while a `with` does: `start`, which each engine has, puts into `until` what is to be ended."""

    def __init__(self, name, path):
        self.name, self._path = name, str(path)

    def __enter__(self):
        with ExitStack() as self.until:
            self.start()
            self.until = self.until.pop_all()
        return self

    def __exit__(self, *exception):
        self.until.close()


class Process:
    """Runs a command, and waits for a line that fits if one is asked for; `lines` are all that it writes."""

    def __init__(self, command, says="", **how):
        self._command = command
        self._popen = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **how
        )
        self.lines = []
        self._found, self._match = threading.Event(), None
        self._says = re.compile(says)
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()
        if not says:
            return
        if not self._found.wait(STARTING) or not self._match:
            self.end()
            raise TimeoutError(f"{command[0]} didn't say that it listens: {self.lines[-10:]}")
        self.said = self._match[1]

    def _listen(self):
        for line in self._popen.stdout:
            self.lines.append(line)
            if not self._match and (match := self._says.search(line)):
                self._match = match
                self._found.set()
        self._found.set()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.end()

    def end(self):
        self._popen.terminate()
        try:
            self._popen.wait(ENDING)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait(ENDING)
        self._listening.join(ENDING)
        self._popen.stdout.close()


def profile(until):
    """A folder for what a browser remembers, gone when that ExitStack is closed."""
    return Path(until.enter_context(tempfile.TemporaryDirectory(prefix="engine-", ignore_cleanup_errors=True)))
