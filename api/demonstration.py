"""The demonstration office: an imaginary municipal working committee with 132 units, 460 branches, 12,000 people.

Everything is made from one seed, so two builds give the same office (ids apart). All persons and units are imaginary;
the accounts have one printed password, and an office with real data has no business in the same database.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text

from engine import accounts, actors, tables, trail
from engine.actors import Actor, manifest
from engine.errors import NotNow, Text
from engine.store import Moment, Store, for_update, new_id

PASSWORD = "liuhen-demo-2026"  # noqa: S105  printed to whoever sets the demonstration up
SEED = 20260302

UNITS, BRANCHES = 132, 460
FOUNDED = date(2016, 1, 1)
POSTED = date(2020, 6, 20)

_ORGANISATION = Text("演示数据", "demonstration data")


def build(store: Store) -> list[dict[str, Any]]:
    """Make the office, in one transaction; a second build changes nothing.

    Answers with the demonstration accounts: ``{name, password, person, posts, roles, …}``. Raises ``NotNow`` where
    the database already holds another office.
    """
    with store.reading() as db:
        if _stands(db):
            return _printed(db, store.moment(db))
        moment = store.moment(db)
    office = _Office()
    office.settle()
    hashed = _hashed(office, moment)  # 70 ms: not while holding the database
    with store.transaction() as db:
        if for_update(db):
            # Two nodes may be set up at once; the second waits here, however long it takes, and then finds the office.
            db.execute(text("SET LOCAL lock_timeout = 0"))
            db.execute(text("LOCK TABLE units IN SHARE ROW EXCLUSIVE MODE"))
        if not _stands(db):
            office.write(db)
            _analyse(db)
            db.execute(insert(tables.accounts), hashed)
            trail.append(
                db,
                moment,
                Actor.operator(),
                kind=trail.Kind.OFFICE_BUILT,
                counts=office.counts(),
                digest=office.digest(),
                rows=manifest.record(db),
            )
        return _printed(db, moment)


def _analyse(db: Connection) -> None:
    """PostgreSQL plans the first questions as if the tables were still empty, until somebody counts them.

    Not on SQLite: with statistics it puts Bloom filters before the walk up the tree, five times slower.
    """
    if for_update(db):
        db.execute(text("ANALYZE"))


def _stands(db: Connection) -> bool:
    """Whether the demonstration office is there; raises ``NotNow`` for an office that is not the demonstration."""
    entries = tables.entries.c
    built = select(entries.seq).where(entries.chain == trail.OFFICE, entries.kind == trail.Kind.OFFICE_BUILT.value)
    if db.execute(built.limit(1)).first() is not None:
        return True
    if db.execute(select(tables.units.c.id).limit(1)).first() is not None:
        raise NotNow(
            Text(
                "数据库中已有其他单位的数据，不能再建立演示单位。请另用一个空数据库。",
                "The database already holds another office. Use an empty database for the demonstration.",
            ),
            code="err_office_exists",
        )
    return False


def _hashed(office: _Office, moment: Moment) -> list[dict[str, Any]]:
    """The rows of every account. They share one hash: their password is printed like all others."""
    people = {**office.accounts, **office.others}
    name, person = next(iter(people.items()))
    shared = accounts.account_row(moment, name=name, person_id=person.id, password=PASSWORD)
    return [{**shared, "id": new_id(), "name": name, "person_id": one.id} for name, one in people.items()]


def _printed(db: Connection, moment: Moment) -> list[dict[str, Any]]:
    found = []
    rows = db.execute(
        select(tables.accounts.c.name, tables.accounts.c.person_id)
        .where(tables.accounts.c.name.in_(sorted(ACCOUNTS)))
        .order_by(tables.accounts.c.name)
    ).all()
    for name, person_id in sorted(rows, key=lambda r: list(ACCOUNTS).index(r.name)):
        person = actors.person(db, person_id, moment.today)
        if person is None:
            continue
        roles = list(dict.fromkeys(p.role for p in person.posts))
        found.append(
            {
                "name": name,
                "password": PASSWORD,
                "person": person.name,
                "person_id": person.id,
                "person_number": person.number,
                "posts": [
                    {"role": p.role, "role_name": p.role_text, "unit": p.unit_code, "unit_name": p.unit_name}
                    for p in person.posts
                ],
                "roles": [*roles, *([person.status] if person.status else [])],
            }
        )
    return found


# ---------------------------------------------------------------- who signs in

_SECRETARIES = frozenset({"branch_secretary", "committee_secretary"})

ACCOUNTS: dict[str, str] = {
    "jiang.sheji": "姜设计",
    "qi.shenji": "戚审计",
    "xie.xitong": "谢系统",
    "zou.anquan": "邹安全",
    "yu.rizhi": "喻日志",
    "zhou.banyi": "周办一",
    "qian.shouwen": "钱收文",
    "bai.shuji": "柏书记",
    "dou.zuzhi": "窦组织",
    "zhang.zuyuan": "章组员",
    "sun.shuji": "孙书记",
    "shen.fushu": "沈副书",
    "han.weisan": "韩委三",
    "yang.weisi": "杨委四",
    "zhu.weiwu": "朱委五",
    "qin.weiliu": "秦委六",
    "you.weiqi": "尤委七",
    "li.zuzhi": "李组织",
    "xu.zuyuan": "许组员",
    "jiang.zugan": "蒋组干",
    "cao.dangan": "曹档案",
    "zhao.zhishu": "赵支书",
    "wu.zuwei": "吴组委",
    "chen.jijian": "陈纪检",
    "zheng.lianyi": "郑联一",
    "wang.lianer": "王联二",
    "feng.jianpiao": "冯监票",
    "wei.yubei": "卫预备",
    "chu.zhishu": "褚支书",
    "pan.fushu": "潘副书",
    "ge.zongzhi": "葛总支",
    "fan.zuwei": "范组委",
    "peng.zhishu": "彭支书",
    "lang.zuwei": "郎组委",
    "lu.linshi": "鲁临时",
    "ma.zuwei": "马组委",
    "miao.danwei": "苗单位",
    "mao.shouwen": "毛收文",
    "bei.yongyin": "贝用印",
    "dai.hegao": "戴核稿",
    "song.nigao": "宋拟稿",
    "shui.weier": "水委二",
    "jin.baner": "金办二",
    "wei.bansan": "魏办三",
    "tao.shoufa": "陶收发",
    "fei.wenmi": "费文秘",
    "yu.xuanchuan": "俞宣传",
    "ren.dangan": "任档案",
    "yuan.kuaiji": "袁会计",
    "he.zugan": "何组干",
    "shi.kuaiji": "史会计",
    "liu.chuna": "柳出纳",
    "tang.chuna": "唐出纳",
    "lin.ceshi": "林测试",
    "he.yangli": "何样例",
    "lyu.shifan": "吕示范",
    "shi.weiman": "施未满",
}
"""Account names and the persons behind them; names of persons are unique among these."""

_NAMED_EN: dict[str, str] = {
    "柏书记": "Bai Shuji",
    "水委二": "Shui Weier",
    "云委三": "Yun Weisan",
    "苏委四": "Su Weisi",
    "奚委五": "Xi Weiwu",
    "花委六": "Hua Weiliu",
    "方委七": "Fang Weiqi",
    "金办二": "Jin Baner",
    "魏办三": "Wei Bansan",
    "陶收发": "Tao Shoufa",
    "俞宣传": "Yu Xuanchuan",
    "任档案": "Ren Dang'an",
    "袁会计": "Yuan Kuaiji",
    "柳出纳": "Liu Chuna",
    "酆考核": "Feng Kaohe",
    "鲍复核": "Bao Fuhe",
    "何组干": "He Zugan",
    "史会计": "Shi Kuaiji",
    "唐出纳": "Tang Chuna",
    "费文秘": "Fei Wenmi",
}
_BIRTHS = {
    "林测试": date(1996, 5, 5),
    "何样例": date(1988, 1, 1),
    "吕示范": date(2008, 2, 14),
    "施未满": date(2008, 8, 29),
}

# ---------------------------------------------------------------- imaginary names

_SURNAME_TABLE = (
    "赵Zhao 钱Qian 孙Sun 李Li 周Zhou 吴Wu 郑Zheng 王Wang 冯Feng 陈Chen 褚Chu 卫Wei 蒋Jiang 沈Shen 韩Han 杨Yang 朱Zhu "
    "秦Qin 尤You 许Xu 何He 吕Lyu 施Shi 张Zhang 孔Kong 曹Cao 严Yan 华Hua 金Jin 魏Wei 陶Tao 姜Jiang 戚Qi 谢Xie 邹Zou "
    "喻Yu 柏Bai 水Shui 窦Dou 章Zhang 云Yun 苏Su 潘Pan 葛Ge 范Fan 彭Peng 郎Lang 鲁Lu 韦Wei 马Ma 苗Miao 方Fang 任Ren "
    "袁Yuan 柳Liu 鲍Bao 史Shi 唐Tang 费Fei 薛Xue 雷Lei 贺He 倪Ni 汤Tang 罗Luo 毕Bi 郝Hao 安An 常Chang 傅Fu 康Kang "
    "齐Qi 伍Wu 余Yu 顾Gu 孟Meng 黄Huang 穆Mu 萧Xiao 尹Yin 姚Yao 邵Shao 汪Wang 毛Mao 贝Bei 明Ming 戴Dai 宋Song 庞Pang "
    "熊Xiong 纪Ji 舒Shu 项Xiang 祝Zhu 董Dong 梁Liang 杜Du 阮Ruan 蓝Lan 季Ji 贾Jia 江Jiang 童Tong 郭Guo 林Lin 钟Zhong "
    "徐Xu 高Gao 夏Xia 蔡Cai 田Tian 胡Hu 凌Ling 霍Huo 万Wan 卢Lu 丁Ding 邓Deng 洪Hong 石Shi 崔Cui 龚Gong 程Cheng 陆Lu"
)
_GIVEN_TABLE = (
    "安an 宁ning 平ping 和he 明ming 亮liang 清qing 泉quan 山shan 川chuan 海hai 洋yang 江jiang 河he 波bo 涛tao 云yun "
    "雨yu 雪xue 霞xia 虹hong 晨chen 曦xi 晓xiao 春chun 夏xia 秋qiu 冬dong 松song 柏bai 梅mei 兰lan 竹zhu 菊ju 桂gui "
    "荷he 莲lian 芳fang 芬fen 芸yun 英ying 华hua 国guo 建jian 军jun 民min 文wen 武wu 斌bin 杰jie 俊jun 伟wei 强qiang "
    "刚gang 勇yong 毅yi 志zhi 诚cheng 信xin 义yi 仁ren 德de 贤xian 良liang 善shan 美mei 丽li 娟juan 静jing 敏min "
    "慧hui 颖ying 琳lin 琪qi 瑶yao 玉yu 珍zhen 宝bao 金jin 银yin 铭ming 锋feng 钢gang 磊lei 岩yan 峰feng 岭ling "
    "林lin 森sen 树shu 果guo 田tian 野ye 原yuan 东dong 南nan 西xi 北bei 思si 念nian 远yuan 航hang 舟zhou 帆fan 星xing "
    "辰chen 阳yang 光guang 辉hui 耀yao 庆qing 欣xin 悦yue 乐le 怡yi 康kang 健jian 祥xiang 瑞rui 福fu 嘉jia 佳jia"
)
_SURNAMES, _GIVEN = _SURNAME_TABLE.split(), _GIVEN_TABLE.split()
_NUMERALS = "零一二三四五六七八九"


def numeral(n: int) -> str:
    """1 to 199 in Chinese numerals, as units are called: 7 → 七, 12 → 十二, 132 → 一百三十二."""
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    said = f"{_NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else _NUMERALS[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (_NUMERALS[ones] if ones or not said else "")


# ---------------------------------------------------------------- the office


@dataclass
class _Person:
    id: str
    number: str
    name: str
    name_en: str
    gender: str
    born_on: date
    phone: str


@dataclass
class _Branch:
    """A branch to fill: how many full members, probationers and people on their way."""

    code: str
    unit_id: str
    full: int
    probationary: int
    others: int
    people: list[_Person] = field(default_factory=list)
    """Full members, in the order in which posts are given."""


@dataclass
class _Body:
    """One of the 132 units: what kind of organisation leads it, and its branches with their numbers of members."""

    number: int
    kind: str
    members: int
    sizes: list[int]

    @property
    def code(self) -> str:
        return f"U{self.number:02d}"


class _Office:
    """The rows of the whole office, made in memory and inserted in one go."""

    def __init__(self) -> None:
        # Imaginary names and numbers, the same at every build: no secret is drawn from it.
        self.chance = random.Random(SEED)  # noqa: S311
        self.unit_ids: dict[str, str] = {}
        self.parents: dict[str, str | None] = {}
        self.units: list[dict[str, Any]] = []
        self.states: list[dict[str, Any]] = []
        self.people: list[_Person] = []
        self.memberships: list[dict[str, Any]] = []
        self.posts: list[dict[str, Any]] = []
        self.relations: list[dict[str, Any]] = []
        self.branches: dict[str, _Branch] = {}
        self.named: dict[str, _Person] = {}
        self.accounts: dict[str, _Person] = {}
        self.others: dict[str, _Person] = {}
        """Who signs in besides ``ACCOUNTS``: the clerk of every unit and the secretary of every organisation
        (``clerk.u01``, ``secretary.b011``), so that nothing is asked of nobody."""
        self._spelled = {zh: _spelled_account(name) for name, zh in ACCOUNTS.items()} | _NAMED_EN

    # ------------------------------------------------------------ the whole

    def settle(self) -> None:
        """Make every row."""
        self._office_itself()
        for body in _bodies(self.chance):
            self._body(body)
        self._temporary()
        self._applicants()
        self._relatives()
        self.accounts = {name: self.named[person] for name, person in ACCOUNTS.items()}
        taken = {person.id for person in self.accounts.values()}
        for name, person in list(self.others.items()):
            if person.id in taken:
                del self.others[name]
            taken.add(person.id)

    def write(self, db: Connection) -> None:
        """Insert every row, parents first."""
        people = [
            {
                "id": p.id,
                "number": p.number,
                "name": p.name,
                "name_en": p.name_en,
                "gender": p.gender,
                "born_on": p.born_on,
                "phone": p.phone,
            }
            for p in self.people
        ]
        for table, rows in (
            (tables.units, self.units),
            (tables.unit_states, self.states),
            (tables.people, people),
            (tables.memberships, self.memberships),
            (tables.posts, self.posts),
            (tables.relations, self.relations),
        ):
            _insert_all(db, table, rows)

    def counts(self) -> dict[str, int]:
        return {
            "units": len(self.units),
            "people": len(self.people),
            "memberships": len(self.memberships),
            "posts": len(self.posts),
            "relations": len(self.relations),
            "accounts": len(self.accounts) + len(self.others),
        }

    def digest(self) -> str:
        """SHA-256 of the canonical JSON of every row by its natural key: the same at every build."""
        codes = {unit_id: code for code, unit_id in self.unit_ids.items()}
        numbers = {p.id: p.number for p in self.people}
        body = {
            "units": [[codes[s["unit_id"]], s["kind"], s["name"], codes.get(s["parent_id"])] for s in self.states],
            "people": [[p.number, p.name, p.born_on.isoformat()] for p in self.people],
            "memberships": [
                [numbers[m["person_id"]], codes[m["unit_id"]], m["status"], m["from_on"].isoformat()]
                for m in self.memberships
            ],
            "posts": [
                [numbers[p["person_id"]], p["role"], codes[p["unit_id"]], p["from_on"].isoformat()] for p in self.posts
            ],
            "relations": [[numbers[r["person_id"]], numbers[r["relative_id"]], r["kind"]] for r in self.relations],
        }
        return hashlib.sha256(trail.canonical(body).encode()).hexdigest()

    # ------------------------------------------------------------ rows

    def _unit(self, code: str, kind: str, parent: str | None, name: str, name_en: str, **more: Any) -> str:
        """A unit since 2016; with a term of office, one state for the term before and one for the present one."""
        unit_id = self.unit_ids[code] = new_id()
        self.parents[code] = parent
        self.units.append({"id": unit_id, "code": code})
        started, years = more.pop("term_started_on", None), more.pop("term_years", None)
        state = {
            "unit_id": unit_id,
            "from_on": more.pop("from_on", FOUNDED),
            "to_on": None,
            "name": name,
            "name_en": name_en,
            "kind": kind,
            "parent_id": self.unit_ids[parent] if parent else None,
            "dual_parent_id": None,
            "can_approve_members": more.pop("can_approve_members", False),
            "has_branch_committee": more.pop("has_branch_committee", False),
            "term_started_on": started,
            "term_years": years,
            "term_expires_on": more.pop("term_expires_on", _years_later(started, years) if years else None),
            "status": "active",
            "basis": _ORGANISATION.zh,
        }
        if years:
            before = _years_later(started, -years)
            self.states.append({**state, "to_on": started, "term_started_on": before, "term_expires_on": started})
            state["from_on"] = started
        self.states.append(state)
        return unit_id

    def _person(self, name: str | None = None, age: tuple[int, int] = (27, 59)) -> _Person:
        number = f"P{len(self.people) + 1:06d}"
        if name is None:
            while True:
                surname, given = self.chance.choice(_SURNAMES), self.chance.choice(_GIVEN)
                second = self.chance.choice(_GIVEN) if self.chance.random() < 0.8 else ""
                name = surname[0] + given[0] + second[:1]
                if name not in self._spelled:
                    break
            name_en = f"{surname[1:]} {(given[1:] + second[1:]).capitalize()}"
        else:
            name_en = self._spelled[name]
        first, last = age
        born_on = _BIRTHS.get(name) or date(2026 - self.chance.randint(first, last), 1, 1) + timedelta(
            days=self.chance.randrange(365)
        )
        person = _Person(
            new_id(),
            number,
            name,
            name_en,
            self.chance.choice(("female", "male")),
            born_on,
            f"000-{len(self.people) + 1:07d}",
        )
        self.people.append(person)
        if name in self._spelled:
            self.named[name] = person
        return person

    def _member(self, person: _Person, branch: _Branch, *periods: tuple[str, date]) -> None:
        """Statuses of a person in a branch, each from its day to the next one's."""
        ends = [start for _, start in periods[1:]] + [None]
        for (status, start), end in zip(periods, ends, strict=True):
            self.memberships.append(
                {
                    "id": new_id(),
                    "person_id": person.id,
                    "unit_id": branch.unit_id,
                    "status": status,
                    "from_on": start,
                    "to_on": end,
                    "rights_suspended": False,
                    "basis": _ORGANISATION.zh,
                }
            )

    def _post(self, person: _Person, role: str, unit: str, from_on: date = POSTED) -> None:
        if role in _SECRETARIES:
            self.others.setdefault(f"secretary.{unit.lower()}", person)
        self.posts.append(
            {
                "id": new_id(),
                "person_id": person.id,
                "role": role,
                "unit_id": self.unit_ids[unit],
                "from_on": from_on,
                "to_on": None,
                "basis": _ORGANISATION.zh,
            }
        )

    # ------------------------------------------------------------ branches

    def _branch(self, code: str, parent: str, name: str, name_en: str, full: int, **more: Any) -> _Branch:
        """A branch with its people; ``names`` are its named members, in the order in which posts are given."""
        names: Sequence[str] = more.pop("names", ())
        late_names: Sequence[str] = more.pop("late_names", ())  # members who hold no post of the branch
        probationary: int = more.pop("probationary", 0)
        on_their_way: int = more.pop("others", 0)
        started = more.pop("term_started_on", None) or date(
            2023 + self.chance.randrange(3), 1 + self.chance.randrange(12), 20
        )
        unit_id = self._unit(
            code,
            "branch",
            parent,
            name,
            name_en,
            has_branch_committee=full >= 7,
            term_started_on=started,
            term_years=3,
        )
        branch = self.branches[code] = _Branch(code, unit_id, full, probationary, on_their_way)
        for position in range(full):
            late = position - 5
            called = names[position] if position < len(names) else None
            if 0 <= late < len(late_names):
                called = late_names[late]
            person = self._person(called)
            since = date(min(2019, person.born_on.year + 20 + self.chance.randrange(12)), 7, 1)
            self._member(person, branch, ("full_member", since))
            branch.people.append(person)
        for position in range(probationary):
            self._on_the_way(branch, "probationary_member", more.get("probationer") if position == 0 else None)
        for _ in range(on_their_way):
            self._on_the_way(branch, self.chance.choice(("applicant", "activist", "activist", "development_target")))
        self._branch_posts(branch)
        return branch

    def _on_the_way(self, branch: _Branch, status: str, name: str | None = None) -> None:
        person = self._person(name, age=(22, 38))
        began = date(2023, 3, 1) + timedelta(days=self.chance.randrange(120))
        if name is not None:
            began = date(2023, 5, 10)
        way: list[tuple[str, date]] = [("applicant", began)]
        for step, days in (("activist", 190), ("development_target", 400), ("probationary_member", 345)):
            if way[-1][0] == status:
                break
            way.append((step, way[-1][1] + timedelta(days=days)))
        if name is not None:
            way[-1] = (status, date(2025, 12, 1))  # a probation that runs out on 2026-11-30
        self._member(person, branch, *way)

    def _branch_posts(self, branch: _Branch) -> None:
        """A committee of 3, or of 5 from 20 members on; below 7 a secretary and a deputy."""
        people, code = branch.people, branch.code
        self._post(people[0], "branch_secretary", code)
        self._post(people[1], "organisation_commissioner", code)
        self._post(people[1], "dues_collector", code)
        if branch.full < 7:
            self._post(people[1], "branch_deputy_secretary", code)
        elif branch.full < 20:
            self._post(people[1], "publicity_commissioner", code)
            self._post(people[2], "discipline_commissioner", code)
            self._post(people[2], "branch_deputy_secretary", code)
        else:
            self._post(people[2], "discipline_commissioner", code)
            self._post(people[3], "publicity_commissioner", code)
            self._post(people[4], "branch_deputy_secretary", code)

    # ------------------------------------------------------------ WC0

    def _office_itself(self) -> None:
        self._unit(
            "WC0",
            "working_committee",
            None,
            "测试市样例工委",
            "Sample Working Committee of Test City",
            can_approve_members=True,
            term_started_on=date(2022, 3, 18),
            term_years=5,
        )
        for code, name, name_en in (
            ("WC0-OD", "组织部", "Organisation Department"),
            ("WC0-GO", "办公室", "General Office"),
            ("WC0-PD", "宣传部", "Publicity Department"),
            ("WC0-DC", "纪检监察工委", "Discipline Inspection Body"),
            ("WC0-DA", "党费管理办公室", "Dues Account Office"),
            ("WC0-AO", "考核办公室", "Assessment Office"),
        ):
            self._unit(code, "department", "WC0", f"样例工委{name}", f"{name_en} of the Sample Working Committee")
        self._branch(
            "B001",
            "WC0",
            "样例工委机关第一党支部",
            "First Branch of the Working Committee's Offices",
            24,
            names=(
                *("鲍复核", "任档案", "陶收发", "俞宣传", "酆考核"),
                *("柏书记", "水委二", "云委三", "苏委四", "奚委五", "花委六", "方委七"),
                *("周办一", "金办二", "魏办三", "钱收文", "窦组织", "章组员"),
            ),
            probationary=1,
            others=1,
        )
        self._branch(
            "B002",
            "WC0",
            "样例工委机关第二党支部",
            "Second Branch of the Working Committee's Offices",
            16,
            names=("袁会计", "柳出纳", "费文秘", "姜设计", "戚审计", "谢系统", "邹安全", "喻日志"),
            others=1,
        )
        for role, *names in (
            ("committee_secretary", "柏书记"),
            ("committee_member", "柏书记", "水委二", "云委三", "苏委四", "奚委五", "花委六", "方委七"),
            ("fulltime_deputy_secretary", "水委二"),
            ("organisation_department", "周办一", "金办二", "魏办三"),
            ("general_office", "钱收文", "陶收发"),
            ("document_clerk", "钱收文", "费文秘"),
            ("drafter", "费文秘"),
            ("text_reviewer", "陶收发"),
            ("signer", "柏书记"),
            ("seal_keeper", "魏办三"),
            ("publicity_department", "俞宣传"),
            ("organiser", "窦组织", "章组员"),
            ("records_officer", "任档案"),
            ("dues_accountant", "袁会计"),
            ("dues_cashier", "柳出纳"),
            ("assessor", "酆考核"),
            ("assessment_reviewer", "鲍复核"),
            ("designer", "姜设计"),
            ("auditor", "戚审计"),
            ("system_admin", "谢系统"),
            ("security_admin", "邹安全"),
            ("audit_admin", "喻日志"),
        ):
            for name in names:
                self._post(self.named[name], role, "WC0")

    # ------------------------------------------------------------ the 132 units

    def _body(self, body: _Body) -> None:
        n, called, called_en = body.number, f"样例第{numeral(body.number)}单位", f"Sample Unit {body.number}"
        self._unit(body.code, "unit", "WC0", called, called_en)
        parent, parents = body.code, [body.code] * len(body.sizes)
        if body.kind == "departmental_committee":
            parent = f"C{n:02d}"
            self._unit(
                f"P{n:02d}", "leading_members_group", body.code, f"{called}党组", f"Leading Group of {called_en}"
            )
            self._unit(
                parent,
                body.kind,
                body.code,
                f"{called}机关党委",
                f"Departmental Committee of {called_en}",
                can_approve_members=True,
                term_started_on=date(2021, 6, 20) if n == 7 else _some_day(self.chance, 2022, 2025),
                term_years=5,
            )
            self._unit(
                f"D{n:02d}", "discipline_committee", parent, f"{called}机关纪委", f"Discipline Committee of {called_en}"
            )
            parents = [parent] * len(body.sizes)
            if body.members >= 190 and len(body.sizes) >= 5 and n != 7:
                # L3 inside a committee: its first three branches stand under a general branch.
                self._general_branch(n, parent, called, called_en)
                parents[:3] = [f"GB{n:02d}"] * 3
        elif body.kind == "general_branch":
            parent = f"GB{n:02d}"
            self._general_branch(n, body.code, called, called_en)
            parents = [parent] * len(body.sizes)
        made = []
        for position, size in enumerate(body.sizes, start=1):
            made.append(self._body_branch(body, position, size, parents[position - 1], called, called_en))
        if body.kind == "departmental_committee":
            self._committee_posts(n, made)
        if f"GB{n:02d}" in self.unit_ids:
            self._general_branch_posts(n, made[:3] if body.kind != "general_branch" else made)
        staff = made[-1].people
        if n == 7:
            for person, name in zip(staff[-2:-6:-1], ("毛收文", "贝用印", "戴核稿", "宋拟稿"), strict=True):
                person.name, person.name_en = name, self._spelled[name]
                self.named[name] = person
        head = self.named["苗单位"] if n == 7 else staff[-1]
        for person, role in zip(
            (head, head, *staff[-2:-6:-1]),
            ("principal_head", "signer", "document_clerk", "seal_keeper", "text_reviewer", "drafter"),
            strict=True,
        ):
            self._post(person, role, body.code)
        self.others[f"clerk.{body.code.lower()}"] = staff[-2]

    def _body_branch(self, body: _Body, position: int, size: int, parent: str, called: str, called_en: str) -> _Branch:
        code = f"B{body.number:02d}{position}"
        ordinal = numeral(position)
        name = f"{called}党支部" if len(body.sizes) == 1 else f"{called}第{ordinal}党支部"
        name_en = f"Branch of {called_en}" if len(body.sizes) == 1 else f"Branch {position} of {called_en}"
        special: dict[str, dict[str, Any]] = {
            "B071": {
                "names": ("赵支书", "吴组委", "陈纪检", "郑联一", "王联二", "冯监票"),
                "probationary": 1,
                "probationer": "卫预备",
                "others": 0,
                "term_started_on": date(2023, 6, 20),
            },
            "B072": {"names": ("褚支书", "潘副书"), "probationary": 0, "others": 0},
            "B121": {"names": ("彭支书", "郎组委"), "probationary": 0, "others": 1},
            "B991": {"names": (), "probationary": 0, "others": 1},
        }
        if code in special:
            more = special[code]
            return self._branch(code, parent, name, name_en, size - more["probationary"], **more)
        if body.number == 7:
            return self._branch(
                code, parent, name, name_en, size - 1, probationary=1, others=2, late_names=_C07[position]
            )
        if body.number == 12:
            return self._branch(
                code, parent, name, name_en, size, others=1, late_names=("葛总支", "范组委") if position == 2 else ()
            )
        probationary = 1 if size >= 8 and self.chance.random() < 0.45 else 0
        others = self.chance.choice((1, 2, 2, 3)) if size >= 8 else 1
        return self._branch(code, parent, name, name_en, size - probationary, probationary=probationary, others=others)

    def _general_branch(self, n: int, parent: str, called: str, called_en: str) -> None:
        self._unit(
            f"GB{n:02d}",
            "general_branch",
            parent,
            f"{called}党总支",
            f"General Branch of {called_en}",
            term_started_on=date(2024, 5, 20) if n == 12 else _some_day(self.chance, 2023, 2025),
            term_years=3,
        )

    def _general_branch_posts(self, n: int, branches: list[_Branch]) -> None:
        code = f"GB{n:02d}"
        free = self._in_turn(branches, 10)
        people = [self.named["葛总支"], self.named["范组委"]] if n == 12 else []
        people += [next(free) for _ in range(5 - len(people))]
        for person, role in zip(
            people,
            (
                "branch_secretary",
                "organisation_commissioner",
                "branch_deputy_secretary",
                "discipline_commissioner",
                "publicity_commissioner",
            ),
            strict=True,
        ):
            self._post(person, role, code)
            self._post(person, "committee_member", code)

    def _in_turn(self, branches: Sequence[_Branch], first: int) -> Iterator[_Person]:
        """Unnamed members without a post in their branch, taking the branches in turn."""
        for position in range(first, 60):
            for branch in branches:
                if position < len(branch.people) - 5 and branch.people[position].name not in self.named:
                    yield branch.people[position]

    def _committee_posts(self, n: int, branches: list[_Branch]) -> None:
        code = f"C{n:02d}"
        free = self._in_turn(branches, 5)

        def some(*names: str) -> list[_Person]:
            return [self.named[name] if n == 7 else next(free) for name in names]

        committee = some("孙书记", "沈副书", "韩委三", "杨委四", "朱委五", "秦委六", "尤委七")
        for person in committee:
            self._post(person, "committee_member", code)
        self._post(committee[0], "committee_secretary", code)
        self._post(committee[1], "fulltime_deputy_secretary", code)
        for role, names in (
            ("organiser", ("李组织", "许组员")),
            ("organisation_department", ("蒋组干", "何组干")),
            ("records_officer", ("曹档案",)),
            ("dues_accountant", ("史会计",)),
            ("dues_cashier", ("唐出纳",)),
        ):
            for name, person in zip(names, some(*names), strict=True):
                for post in (role, *_PAPERWORK.get(name, ())):
                    self._post(person, post, code)
        # The secretary of the discipline committee is a deputy secretary of the committee.
        for person in (committee[1], committee[3], committee[5]):
            self._post(person, "discipline_commissioner", f"D{n:02d}")

    # ------------------------------------------------------------ the rest

    def _temporary(self) -> None:
        """T99, for a project of four months: it may bring people on their way, never receive or approve them."""
        self._unit(
            "T99",
            "temporary_organisation",
            "WC0",
            "样例工程项目临时党支部",
            "Temporary Branch of the Sample Project",
            from_on=date(2026, 1, 1),
            term_started_on=date(2026, 3, 1),
            term_expires_on=date(2026, 6, 30),
        )
        branch = self.branches["T99"] = _Branch("T99", self.unit_ids["T99"], 0, 0, 0)
        home = self.branches["B991"]
        for name, role in (("鲁临时", "branch_secretary"), ("马组委", "organisation_commissioner")):
            person = self._person(name)
            self._member(person, home, ("full_member", date(2015, 7, 1)))
            self._post(person, role, "T99", date(2026, 1, 1))
        for status in ("applicant", "activist"):
            person = self._person(age=(24, 38))
            self._member(person, branch, (status, date(2026, 1, 1)))

    def _applicants(self) -> None:
        """The applicants of B071: those of age have been known as applicants long enough for old stories."""
        for name, since in (
            ("林测试", date(2020, 3, 1)),
            ("何样例", date(2020, 3, 1)),
            ("吕示范", date(2025, 7, 1)),
            ("施未满", date(2025, 7, 1)),
        ):
            self._member(self._person(name), self.branches["B071"], ("applicant", since))
        for _ in range(2):  # for the live cases: whoever is named above stays free of them
            self._member(self._person(age=(24, 38)), self.branches["B071"], ("applicant", date(2025, 7, 1)))

    def _relatives(self) -> None:
        self._relation(self.named["何样例"], self.named["王联二"], "cousin", date(2025, 1, 10))
        ordinary = [p for p in self.people if p.name not in self._spelled]
        for _ in range(60):
            one, other = self.chance.sample(ordinary, 2)
            kind = self.chance.choice(("spouse", "sibling", "cousin", "parent"))
            self._relation(one, other, kind, _some_day(self.chance, 2021, 2025))

    def _relation(self, one: _Person, other: _Person, kind: str, declared_on: date) -> None:
        self.relations.append(
            {
                "id": new_id(),
                "person_id": one.id,
                "relative_id": other.id,
                "kind": kind,
                "declared_on": declared_on,
            }
        )


