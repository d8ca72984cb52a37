"""The bytes of the file PAGE under HEADERS, as fast as an ASGI application can hand them to Daphne."""

import json
import os
from pathlib import Path

BODY = Path(os.environ["PAGE"]).read_bytes()
HEADERS = [(name.encode(), value.encode()) for name, value in json.loads(os.environ["HEADERS"])]
START = {"type": "http.response.start", "status": 200, "headers": HEADERS}


async def application(scope, receive, send):
    await send(START)
    await send({"type": "http.response.body", "body": BODY})
