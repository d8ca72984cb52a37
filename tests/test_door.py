"""Who comes in first, where a crowd of readers stands at the door."""

import resource
import socket
from contextlib import ExitStack, contextmanager

import pytest

from live.door import Door

FOR_A_SOCKET = b"GET /ws/interviews/rivers/?after=1 HTTP/1.1\r\n"
FOR_A_PAGE = b"GET /interviews/rivers/ HTTP/1.1\r\n"
FOR_THE_DESK = b"GET /ws/desk/rivers/ HTTP/1.1\r\n"
SILENT = b""


@pytest.fixture
def open_door():
    with Door(socket.create_server(("127.0.0.1", 0), backlog=100)) as door:
        yield door


@pytest.fixture
def comes(open_door):
    """Somebody connects and says something; `comes(asking)` is the port by which the door knows them."""
    with ExitStack() as here:

        def connect(asking):
            one = here.enter_context(socket.create_connection(open_door.getsockname()))
            one.sendall(asking)
            return one.getsockname()[1]

        yield connect


def who_is_let_in(door):
    let_in = []
    try:
        while True:
            one, (_, port) = door.accept()
            one.close()
            let_in.append(port)
    except BlockingIOError:
        return let_in


@contextmanager
def no_more_files():
    _, most = limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.parametrize(
    ("crowds", "asking"),
    [(FOR_A_SOCKET, FOR_A_PAGE), (FOR_A_SOCKET, FOR_THE_DESK), (FOR_A_SOCKET, SILENT), (FOR_A_PAGE, FOR_A_SOCKET)],
)
def test_nobody_stands_behind_a_crowd_of_readers_nor_a_reader_behind_one_of_others(open_door, comes, crowds, asking):
    crowd = [comes(crowds) for _ in range(30)]
    one = comes(asking)
    let_in = who_is_let_in(open_door)
    assert one in let_in[:2]
    assert [other for other in let_in if other != one] == crowd


def test_who_comes_while_others_wait_is_seen_by_looking_again(open_door, comes):
    comes(FOR_A_SOCKET), comes(FOR_A_SOCKET)
    open_door.accept()[0].close()
    late = comes(FOR_A_PAGE)
    open_door.look()
    assert open_door.is_waited_at
    assert who_is_let_in(open_door)[0] == late
    assert not open_door.is_waited_at


def test_what_was_said_at_the_door_is_still_to_be_read(open_door, comes):
    comes(FOR_A_SOCKET)
    one, _ = open_door.accept()
    with one:
        assert one.recv(100) == FOR_A_SOCKET


def test_too_many_open_files_are_told_when_all_who_wait_are_in(open_door, comes):
    comes(FOR_A_SOCKET), comes(FOR_A_SOCKET)
    first, _ = open_door.accept()
    comes(FOR_A_PAGE)
    with first, no_more_files():
        open_door.look()
        second, _ = open_door.accept()
        with second, pytest.raises(OSError, match="Too many open files"):
            open_door.accept()
