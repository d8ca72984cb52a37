from .archive import bring_in
from .copied_page import parse
from .decoding import read
from .encodings import NotDecoded
from .transcript import Problem, Transcript, TranscriptError

__all__ = ["NotDecoded", "Problem", "Transcript", "TranscriptError", "bring_in", "parse", "read"]
