from .event import Event
from .interview import Interview, NotNow
from .people import Guest, Host, Person, User
from .section import Publisher, Section
from .speaker import Speaker
from .turn import Conflict, Turn

__all__ = [
    "Conflict",
    "Event",
    "Guest",
    "Host",
    "Interview",
    "NotNow",
    "Person",
    "Publisher",
    "Section",
    "Speaker",
    "Turn",
    "User",
]
