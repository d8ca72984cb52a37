from .archive import bring_in
from .copied_page import decode, parse
from .transcript import Problem, Transcript, TranscriptError

__all__ = ["Problem", "Transcript", "TranscriptError", "bring_in", "decode", "parse"]
