from .accounts.invitation import Invitation
from .accounts.lock import Lock
from .accounts.roles import Assignment, Role
from .accounts.user import User
from .archive.section import Publisher, Section
from .changes.record import Record
from .desk.note import Note
from .desk.presence import Presence
from .desk.report import Report
from .figures.audience import Audience
from .figures.readership import Readership
from .people.person import Guest, Host, Person
from .transcript.errors import NotNow
from .transcript.event import Event
from .transcript.interview import Interview
from .transcript.photo import Photo
from .transcript.speaker import Speaker
from .transcript.suggestion import Suggestion
from .transcript.turn import Conflict, Turn

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
