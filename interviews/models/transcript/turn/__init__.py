from .changing import Conflict
from .fields import SHOWN, TELLS_READERS
from .turn import Turn, TurnQuerySet, earlier, later

__all__ = ["SHOWN", "TELLS_READERS", "Conflict", "Turn", "TurnQuerySet", "earlier", "later"]
