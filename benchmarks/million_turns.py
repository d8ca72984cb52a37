"""Make a million turns in 25,000 interviews, of words as frequent as those of a language, to time the search among."""

import random
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import accumulate

INTERVIEWS, TURNS_EACH, HOSTS, GUESTS, SECTIONS = 25_000, 40, 12, 4_000, 24
CHINESE, ENGLISH = 40_000, 15_000  # different words
FIRST_DAY = datetime(2016, 1, 4, 1, 0, tzinfo=UTC)
BETWEEN = timedelta(hours=3.4)
SEARCHED = [f"interviews_{model}searched" for model in ("turn", "interview", "guest", "host")]
COMMON = "的是在了和有我们不这就人都说也要为对到会上大中以后来个能地得年去过"
CHARACTERS = (
    "水河岸山城市路桥村镇学校医院老师孩子家长工厂产品农民田粮食林业海洋空气污染治理政府部门法律规定办法意见建议"
    "问题情况工作服务管理发展经济社会文化教育科技信息网络数据安全标准质量价格收入成本投资银行保险房屋住宅社区居民"
    "交通公共汽车地铁铁道航运港口能源电力石油煤炭太阳风光照明温度气候雨雪冰霜春夏秋冬早晚新旧高低长短多少远近"
    "开始结束继续完成实现提高降低增加减少改变保持支持反对同意拒绝选择决定计划目标任务责任权利义务机会挑战困难"
    "健康疾病药物手术护士病人历史传统民族语言文字书籍报纸电视广播音乐舞蹈戏剧电影美术设计建筑工程机器设备材料"
)
SYLLABLES = "ba be bi bo ca ce co da de di do fa fe ga go ha he ka la le li lo ma me mi mo na ne no".split()
SYLLABLES += "pa pe po ra re ri ro sa se si so ta te ti to va ve wa".split()


