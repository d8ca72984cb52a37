"""Commands and answers as JSON over one WebSocket, which is how CDP and WebDriver BiDi talk."""

import json
import time

from websockets.sync.client import connect

ANSWERING = 30  # seconds until a command must be answered


class Wire:
    def __init__(self, url, hear):
        """`hear` is called with each event: what comes that is no answer."""
        # Without pings, which an old Chromium doesn't answer
        self._connecting = connect(url, max_size=None, proxy=None, open_timeout=ANSWERING, ping_interval=None)
        self._hear, self._last = hear, 0

    def __enter__(self):
        self._socket = self._connecting.__enter__()
        return self

    def __exit__(self, *exception):
        self._connecting.__exit__(*exception)

    def ask(self, method, params, **beside):
        """The answer's result; RuntimeError if the browser says no, TimeoutError if it says nothing."""
        self._last += 1
        self._socket.send(json.dumps({"id": self._last, "method": method, "params": params, **beside}))
        deadline = time.monotonic() + ANSWERING
        while True:
            try:
                message = json.loads(self._socket.recv(deadline - time.monotonic()))
            except TimeoutError:
                raise TimeoutError(f"no answer to {method} {params}") from None
            if message.get("id") == self._last:
                break
            self._hear(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message.get('message') or message['error']}")
        return message["result"]
