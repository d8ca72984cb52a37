"""Channels as its tutorial does it: a consumer for each reader, and group_send; run by `daphne tutorial:application`.

With REDIS_URL by channels_redis, otherwise by the layer in memory.
"""

import os

import django
from django.conf import settings

REDIS = os.environ.get("REDIS_URL")
settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="tutorial",
    SECRET_KEY="of a benchmark",
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    INSTALLED_APPS=["channels", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS]},
        }
        if REDIS
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    },
)
django.setup()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402


class Reader(AsyncWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add("talk", self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard("talk", self.channel_name)

    async def turn_said(self, event):
        await self.send(text_data=event["text"])


async def publish(request):
    await get_channel_layer().group_send("talk", {"type": "turn.said", "text": request.body.decode()})
    return HttpResponse(status=201)


urlpatterns = [path("publish", publish)]
sockets = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([path("read", Reader.as_asgi())])))
application = ProtocolTypeRouter({"http": get_asgi_application(), "websocket": sockets})
