from django.contrib.auth.views import LogoutView
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from interviews.views.account import invitations, own_account
from interviews.views.account.sign_in import SignIn
from interviews.views.desk import (
    interviews,
    people,
    photos,
    plan,
    read_only,
    reports,
    running,
    staff,
    statistics,
    turns,
)
from interviews.views.reader import archive, machines, media, search, transcript

reading = [
    path("", archive.front_page, name="front-page"),
    path("favicon.ico", RedirectView.as_view(url="/static/favicon.svg")),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("feed.atom", machines.site_feed, name="site-feed"),
    path("search/", search.search, name="search"),
    path("interviews/", archive.interviews, name="interviews"),
    path("interviews/<slug:slug>/", transcript.interview, name="interview"),
    path("interviews/<slug:slug>/changes/", transcript.changes, name="changes"),
    path("interviews/<slug:slug>/turns/<int:pk>/", transcript.turn, name="turn"),
    path("interviews/<slug:slug>/turns/<int:pk>/report/", transcript.report, name="report"),
    path("interviews/<slug:slug>/feed.atom", machines.feed, name="feed"),
    path("interviews/<slug:slug>/calendar.ics", machines.calendar, name="calendar"),
    path("interviews/<slug:slug>/transcript.<slug:format>", machines.export, name="export"),
    path("guests/", archive.guests, name="guests"),
    path("guests/<slug:slug>/", archive.guest, name="guest"),
    path("hosts/", archive.hosts, name="hosts"),
    path("hosts/<slug:slug>/", archive.host, name="host"),
    re_path(r"^media/people/(?P<name>[\w-][\w.-]*)$", media.portrait, name="portrait"),
    re_path(r"^media/turns/(?P<name>[0-9a-f]{32}-[0-9]+\.webp)$", media.photo, name="photo"),
]

at_the_desk = [
    path("", interviews.interviews, name="interviews"),
    path("new/", plan.new, name="new"),
    path("people.html", people.people, name="people"),  # no interview's slug has a dot
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics.csv", statistics.tables, name="statistics-csv"),
    path("<slug:slug>/", read_only.interview, name="interview"),
    path("<slug:slug>/statistics/", statistics.interview, name="interview-statistics"),
    path("<slug:slug>/statistics.csv", statistics.minutes, name="interview-statistics-csv"),
    path("<slug:slug>/edit/", plan.edit, name="edit"),
    path("<slug:slug>/transcript/", read_only.transcript, name="transcript"),
    path("<slug:slug>/seats/<int:pk>/person/", people.person, name="person"),
    path("<slug:slug>/preview/", plan.preview, name="preview"),
    path("<slug:slug>/script/", plan.script, name="script"),
    path("<slug:slug>/script/file/", plan.script_file, name="script-file"),
    path("<slug:slug>/changes/", read_only.changes, name="changes"),
    path("<slug:slug>/submit/", running.submit, name="submit"),
    path("<slug:slug>/approve/", running.approve, name="approve"),
    path("<slug:slug>/send-back/", running.send_back, name="send-back"),
    path("<slug:slug>/announce/", running.announce, name="announce"),
    path("<slug:slug>/go-live/", running.go_live, name="go-live"),
    path("<slug:slug>/pause/", running.pause, name="pause"),
    path("<slug:slug>/resume/", running.resume, name="resume"),
    path("<slug:slug>/end/", running.end, name="end"),
    path("<slug:slug>/reopen/", running.reopen, name="reopen"),
    path("<slug:slug>/turns/", running.say, name="say"),
    path("<slug:slug>/turns/all/", running.say_all, name="say-all"),
    path("<slug:slug>/turns/grow/", running.grow, name="grow"),
    path("<slug:slug>/photos/", photos.photo, name="photo"),
    path("<slug:slug>/queue/", running.prepare, name="prepare"),
    path("<slug:slug>/events/<int:seq>/undo/", running.undo, name="undo"),
    path("<slug:slug>/notes/", staff.note, name="note"),
    path("<slug:slug>/presence/", staff.presence, name="presence"),
    *[
        path(f"<slug:slug>/turns/<int:pk>/{view.__name__}/", view, name=view.__name__)
        for view in (
            turns.correct,
            turns.move,
            turns.release,
            turns.decline,
            turns.mark,
            turns.pin,
            turns.unpin,
            turns.retract,
            turns.restore,
        )
    ],
    path("<slug:slug>/turns/<int:pk>/history/", read_only.history, name="history"),
    path("<slug:slug>/reports/<int:pk>/settle/", reports.settle, name="settle"),
    path("<slug:slug>/suggestions/<int:pk>/take/", turns.take, name="take"),
    path("<slug:slug>/suggestions/<int:pk>/dismiss/", turns.dismiss, name="dismiss"),
]

urlpatterns = [
    *reading,
    path("desk/", include((at_the_desk, "desk"))),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("invitation/", invitations.invitation, name="invitation"),
    path("account/", own_account.account, name="account"),
    path("account/password/", own_account.password, name="account-password"),
    path("account/second-factor/", own_account.second_factor, name="second-factor"),
    path("account/second-factor/off/", own_account.without_second_factor, name="without-second-factor"),
    path("account/recovery-codes/", own_account.recovery_codes, name="recovery-codes"),
    path("account/sign-out-everywhere/", own_account.sign_out_everywhere, name="sign-out-everywhere"),
]
