"""One hub in each process hears PostgreSQL's NOTIFY and tells the rooms to read the log.

The bell may be lost, the log may not: a notice only says where to look, and looking finds whatever was missed while
nobody listened. Readers never touch the ORM, the hub's own threads do.
"""

import asyncio
import logging
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Never, TypeVar

import psycopg
from django.db import DatabaseError, close_old_connections, connection

from interviews.models import Interview
from interviews.models.figures.readership import count_readers
from interviews.models.transcript.log import CHANGES_CHANNEL, RIGHTS_CHANNEL
from interviews.rendering import frames

from .room import Reader, Room

logger = logging.getLogger(__name__)

RECONNECT_SECONDS = 1  # between attempts to LISTEN, and between looks at the log meanwhile
RECHECK_SECONDS = 10  # between looks at the log while LISTEN seems to be well
COUNT_SECONDS = 5  # between counts of the readers
LOG_THREADS = 4  # for reading the log, each with a connection of its own while it reads

T = TypeVar("T")


class Bell(asyncio.Event):
    """Rings for one open page of the desk; `in_doubt` when somebody has lost rights."""

    in_doubt = False

    def ask(self) -> None:
        self.in_doubt = True
        self.set()


class Hub:
    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}  # by slug
        self._opening: dict[str, asyncio.Task[Room]] = {}
        self._bells: dict[Bell, int] = {}  # of the desk's open pages, each with its interview's id
        self._process = uuid.uuid4()  # a name for this one among those that count readers
        self._tasks: list[asyncio.Task[None]] = []
        self._threads = ThreadPoolExecutor(LOG_THREADS, thread_name_prefix="hub")
        self._listening = asyncio.Event()

    async def enter(self, slug: str, reader: Reader, epoch: str, after: int) -> Room:
        """Interview.DoesNotExist if there is none to read, DatabaseError if that can't be known now."""
        self._begin()
        room = await self._room(slug)
        try:
            await room.enter(reader, epoch, after)
        except Interview.DoesNotExist:  # it is gone, and another may have its slug, or only the room is
            self._close(slug, room)
            room = await self._room(slug)
            await room.enter(reader, epoch, after)
        return room

    @contextmanager
    def bell(self, pk: int) -> Iterator[Bell]:
        """Rings when the desk of this interview may have something new; and at once, since something may have
        been missed."""
        self._begin()
        bell = Bell()
        bell.set()
        self._bells[bell] = pk
        try:
            yield bell
        finally:
            del self._bells[bell]

    def _begin(self) -> None:
        # Daphne doesn't tell when it starts, so the first page starts the hub.
        if not self._tasks:
            works = (self._listen, self._watch, self._count)
            self._tasks = [asyncio.create_task(_over_and_over(work)) for work in works]

    async def _room(self, slug: str) -> Room:
        # However many come at once, the interview is looked up once.
        if room := self._rooms.get(slug):
            return room
        if slug not in self._opening:
            task = self._opening[slug] = asyncio.create_task(self._look_up(slug))
            task.add_done_callback(lambda _: self._opening.pop(slug))
        return await asyncio.shield(self._opening[slug])

    async def _look_up(self, slug: str) -> Room:
        interview = await self._in_thread(partial(Interview.objects.announced().get, slug=slug))
        self._rooms[slug] = Room(interview, partial(self._read, interview.pk))
        return self._rooms[slug]

    def _close(self, slug: str, room: Room) -> None:
        if self._rooms.get(slug) is room:
            del self._rooms[slug]
        room.close()

    async def _read(self, pk: int, epoch: str, after: int) -> frames.Message:
        return await self._in_thread(partial(frames.changes, pk, epoch, after))

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as bell:
            await bell.execute(f"LISTEN {CHANGES_CHANNEL}")
            await bell.execute(f"LISTEN {RIGHTS_CHANNEL}")
            with self._hearing(), _whenever_readable(bell.fileno(), partial(self._take_from, bell.pgconn)) as failure:
                await failure

    @contextmanager
    def _hearing(self) -> Iterator[None]:
        # Look at every room once listening has begun: nobody knows what was said before.
        for room in self._rooms.values():
            room.ring()
        self._doubt()
        self._listening.set()
        try:
            yield
        finally:
            self._listening.clear()

    def _doubt(self) -> None:
        for bell in self._bells:
            bell.ask()

    def _take_from(self, line: Any) -> None:
        """psycopg.OperationalError if the line is dead.

        Replaces psycopg's `notifies()`, which wakes ten times a second.
        """
        line.consume_input()
        while notice := line.notifies():
            self._heard(notice.relname.decode(), notice.extra.decode())

    def _heard(self, channel: str, payload: str) -> None:
        if channel == RIGHTS_CHANNEL:
            return self._doubt()
        pk, what = payload.split(":")
        for bell, interview in self._bells.items():
            if interview == int(pk):
                bell.set()
        for room in self._rooms.values():
            if room.pk == int(pk) and what != "desk":
                room.ring()

    async def _watch(self) -> None:
        """Find what LISTEN missed, and close the rooms that everybody has left."""
        here = dict(self._rooms)
        ids = [room.pk for room in here.values()]
        log = await self._in_thread(lambda: Interview.objects.announced().only("epoch", "seq", "unseen").in_bulk(ids))
        for slug, room in here.items():
            if room.is_empty() or room.pk not in log:
                self._close(slug, room)
            elif (str(log[room.pk].epoch), log[room.pk].public_seq) != (room.epoch, room.seq):
                room.ring()
        if self._listening.is_set():
            await asyncio.sleep(RECHECK_SECONDS)

    async def _count(self) -> None:
        readers: Counter[int] = Counter()
        for room in self._rooms.values():  # an interview whose slug was changed may have two
            readers[room.pk] += room.readers
        await self._in_thread(partial(count_readers, self._process, +readers))
        await asyncio.sleep(COUNT_SECONDS)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _with_own_connection, work)


@contextmanager
def _whenever_readable(number: int, work: Callable[[], None]) -> Iterator[asyncio.Future[Never]]:
    """Do the work whenever the number is readable, at once and in no task: a woken task would find the same notice
    again. The future carries a failure."""
    loop = asyncio.get_running_loop()
    failure: asyncio.Future[Never] = loop.create_future()

    def do() -> None:
        try:
            work()
        except Exception as error:
            loop.remove_reader(number)
            failure.set_exception(error)

    loop.add_reader(number, do)
    try:
        yield failure
    finally:
        loop.remove_reader(number)


async def _over_and_over(work: Callable[[], Awaitable[None]]) -> Never:
    # Readers depend on this for as long as the process lives.
    while True:
        try:
            await work()
        except (psycopg.Error, DatabaseError) as error:
            logger.warning("The database is away, trying again: %s", error)
        except Exception:
            logger.exception("The hub fell over, trying again")
        await asyncio.sleep(RECONNECT_SECONDS)


def _with_own_connection(work: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


def _address() -> dict[str, Any]:
    parameters = connection.get_connection_params()
    return {name: parameters[name] for name in parameters if name not in ("context", "cursor_factory")}
