from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Func, UUIDField

from interviews.models import Interview

INTERVIEWS_A_STATEMENT = 500


class Command(BaseCommand):
    help = (
        "Give every interview a new epoch and print how many: run it after a backup was restored, so that pages reload."
    )

    def handle(self, **options: Any) -> None:
        pks = list(Interview.objects.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(pks), INTERVIEWS_A_STATEMENT):  # nobody's post waits for all
            interviews = Interview.objects.filter(pk__in=pks[start : start + INTERVIEWS_A_STATEMENT])
            with transaction.atomic():
                interviews.lock_several()
                interviews.update(epoch=Func(function="gen_random_uuid", output_field=UUIDField()))
        self.stdout.write(str(len(pks)))
