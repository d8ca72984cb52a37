from .changing import Conflict
from .fields import SHOWN_STATES, TELLS_READERS
from .turn import GAP, Turn, TurnQuerySet, earlier, later

__all__ = ["GAP", "SHOWN_STATES", "TELLS_READERS", "Conflict", "Turn", "TurnQuerySet", "earlier", "later"]