_C07: dict[int, tuple[str, ...]] = {
    3: ("孙书记", "韩委三", "李组织"),
    4: ("沈副书", "杨委四", "许组员"),
    5: ("朱委五", "蒋组干", "曹档案"),
    6: ("秦委六", "何组干", "史会计"),
    7: ("尤委七", "唐出纳", "苗单位"),
}
"""Branches in which those who work for C07 are members: none of them in B071, whose 15 are given."""


_PAPERWORK: dict[str, tuple[str, ...]] = {
    "许组员": ("general_office", "text_reviewer"),
    "蒋组干": ("drafter",),
    "何组干": ("document_clerk",),
    "曹档案": ("seal_keeper",),
}
"""What those who work for a committee do besides with its documents."""


def _bodies(chance: random.Random) -> list[_Body]:
    """132 units in three sizes, with 460 branches in all (two of them the working committee's own)."""
    bodies = []
    for n in range(1, UNITS + 1):
        kind = ("departmental_committee", "general_branch", "branch")[n % 3]
        members = {
            "departmental_committee": lambda: chance.randint(104, 210),
            "general_branch": lambda: chance.randint(52, 97),
            "branch": lambda: chance.randint(14, 44),
        }[kind]()
        bodies.append(_Body(n, kind, members, []))
    bodies[6] = _Body(7, "departmental_committee", 126, [16, 6, 21, 21, 21, 21, 20])
    bodies[11] = _Body(12, "general_branch", 62, [9, 18, 18, 17])
    bodies[98] = _Body(99, "branch", 30, [30])
    given = {7, 12, 99}
    numbers = {
        body.number: len(body.sizes) if body.number in given else max(1, round(body.members / 23)) for body in bodies
    }
    while (surplus := sum(numbers.values()) + 2 - BRANCHES) != 0:
        # The unit whose branches are smallest gives one up; the one whose branches are largest gets one more.
        movable = [b for b in bodies if b.number not in given and b.kind != "branch"]
        if surplus > 0:
            least = min(
                (b for b in movable if numbers[b.number] > 2), key=lambda b: (b.members / numbers[b.number], b.number)
            )
            numbers[least.number] -= 1
        else:
            most = max(
                (b for b in movable if numbers[b.number] < 9), key=lambda b: (b.members / numbers[b.number], -b.number)
            )
            numbers[most.number] += 1
    for body in bodies:
        if body.number not in given:
            each, more = divmod(body.members, numbers[body.number])
            body.sizes = [each + (position < more) for position in range(numbers[body.number])]
    return bodies


def _some_day(chance: random.Random, first: int, last: int) -> date:
    return date(chance.randint(first, last), chance.randint(1, 12), chance.randint(1, 28))


def _years_later(day: date | None, years: int | None) -> date | None:
    return day.replace(year=day.year + years) if day is not None and years is not None else None


def _spelled_account(name: str) -> str:
    return " ".join(part.capitalize() for part in name.split("."))


def _insert_all(db: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 5000):
        db.execute(insert(table), rows[start : start + 5000])
