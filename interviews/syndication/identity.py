"""Names for other systems, which stay when the host, the slug or the epoch changes."""

import uuid

from interviews.models import Interview, Turn

NAMESPACE = uuid.UUID("0f5b0f6e-5c2d-4b43-8d0f-3f1f0a4d2c71")


def identity(interview: Interview, of: str = "interview") -> uuid.UUID:
    """Name an interview from with_public_dates(): no other site has announced one with this id at that moment."""
    return uuid.uuid5(NAMESPACE, f"{of} {interview.pk} {interview.announced_at and interview.announced_at.isoformat()}")


def urn(of: Turn | uuid.UUID) -> str:
    return f"urn:uuid:{of.key if isinstance(of, Turn) else of}"