class Vocabulary:
    """Words whose frequencies fall as in a language (Zipf), and each interview with a topic of its own."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        pairs = {"".join(chance.sample(CHARACTERS, chance.choice((2, 2, 2, 3)))) for _ in range(CHINESE)}
        self.chinese = [*COMMON, *sorted(pairs)]
        english = {"".join(chance.choices(SYLLABLES, k=chance.choice((1, 2, 2, 3, 3, 4)))) for _ in range(ENGLISH)}
        self.english = sorted(english, key=lambda word: (len(word), word))
        for words in (self.chinese[len(COMMON) :], self.english):
            chance.shuffle(words)
        self.falling = {
            id(words): list(accumulate(1 / rank for rank in range(2, len(words) + 2)))
            for words in (self.chinese, self.english)
        }

    def topic(self, language: str) -> list[str]:
        words = self.chinese if language == "zh-hans" else self.english
        return self.chance.sample(words, 50)

    def turn(self, language: str, topic: list[str]) -> str:
        words, joint, many = (
            (self.chinese, "", self.chance.randint(15, 150))
            if language == "zh-hans"
            else (self.english, " ", self.chance.randint(10, 90))
        )
        said = self.chance.choices(words, cum_weights=self.falling[id(words)], k=many)
        said[::4] = self.chance.choices(topic, k=len(said[::4]))
        stop, rest = ("，", "。") if joint == "" else (", ", ". ")
        clauses = [joint.join(said[n : n + 7]) for n in range(0, len(said), 7)]
        return stop.join(clauses) + rest.strip()


def sql(statement: str, *values: object) -> list[tuple]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def fill(words: Vocabulary) -> dict[str, float]:
    """The data, unless a run before has left them; how long each index took to make."""
    if sql("SELECT 1 FROM interviews_turn LIMIT 1"):
        if "--rebuild" not in sys.argv:
            return {}
    else:
        people_and_sections(words)
        interviews_and_turns(words)
    for name in indexes():
        sql(f"DROP INDEX IF EXISTS {name}")
    for table in SEARCHED:
        sql(f"TRUNCATE {table}")
    sql("VACUUM (ANALYZE) interviews_turn")
    built = {}
    for name, index in indexes().items():
        begun = time.perf_counter()
        sql(f"CREATE INDEX {name} ON {index}")
        built[name] = time.perf_counter() - begun
    from django.core.management import call_command

    begun = time.perf_counter()
    call_command("index_search", stdout=sys.stderr)
    built["interviews_turnsearched"] = time.perf_counter() - begun
    sql("VACUUM (ANALYZE)")
    return built


def indexes() -> dict[str, str]:
    all_indexes = import_module("interviews.migrations.0004_search").INDEXES
    return {name: index for name, index in all_indexes.items() if not name.endswith("_grams")}


def people_and_sections(words: Vocabulary) -> None:
    from interviews.models import Guest, Host, Section

    for model, many in ((Host, HOSTS), (Guest, GUESTS)):
        named = ("".join(words.chance.sample(CHARACTERS, 3)) for _ in range(many))
        title = lambda: "".join(words.chance.choices(words.chinese, k=3))  # noqa: E731
        people = [model(name=name, slug=f"p{n}", title=title(), organisation=title()) for n, name in enumerate(named)]
        model.objects.bulk_create(people)
    outer = [Section.objects.create(name=f"栏目{n}", slug=f"s{n}") for n in range(SECTIONS // 4)]
    for n in range(len(outer), SECTIONS):
        Section.objects.create(name=f"栏目{n}", slug=f"s{n}", parent=outer[n % len(outer)])


def interviews_and_turns(words: Vocabulary) -> None:
    """Insert them by COPY, without checks of foreign keys. Host 1 has every second interview."""
    from django.db import connection

    for name in indexes():
        sql(f"DROP INDEX IF EXISTS {name}")
    chance = words.chance
    interviews, seats, turns = [], [], []
    for n in range(1, INTERVIEWS + 1):
        language = "en" if n % 5 == 0 else "zh-hans"
        topic = words.topic(language)
        begins = FIRST_DAY + n * BETWEEN
        interviews.append(interview_row(n, begins, language, words, topic))
        host = 1 if n % 2 else chance.randint(2, HOSTS)
        guest = int(chance.paretovariate(0.7)) % GUESTS + 1
        seats += [(2 * n, n, host, None, f"h{n}", "", "", 1), (2 * n + 1, n, None, guest, f"g{n}", "", "", 2)]
        for m in range(TURNS_EACH):
            text = words.turn(language, topic)
            spoken = begins + timedelta(seconds=70 * m)
            state = "retracted" if chance.random() < 0.01 else "published"
            pk = (n - 1) * TURNS_EACH + m + 1
            turns.append((pk, n, 2 * n + m % 2, spoken, text, "", state, 1, uuid.UUID(int=pk)))
    connection.ensure_connection()
    sql("SET session_replication_role = replica")
    about = "id seq epoch headline slug lede summary language timezone status"
    copy("interview", f"{about} starts_at started_at ended_at reviewed notice section_id", interviews)
    copy("speaker", 'id interview_id host_id guest_id label title organisation "order"', seats)
    copy("turn", "id interview_id speaker_id spoken_at text heading state version key", turns)
    sql("SET session_replication_role = origin")
    for table in ("interview", "speaker", "turn"):
        sql(f"SELECT setval(pg_get_serial_sequence('interviews_{table}', 'id'), max(id)) FROM interviews_{table}")


def interview_row(n: int, begins: datetime, language: str, words: Vocabulary, topic: list[str]) -> tuple:
    headline, lede, summary = (words.turn(language, topic)[:most] for most in (24, 160, 300))
    ended = begins + timedelta(hours=1)
    return (
        *(n, TURNS_EACH, uuid.UUID(int=n), headline, f"i{n}", lede, summary, language, "Asia/Shanghai", "ended"),
        *(begins, begins, ended, False, "", n % SECTIONS + 1),
    )


def copy(table: str, columns: str, rows: list[tuple]) -> None:
    from django.db import connection

    names = ", ".join(columns.split())
    with connection.cursor() as cursor, cursor.copy(f"COPY interviews_{table} ({names}) FROM STDIN") as into:
        for row in rows:
            into.write_row(row)
