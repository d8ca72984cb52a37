from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Func, UUIDField

from interviews.models import Interview


class Command(BaseCommand):
    help = (
        "Give every interview a new epoch and print how many: run it after a backup was restored, so that pages reload."
    )

    def handle(self, **options: Any) -> None:
        count = Interview.objects.update(epoch=Func(function="gen_random_uuid", output_field=UUIDField()))
        self.stdout.write(str(count))
