"""The readers of one interview in this process, and where they stand in its log."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from django.db import DatabaseError

from interviews.models import Interview
from interviews.rendering.frames import Message

logger = logging.getLogger(__name__)

BURST_SECONDS = 0.1  # turns that come closer together than this go out as one message
HEARTBEAT_SECONDS = 25  # a quiet room says its seq, so that a page can tell a quiet socket from a dead one
RETRY_SECONDS = 1  # between attempts to read the log while the database is away
READERS_A_SLICE = 200  # readers written to before the event loop may do something else
CATCH_UPS_KEPT = 50  # kept for those who come back from the same seq; a restart brings thousands of them
NO_INTERVIEW = 4404  # close code: no such interview, or not announced


@dataclass(frozen=True, slots=True)
class Encoded:
    """A message, encoded once for all its readers."""

    epoch: str
    seq: int
    text: str
    wire: bytes

    @classmethod
    def of(cls, message: Message) -> "Encoded":
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        return cls(message["epoch"], message["seq"], text, websocket_frame(text.encode()))

    @classmethod
    def nothing_new(cls, epoch: str, seq: int) -> "Encoded":
        return cls.of({"epoch": epoch, "from": seq, "seq": seq, "frames": []})


def websocket_frame(payload: bytes) -> bytes:
    """One whole text message from a server (RFC 6455 §5.2: FIN, opcode 1, no mask)."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2) + payload
    return b"\x81\x7f" + size.to_bytes(8) + payload


class Reader(Protocol):
    """An open page. No method may wait."""

    key: int  # its own among those that are open
    room: "Room | None"

    def is_open(self) -> bool: ...
    def write(self, message: Encoded) -> None: ...
    def close(self, code: int) -> None: ...

    def write_to_all(self, readers: "Mapping[int, Reader]", keys: Sequence[int], message: Encoded) -> None:
        """Write the message to each of the keys that is still among the readers."""


Read = Callable[[str, int], Awaitable[Message]]
"""(epoch, after) -> what the log holds since; Interview.DoesNotExist when it may no longer be read."""


class Room:
    def __init__(self, interview: Interview, read: Read) -> None:
        self.pk = interview.pk
        self.epoch = str(interview.epoch)
        self.seq = interview.public_seq
        self._entering = 0
        self._nothing_new = Encoded.nothing_new(self.epoch, self.seq)
        self._told = asyncio.get_running_loop().time()  # when the readers last heard something
        self._looks_again = self._told  # not before this time
        self._read = read
        self._readers: dict[int, Reader] = {}
        self._catch_ups: dict[tuple[str, int], asyncio.Task[Encoded]] = {}
        self._bell = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    def ring(self) -> None:
        self._bell.set()

    def close(self) -> None:
        self.epoch = ""  # whoever still comes in has to ask the log, and is told
        self._task.cancel()
        for reader in self._readers.values():
            reader.close(NO_INTERVIEW)

    async def enter(self, reader: Reader, epoch: str, after: int) -> None:
        """Bring the reader to the room's seq before it hears what comes next, so that nothing is missed or doubled.

        It hears something at once, by which its page knows that the socket leads here.
        Interview.DoesNotExist if it is gone, or if this room was closed before the reader got to it.
        """
        if not self.epoch:
            raise Interview.DoesNotExist
        self._entering += 1
        try:
            if (epoch, after) == (self.epoch, self.seq):
                reader.write(self._quiet())
            while (epoch, after) != (self.epoch, self.seq):
                message = await self._catch_up(epoch, after)
                reader.write(message)
                is_on_the_way = message.epoch == self.epoch and after < message.seq <= self.seq
                epoch, after = message.epoch, message.seq
                if not is_on_the_way:  # the log is ahead of the room, or a backup put it behind: the room must look
                    self.ring()
                    break
            if reader.is_open():
                self._readers[reader.key], reader.room = reader, self
        finally:
            self._entering -= 1

    @property
    def readers(self) -> int:
        return len(self._readers)

    def is_empty(self) -> bool:
        return not self._readers and not self._entering

    def leave(self, reader: Reader) -> None:
        if self._readers.get(reader.key) is reader:  # else the key is another's by now
            del self._readers[reader.key]

    async def _catch_up(self, epoch: str, after: int) -> Encoded:
        # Readers who come from the same seq share one answer.
        task = self._catch_ups.get((epoch, after))
        if task is None or (task.done() and task.exception()):
            if len(self._catch_ups) >= CATCH_UPS_KEPT:
                self._catch_ups.clear()
            task = self._catch_ups[epoch, after] = asyncio.create_task(self._fetch(epoch, after))
        return await asyncio.shield(task)  # one reader who gives up must not take it from the others

    async def _fetch(self, epoch: str, after: int) -> Encoded:
        return Encoded.of(await self._read(epoch, after))

    async def _run(self) -> None:
        while True:
            try:
                await self._wait()
                await self._advance()
            except DatabaseError as error:
                logger.warning("The log can't be read, trying again: %s", error)
                await self._trouble()
            except Interview.DoesNotExist:
                return self.close()
            except Exception:  # readers must not go without because of one turn that can't be rendered
                logger.exception("Interview %s can't be told to its readers, trying again", self.pk)
                await self._trouble()
            self._looks_again = asyncio.get_running_loop().time() + BURST_SECONDS

    async def _wait(self) -> None:
        """Return when something is new and the last look is long enough ago; tell the readers of a quiet room
        that it is quiet."""
        while not self._bell.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_SECONDS - self._silence()):
                    await self._bell.wait()
            if self._silence() >= HEARTBEAT_SECONDS:
                await self._say_nothing_is_new()
        if (rest := self._looks_again - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(rest)
        self._bell.clear()

    async def _trouble(self) -> None:
        self.ring()
        await asyncio.sleep(RETRY_SECONDS)
        if self._silence() >= HEARTBEAT_SECONDS:
            await self._say_nothing_is_new()

    async def _advance(self) -> None:
        message = await self._fetch(self.epoch, self.seq)
        if (message.epoch, message.seq) != (self.epoch, self.seq):
            self.epoch, self.seq = message.epoch, message.seq
            self._catch_ups.clear()
            await self._tell(message)

    async def _say_nothing_is_new(self) -> None:
        await self._tell(self._quiet())

    def _quiet(self) -> Encoded:
        """That nothing is new, encoded once for all who come while the log stands still."""
        quiet = self._nothing_new
        if (quiet.epoch, quiet.seq) != (self.epoch, self.seq):
            quiet = self._nothing_new = Encoded.nothing_new(self.epoch, self.seq)
        return quiet

    def _silence(self) -> float:
        return asyncio.get_running_loop().time() - self._told

    async def _tell(self, message: Encoded) -> None:
        # Write in slices, so that ten thousand readers don't keep an editor waiting.
        self._told = asyncio.get_running_loop().time()
        keys = list(self._readers)
        for start in range(0, len(keys), READERS_A_SLICE):
            for reader in islice(self._readers.values(), 1):  # any: a server's readers are all of one kind
                reader.write_to_all(self._readers, keys[start : start + READERS_A_SLICE], message)
            await asyncio.sleep(0)
