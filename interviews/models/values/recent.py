"""What has just happened by the server's clock, which may have been put back since."""

from datetime import datetime, timedelta

from django.utils import timezone


def around(valid: timedelta) -> tuple[datetime, datetime]:
    """Return from when to when something counts as recent. What lies further ahead would count until that day comes."""
    now = timezone.now()
    return now - valid, now + valid
