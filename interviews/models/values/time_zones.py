"""Time zones that both Python and PostgreSQL know: Python renders by them, PostgreSQL sorts by them."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.db import DataError, connection, transaction
from django.utils.translation import gettext_lazy as _

ZONES = zoneinfo.available_timezones() - {"localtime", "Factory"}  # these two stand for the machine's own zone


def validate_timezone(name: str) -> None:
    if name not in ZONES or not _postgres_knows(name):
        raise ValidationError(_("“%(name)s” is not a time zone. Try Asia/Shanghai"), params={"name": name})


def _postgres_knows(name: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT timezone(%s, now())", [name])
    except DataError:
        return False
    return True
