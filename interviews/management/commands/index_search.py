from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from interviews.models import Guest, Host, Interview, Turn
from interviews.models.archive import unfolded

ROWS_AT_ONCE = 500


class Command(BaseCommand):
    help = (
        "Fold what was written before this version, so that the search finds it by its new rules; the search goes by "
        "the old ones until then. Posts go on meanwhile. It may be stopped at any time, and goes on where it was."
    )

    def handle(self, **options: Any) -> None:
        for model in (Host, Guest, Interview, Turn):
            self.fold_all(model)
        with connection.cursor() as cursor:
            for name in reversed(unfolded.INDEXES):  # that of turns last: by it the search knows
                cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        self.stdout.write("The search goes by the new index.")

    def fold_all(self, model: Any) -> None:
        """Begin with the newest, since these are searched most."""
        left, done, last = model.objects.filter(searched=None), 0, None
        many = left.count()
        while rows := list((left.filter(pk__lt=last) if last else left).order_by("-pk")[:ROWS_AT_ONCE]):
            model.index(rows, is_old=True)
            done, last = done + len(rows), rows[-1].pk
            self.stdout.write(f"{model._meta.verbose_name_plural}: {done} of {max(many, done)}")
