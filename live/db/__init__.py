"""The database engine `live.db`: Django's for PostgreSQL, with connections that a process keeps open.

To open one costs as much as to post a turn.
"""

from typing import Any


def pool_options(most: int) -> dict[str, Any]:
    """Django's `pool`: a request that waits longer than `timeout` seconds for a connection is refused.

    After `reconnect_timeout` seconds the pool gives up, and the next request makes it try anew.
    """
    return {"min_size": 0, "max_size": most, "timeout": 5, "max_idle": 60, "reconnect_timeout": 1}
