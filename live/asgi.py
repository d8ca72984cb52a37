import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "live.settings")

import django

django.setup()  # loads the models, which the consumers need

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.sessions import CookieMiddleware  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from .consumers import nowhere, reader  # noqa: E402
from .dated import Dated  # noqa: E402
from .desk import desk  # noqa: E402
from .handler import PageHandler  # noqa: E402
from .page_cache import PageCache  # noqa: E402
from .schema import once_migrated  # noqa: E402

sockets = URLRouter(
    [
        path("ws/interviews/<slug:slug>/", reader),  # type: ignore[arg-type]
        path("ws/desk/<slug:slug>/", CookieMiddleware(desk)),
        re_path("", nowhere),  # type: ignore[arg-type]
    ]
)
http = Dated(PageCache(PageHandler()) if settings.PAGE_CACHE else PageHandler())
application = ProtocolTypeRouter({"http": http, "websocket": once_migrated(sockets)})
