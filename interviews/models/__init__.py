from .accounts import Invitation, Lock
from .audience import Audience
from .event import Event
from .interview import Interview
from .log import NotNow
from .people import Guest, Host, Person, User
from .photo import Photo
from .record import Record
from .report import Report
from .rights import Assignment, Role
from .section import Publisher, Section
from .speaker import Speaker
from .staff import Note, Presence, Readership
from .suggestion import Suggestion
from .turn import Conflict, Turn

__all__ = [
    "Assignment",
    "Audience",
    "Conflict",
    "Event",
    "Guest",
    "Host",
    "Interview",
    "Invitation",
    "Lock",
    "NotNow",
    "Note",
    "Person",
    "Photo",
    "Presence",
    "Publisher",
    "Readership",
    "Record",
    "Report",
    "Role",
    "Section",
    "Speaker",
    "Suggestion",
    "Turn",
    "User",
]
