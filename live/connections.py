"""Daphne's connections with a write of our own: most of what its own costs is Twisted's deferred write path.

The hub gets `scope["extensions"]["fangtan.write"]`: the reader's Socket, and a way to many. Both put one encoded
WebSocket frame on the socket at once while nothing waits there, and behind what waits otherwise.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import daphne.server
from daphne.server import reactor, twisted_loop
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

from .door import Door
from .open_pages import OpenPages
from .sending import send, send_to_all

UNSENT = 512 * 1024  # bytes we keep for a reader beyond what the kernel does; then it comes back and catches up
AT_A_TIME = 20  # of a crowd that comes in; a handshake takes 0.3 ms, and a post ten turns of the event loop
ROUND = 1  # second


class Server(daphne.server.Server):  # type: ignore[misc]
    """Daphne looks at every connection every second; this one only at those with whom something may be the matter."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.connections: dict[Any, dict[str, Any]] = {}
        self._unanswered: set[Any] = set()  # requests, and sockets that are not open yet
        self._changed: set[Any] = set()  # those that were disconnected, or whose application ended
        self.open_pages = OpenPages()

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        port.socket = Door(port.socket)
        port.fileno = port.socket.fileno
        port.doRead = partial(_accept_a_few, port)
        twisted_loop.add_reader(self.open_pages.fileno(), self.open_pages.hear)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        scope["root_path"] = self.root_path  # not what a header says: it would put another page at this address
        if scope["type"] == "websocket":
            scope.setdefault("extensions", {})["fangtan.write"] = {"socket": protocol, "send_to_all": send_to_all}
        queue = super().create_application(protocol, scope)
        if queue:
            task = self.connections[protocol]["application_instance"]
            task.add_done_callback(lambda _: self._changed.add(protocol))
        return queue

    def protocol_connected(self, protocol: Any) -> None:
        super().protocol_connected(protocol)
        self._unanswered.add(protocol)

    def opened(self, page: "Socket") -> None:
        self._unanswered.discard(page)
        self.open_pages.add(page)

    def protocol_disconnected(self, protocol: Any) -> None:
        super().protocol_disconnected(protocol)
        self._changed.add(protocol)
        self._unanswered.discard(protocol)

    def application_checker(self) -> None:
        """Daphne's own, which clears away what has ended, shown only what has changed."""
        everybody = self.connections
        self.connections = {protocol: everybody[protocol] for protocol in self._changed if protocol in everybody}
        super().application_checker()
        for protocol in self._changed - self.connections.keys():
            everybody.pop(protocol, None)
        self._changed = set(self.connections)
        self.connections = everybody

    def timeout_checker(self) -> None:
        for protocol in list(self._unanswered):
            protocol.check_timeouts()
        self.open_pages.ping_some()
        reactor.callLater(ROUND, self.timeout_checker)


class Socket(WebSocketProtocol):  # type: ignore[misc]
    """A reader's connection, as the hub sees it."""

    CONFIG_ATTRS = ()  # see Sockets
    number = -1  # of its file, once it is open
    when_closing: Callable[[], None] | None = None

    @property
    def may_write(self) -> bool:
        return bool(self.state == self.STATE_OPEN)

    def write(self, frame: bytes) -> None:
        """A whole frame, in order with all that was written before. Never waits."""
        if self.may_write:
            self.write_rest(frame, 0 if self._unsent() else send(self.number, frame))

    def write_rest(self, frame: bytes, sent: int) -> None:
        """What the kernel had no room for; who lags too far behind is cut off."""
        if not self.may_write:
            return  # nothing may follow a close frame
        if self._unsent() + len(frame) - sent > UNSENT:
            self.cut_off()
        elif sent < len(frame):
            self.transport.write(frame[sent:])

    def _unsent(self) -> int:
        transport = self.transport
        return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)

    def dataReceived(self, data: bytes) -> None:
        if self.may_write:
            self.server.open_pages.heard(self.number)
        super().dataReceived(data)

    def onOpen(self) -> None:
        self.number = self.transport.fileno()
        super().onOpen()
        self._forget_the_handshake()
        self.server.opened(self)

    def _forget_the_handshake(self) -> None:
        """A fifth of a reader's memory."""
        channel = self.transport.producer  # of HTTP, with the request that the socket came by
        self.transport.unregisterProducer()
        channel.requests.clear()  # each of which knows the channel: nothing but a look at every object would find them
        self.request.headers.clear()
        self.request.params.clear()
        self.http_request_data = self.http_response_data = self.http_status_line = self.application_deferred = None

    def sendCloseFrame(self, *arguments: Any, **options: Any) -> None:
        self._close_now()  # nothing may follow it
        super().sendCloseFrame(*arguments, **options)

    def cut_off(self) -> None:
        self._close_now()
        self.transport.abortConnection()

    def onClose(self, *arguments: Any) -> None:
        self._close_now()
        super().onClose(*arguments)

    def connectionLost(self, reason: Any = None) -> None:
        super().connectionLost(reason)
        self.when_closing = self.is_open = self.is_closed = None  # each leads back here

    def _close_now(self) -> None:
        """The next connection may get this one's number."""
        if self.number != -1:
            self.server.open_pages.forget(self.number)
        if self.when_closing:
            self.when_closing()


class Sockets(WebSocketFactory):  # type: ignore[misc]
    """The options of all its sockets are their class's.

    Autobahn's way, each has a copy of them and puts them in words for a log that nobody keeps, which is a third of what
    it costs to come in.
    """

    protocol = Socket

    def setProtocolOptions(self, **options: Any) -> None:
        super().setProtocolOptions(**options)
        for name in WebSocketProtocol.CONFIG_ATTRS:
            setattr(Socket, name, staticmethod(getattr(self, name)))  # one of them is a function, and no method


daphne.server.WebSocketFactory = Sockets  # Daphne makes its factory where nobody else can reach it


def _accept_a_few(port: Any) -> None:
    """Twisted takes the more at a time the more come, and whoever is at work waits for all of them at each step."""
    port.numberAccepts = AT_A_TIME
    if port.socket.is_waited_at:
        port.socket.look()
    type(port).doRead(port)
    if port.socket.is_waited_at:  # the system doesn't tell of them any more
        port.stopReading()
        reactor.callLater(0, port.doRead)
    else:
        port.startReading()
