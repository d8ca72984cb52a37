import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def together(count, work):
    """Run `work(n)` in that many threads at once, each with a connection of its own; their answers."""
    gate = threading.Barrier(count)

    def one(n):
        gate.wait()
        try:
            return work(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as crew:
        return list(crew.map(one, range(count)))
