"""A newsroom that does what readers may not see: everything silent that its desk's addresses are for."""

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from interviews.models import Guest, Photo, Report
from interviews.models.desk.report import report
from interviews.urls import at_the_desk

from .conftest import NOON
from .newsroom import JSON, address, ask, at_desk, correction, say
from .test_photos import encoded, picture
from .test_plan import opened, planned


def under_way(interview, typist):
    """Under review and under way: turns in every state, and the typist's suggestion."""
    host, guest, _ = interview.speakers.all()
    interview.revise(reviewed=True, summary="")
    first = interview.say(host, "您好 & 欢迎", spoken_at=NOON, heading="开场")
    first.pin()
    second = interview.say(guest, "大家好\n河水清了", spoken_at=NOON.replace(second=5))
    second.suggest(version=1, text="大家好\n河水很清", speaker=guest, by=typist)
    interview.say(guest, "说漏了嘴", spoken_at=NOON.replace(second=12)).retract()
    interview.say(guest, "先压着", held=True, spoken_at=NOON.replace(second=20))
    interview.say(guest, "不会发的", held=True, spoken_at=NOON.replace(second=22)).decline()
    interview.prepare(host, "第一问")
    interview.prepare(host, "第二问")
    report(second, text="不是清的。", version=second.shown_version)
    return interview


def made_ready(draft):
    """The draft, which an editor can submit now, with a guest whom nobody knows."""
    draft.revise(starts_at=NOON, lede="还没有公布的导语")
    draft.seat(Guest.objects.create(name="神秘人"))
    return draft


class Newsroom:
    def __init__(self, talk, draft, zhou, sun, gao):
        self.talk, self.draft, self.zhou, self.sun, self.gao = talk, draft, zhou, sun, gao
        self.host, self.guest, *_ = talk.speakers.all()

    def turn(self, state):
        return self.talk.turns.filter(state=state).first() or self.fresh(state)

    def fresh(self, state):
        if state == "prepared":
            return self.talk.prepare(self.host, "还有一问")
        turn = self.talk.say(self.guest, "再等等", held=True)
        if state == "declined":
            turn.decline()
        return turn

    def spoken(self, text="悄悄的"):
        return {"speaker": self.guest.pk, "text": text, "key": uuid.uuid4()}

    def does(self, name):
        """Do everything silent that this address of the desk is for; at least one of it must be done."""
        for deed in getattr(self, name.replace("-", "_"))():
            assert deed.status_code in (200, 201, 204, 302, 303), (name, deed.status_code, deed.content)

    def new(self):
        desk = at_desk(self.zhou)
        yield desk.post("/desk/new/", planned(hosts=["新主持"], guests=["新来宾"], headline="另一场还没有公布的"))

    def edit(self):
        desk = at_desk(self.zhou)
        for interview, changed in ((self.draft, {"headline": "换了题"}), (self.talk, {"summary": "结束才看见"})):
            yield desk.post(address("edit", interview), opened(desk, interview) | {"reviewed": "on"} | changed)
        fields = opened(desk, self.talk)
        fields.pop("reviewed", None)
        yield desk.post(address("edit", self.talk), fields)
        self.talk.refresh_from_db()
        assert (self.talk.reviewed, self.talk.summary) == (False, "结束才看见")

    def script(self):
        yield at_desk(self.zhou).post(
            address("script", self.talk), {"script": "第三问", "speaker": self.host.pk, "key": uuid.uuid4()}
        )

    def submit(self):
        yield ask(self.zhou, "submit", self.draft)

    def approve(self):
        self.draft.submit(by=self.zhou)
        yield ask(self.gao, "approve", self.draft, seen=self.draft.submitted_at.isoformat())

    def send_back(self):
        self.draft.submit(by=self.zhou)
        yield ask(self.gao, "send-back", self.draft, reason="再改改")

    def say(self):
        yield say(self.sun, self.talk, self.guest, "等人看过再发")

    def say_all(self):
        turns = [{"speaker": self.guest.pk, "text": f"第{n}句", "key": str(uuid.uuid4())} for n in range(3)]
        yield at_desk(self.sun).post(
            address("say-all", self.talk), {"turns": turns}, content_type="application/json", headers=JSON
        )

    def grow(self):
        for state in ("held", "prepared"):
            more = {"turn": self.turn(state).key, "text": "还有", "key": uuid.uuid4()}
            yield ask(self.sun, "grow", self.talk, **more)

    def photo(self):
        file = SimpleUploadedFile("photo.jpg", encoded(picture()))
        yield at_desk(self.sun).post(address("photo", self.talk), {"key": uuid.uuid4(), "file": file}, headers=JSON)
        photo = Photo.objects.get()
        fields = correction(self.turn("held")) | {"photos": "", "photo": photo.key, "alt": "河边"}
        yield ask(self.sun, "correct", self.turn("held"), **fields)

    def prepare(self):
        yield ask(self.zhou, "prepare", self.talk, **self.spoken())

    def undo(self):
        yield ask(self.zhou, "mark", self.turn("held"), heading="先不说")
        yield ask(self.zhou, "undo", self.talk.events.last())
        yield ask(self.zhou, "prepare", self.talk, **self.spoken())
        yield ask(self.zhou, "undo", self.talk.events.last())

    def note(self):
        yield ask(self.sun, "note", self.talk, text="他来了吗？", key=uuid.uuid4())

    def presence(self):
        window = uuid.uuid4()
        yield ask(self.sun, "presence", self.talk, window=window, speaker=self.guest.pk)
        yield ask(self.sun, "presence", self.talk, window=window, gone="on")

    def correct(self):
        for state in ("held", "prepared", "declined", "retracted"):
            turn = self.turn(state)
            yield ask(self.zhou, "correct", turn, **correction(turn, text="改了\nكلام عربي"))
        turn = self.talk.turns.published().first()
        yield ask(self.sun, "correct", turn, **correction(turn, text="建议这么改"))
        assert turn.suggestions.exists()

    def move(self):
        yield ask(self.zhou, "move", self.fresh("prepared"), step="up")

    def release(self):
        yield ask(self.sun, "release", self.turn("prepared"))

    def decline(self):
        for state in ("held", "prepared"):
            yield ask(self.zhou, "decline", self.turn(state), reason="重复")

    def mark(self):
        for state in ("held", "prepared", "retracted"):
            yield ask(self.zhou, "mark", self.turn(state), heading="先不说")

    def restore(self):
        yield ask(self.zhou, "restore", self.turn("declined"))

    def settle(self):
        yield at_desk(self.zhou).post(
            reverse("desk:settle", args=[self.talk.slug, Report.objects.get().pk]), headers=JSON
        )

    def dismiss(self):
        yield ask(self.zhou, "dismiss", self.talk.turns.published().last().suggestions.get())


POSTS = {pattern.name for pattern in at_the_desk}
ONLY_SHOW = {  # addresses that change nothing
    *("interviews", "interview", "statistics", "statistics-csv", "interview-statistics", "interview-statistics-csv"),
    *("transcript", "preview", "changes", "history", "people", "script-file"),
}
FOR_READERS = {  # whatever is done there, readers see
    *("announce", "go-live", "pause", "resume", "end", "reopen", "pin", "unpin", "retract", "take", "person"),
}
SILENT = sorted(POSTS - ONLY_SHOW - FOR_READERS)
