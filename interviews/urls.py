from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from interviews.views import desk, reader

reading = [
    path("", reader.front_page, name="front-page"),
    path("favicon.ico", RedirectView.as_view(url="/static/favicon.svg")),
    path("interviews/", reader.interviews, name="interviews"),
    path("interviews/<slug:slug>/", reader.interview, name="interview"),
    path("interviews/<slug:slug>/changes/", reader.changes, name="changes"),
    path("guests/<slug:slug>/", reader.guest, name="guest"),
    path("hosts/<slug:slug>/", reader.host, name="host"),
    re_path(r"^media/people/(?P<name>[\w-][\w.-]*)$", reader.photo, name="photo"),
]

at_the_desk = [
    path("", desk.interviews, name="interviews"),
    path("<slug:slug>/", desk.interview, name="interview"),
    path("<slug:slug>/changes/", desk.changes, name="changes"),
    path("<slug:slug>/announce/", desk.announce, name="announce"),
    path("<slug:slug>/go-live/", desk.go_live, name="go-live"),
    path("<slug:slug>/end/", desk.end, name="end"),
    path("<slug:slug>/turns/", desk.say, name="say"),
    path("<slug:slug>/turns/<int:pk>/correct/", desk.correct, name="correct"),
    path("<slug:slug>/turns/<int:pk>/mark/", desk.mark, name="mark"),
    path("<slug:slug>/turns/<int:pk>/pin/", desk.pin, name="pin"),
    path("<slug:slug>/turns/<int:pk>/unpin/", desk.unpin, name="unpin"),
    path("<slug:slug>/turns/<int:pk>/release/", desk.release, name="release"),
    path("<slug:slug>/turns/<int:pk>/retract/", desk.retract, name="retract"),
    path("<slug:slug>/turns/<int:pk>/restore/", desk.restore, name="restore"),
]

urlpatterns = [
    *reading,
    path("desk/", include((at_the_desk, "desk"))),
    path("sign-in/", LoginView.as_view(template_name="desk/sign_in.html"), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
]
