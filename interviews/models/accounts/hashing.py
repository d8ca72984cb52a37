"""Passwords are hashed by one thread of each process, and few may wait for it: a flood of them stalls nobody else."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher

HASHES_AT_ONCE = 1  # each takes a core for a tenth of a second, and its memory
MAX_WAITING = 5  # each in one of the threads of their own (MAX_PASSWORDS_AT_ONCE of live/handler.py)
NICENESS = 5  # of the thread that hashes: whatever else there is to do comes first
BUSY_SECONDS = 3  # after which there may be room

T = TypeVar("T")


class Busy(Exception):
    """Too many passwords wait to be hashed."""


def _give_way() -> None:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


_hashing = ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="hashing", initializer=_give_way)
_places = threading.BoundedSemaphore(HASHES_AT_ONCE + MAX_WAITING)


def in_turn(work: Callable[[], T]) -> T:
    """Do the work in the thread that hashes; Busy if too many are waiting for it."""
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        return _hashing.submit(work).result()
    finally:
        _places.release()


def is_full() -> bool:
    """Tell whether `in_turn` would raise Busy now."""
    if _places.acquire(blocking=False):
        _places.release()
        return False
    return True


class Argon2(Argon2PasswordHasher):
    # docs/decisions/037-passwords-by-argon2.md
    time_cost = 2
    memory_cost = 64 * 1024  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return in_turn(lambda: super(Argon2, self).encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        return in_turn(lambda: super(Argon2, self).verify(password, encoded))


class PBKDF2(PBKDF2PasswordHasher):
    """Checks what was hashed until release 0.1."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        return in_turn(lambda: super(PBKDF2, self).encode(password, salt, iterations))
