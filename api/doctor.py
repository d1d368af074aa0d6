"""What is stuck or misconfigured, and the one safe action for each. Reads only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, exists, func, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api import figures, health
from engine import (
    accounts,
    actors,
    beats,
    cases,
    couriers,
    definitions,
    duties,
    log,
    migrations,
    publishing,
    tables,
    trail,
)
from engine.errors import DefinitionRefused, Finding, Language, Text
from engine.store import Moment, Store

MOST = 20
"""Complaints of one kind; the rest are counted."""
LATE = timedelta(minutes=5)
"""What was due for so long and has not happened stands still."""
NEGLECTED = timedelta(hours=1)
"""A job that nobody has fetched for so long is waiting for a program that does not run."""
RECENT = timedelta(days=7)
SOON = timedelta(days=1)
"""Before a message expires."""
HELD_LONG = timedelta(days=7)
SUSPENDED_LONG = timedelta(days=30)
FEWEST_CHARACTERS = 8
"""Different ones in a secret that was not made up by a keyboard's repetition."""

_CASES, _TASKS, _TIMERS = tables.cases.c, tables.tasks.c, tables.timers.c
_MESSAGES, _JOBS, _INCIDENTS = tables.messages.c, tables.jobs.c, tables.incidents.c
_LISTENING = tables.subscriptions.c


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is not as it should be, and what to do about it."""

    rule: str
    text: Text
    action: Text

    def as_json(self, language: Language) -> dict[str, Any]:
        return {"rule": self.rule, "message": self.text.spoken(language), "action": self.action.spoken(language)}


def examine(store: Store) -> list[Complaint]:
    """Everything that is wrong, most serious first; of each kind at most ``MOST``, and how many more there are."""
    found = list(_disk(store))
    try:
        with store.reading() as db:
            schema = list(_schema(db))
            if schema:
                return _few([*schema, *found])
            moment = store.moment(db)
            found = [
                *_trail(db),
                *_log(db, store, moment),
                *found,
                *_settings(store),
                *_second_factors(db, store),
                *_office(db),
                *_posts(db, moment),
                *_administrators(db, moment),
                *_definitions(db),
                *_clock(db, store, moment),
                *_cases(db),
                *_suspended(db, moment),
                *_jobs(db, moment),
                *_messages(db, moment),
                *_channels(db, store, moment),
                *_tasks(db, moment),
            ]
    except (DBAPIError, PoolTimeout) as e:
        found.append(
            Complaint(
                "database",
                Text(f"无法读取数据库：{type(e).__name__}", f"the database cannot be read: {type(e).__name__}"),
                Text("检查 LIUHEN_DATABASE_URL 和数据库服务", "look at LIUHEN_DATABASE_URL and the database server"),
            )
        )
    return _few(found)


def _few(found: list[Complaint]) -> list[Complaint]:
    counts: Counter[str] = Counter()
    shown = []
    for complaint in found:
        counts[complaint.rule] += 1
        if counts[complaint.rule] <= MOST:
            shown.append(complaint)
    for rule, count in counts.items():
        if count > MOST:
            last = max(n for n, complaint in enumerate(shown) if complaint.rule == rule)
            more = Text(f"同样的问题还有 {count - MOST} 处", f"{count - MOST} more of the same kind")
            shown.insert(last + 1, Complaint(rule, more, shown[last].action))
    return shown


# ---------------------------------------------------------------- the installation


def _disk(store: Store) -> Iterator[Complaint]:
    folder = store.settings.data_dir
    if not health.is_writable(folder):
        yield Complaint(
            "disk",
            Text(f"无法写入 {folder}", f"nothing can be stored in {folder}"),
            Text("释放磁盘空间，或改正该目录的权限", "free disk space, or mend the permissions of the folder"),
        )


def _schema(db: Connection) -> Iterator[Complaint]:
    revision = migrations.revision(db)
    if revision == migrations.NEWEST:
        return
    if revision is not None and revision not in migrations.known():
        yield Complaint(
            "schema_newer",
            Text(f"数据库结构 {revision} 属于更新的版本", f"the database has the schema {revision} of a newer release"),
            Text("安装更新的版本；不要用本版本提供服务", "install the newer release; do not serve with this one"),
        )
        return
    yield Complaint(
        "schema",
        Text("数据库结构不是本版本的", "the database does not have the schema of this release"),
        Text("先备份，再运行 liuhen serve 升级", "back up, then run liuhen serve, which upgrades it"),
    )


def _settings(store: Store) -> Iterator[Complaint]:
    settings = store.settings
    local = ("http://127.0.0.1", "http://localhost")
    in_use = not settings.base_url.startswith(local)
    if in_use and not settings.is_secure:
        yield Complaint(
            "not_https",
            Text(f"{settings.base_url} 没有加密", f"{settings.base_url} is not encrypted"),
            Text(
                "在前面放置 HTTPS，并把 LIUHEN_BASE_URL 写成 https://",
                "put HTTPS in front and write https:// in LIUHEN_BASE_URL",
            ),
        )
    if in_use and settings.is_virtual:
        yield Complaint(
            "virtual_clock",
            Text("正式环境使用了虚拟时钟：时间不会前进", "an office in use has a virtual clock: time stands still"),
            Text("去掉 LIUHEN_CLOCK=virtual 后重新启动", "take LIUHEN_CLOCK=virtual away and start again"),
        )
    if in_use and not settings.second_factor:
        yield Complaint(
            "second_factor_optional",
            Text("没有职务必须使用两步验证", "no post has to sign in with a second factor"),
            Text(
                "写明 LIUHEN_SECOND_FACTOR=required；没有启用的人员登录后会被引导启用",
                "write LIUHEN_SECOND_FACTOR=required; whoever has none is led to it after the password",
            ),
        )
    unknown = ", ".join(sorted(settings.second_factor - actors.POST_ROLES.keys()))
    if unknown:
        yield Complaint(
            "second_factor_role",
            Text(f"LIUHEN_SECOND_FACTOR 中没有这些职务：{unknown}", f"LIUHEN_SECOND_FACTOR names no role: {unknown}"),
            Text("写明职务的代号，例如 designer", "write roles by their words, such as designer"),
        )
    if len(set(settings.secret_key)) < FEWEST_CHARACTERS:
        yield Complaint(
            "secret_key_weak",
            Text("LIUHEN_SECRET_KEY 可以猜到", "LIUHEN_SECRET_KEY can be guessed"),
            Text(
                "改为随机字符，例如 openssl rand -base64 48 的输出",
                "write random characters, such as openssl rand -base64 48 prints",
            ),
        )
    kept = settings.data_dir / "secret_key"
    if not store.is_sqlite and kept.exists() and kept.read_text() == settings.secret_key:
        yield Complaint(
            "secret_key_default",
            Text(
                "LIUHEN_SECRET_KEY 未设置：本机自行生成了密钥，其他节点的密钥与它不同",
                "LIUHEN_SECRET_KEY is not set: this machine made one up, which other nodes do not have",
            ),
            Text(
                f"把 {kept} 的内容写入各节点的 LIUHEN_SECRET_KEY",
                f"write what {kept} holds into LIUHEN_SECRET_KEY of every node",
            ),
        )


def _second_factors(db: Connection, store: Store) -> Iterator[Complaint]:
    """Whoever has a secret of another secret key cannot sign in with a code, only with a recovery code."""
    for account_id in accounts.unreadable(db, store.settings.secret_key):
        name = accounts.read(db, account_id).name
        yield Complaint(
            "second_factor_sealed",
            Text(
                f"账号 {name} 的两步验证是用另一个 LIUHEN_SECRET_KEY 封存的",
                f"the second factor of the account {name} was sealed under another LIUHEN_SECRET_KEY",
            ),
            Text("恢复原来的密钥，或重置该账号的两步验证", "bring the old key back, or reset the second factor"),
        )


def _office(db: Connection) -> Iterator[Complaint]:
    if db.execute(select(tables.units.c.id).limit(1)).first() is None:
        yield Complaint(
            "no_office",
            Text("还没有任何组织", "there is no unit yet"),
            Text("运行 liuhen import-office 或 liuhen setup --demo", "run liuhen import-office or liuhen setup --demo"),
        )
    elif db.execute(select(tables.definitions.c.id).limit(1)).first() is None:
        yield Complaint(
            "no_definition",
            Text("还没有发布任何流程", "no procedure has been published"),
            Text("运行 liuhen publish processes/…", "run liuhen publish processes/…"),
        )


def _posts(db: Connection, moment: Moment) -> Iterator[Complaint]:
    """People who hold posts together that the office's rules of separation keep apart."""
    for person, rule in duties.posts_held(db, moment):
        yield Complaint(
            "posts_exclude",
            Text(
                f"{person.zh} 兼任了不得兼任的职务（{rule.id}：{rule.text.zh}）",
                f"{person.en} holds posts that exclude each other ({rule.id}: {rule.text.en})",
            ),
            Text("免去其中一个职务", "end one of the posts"),
        )


def _administrators(db: Connection, moment: Moment) -> Iterator[Complaint]:
    """What takes two persons waits for ever where one of the three offices has nobody who can sign in."""
    root = actors.root(db, moment.today)
    for role in sorted(actors.ADMIN_ROLES) if root is not None else ():
        holder = actors.holder(role, root.id) if root is not None else ""
        if not actors.reachable(db, [holder], moment.today)[holder]:
            name = actors.role_name(role)
            yield Complaint(
                "no_administrator",
                Text(f"没有能登录的{name.zh}", f"there is no {name.en} who can sign in"),
                Text(
                    "导入任职后运行 liuhen account add NAME PERSON，或 liuhen account reset NAME",
                    "import the post, then run liuhen account add NAME PERSON, or liuhen account reset NAME",
                ),
            )


def _definitions(db: Connection) -> Iterator[Complaint]:
    """Versions in use that this release would not publish: they run on, and the next version has to be mended."""
    table = tables.definitions.c
    live = select(_CASES.definition_id).where(_CASES.status.in_(figures.LIVE_CASES)).distinct()
    used = set(db.execute(live).scalars())
    newest = {row.key: row.id for row in db.execute(select(table.key, table.id).order_by(table.version))}
    rows = db.execute(select(table.id, table.key, table.version).order_by(table.key, table.version))
    for row in rows.all():
        if row.id not in used and row.id != newest[row.key]:
            continue
        try:
            exempt = definitions.load(db, row.id).exempt
        except DefinitionRefused as e:
            yield Complaint(
                "definition_unloadable",
                Text(
                    f"流程 {row.key} 第 {row.version} 版无法读取：{_rules(e.findings)}",
                    f"{row.key}, version {row.version}, cannot be read: {_rules(e.findings)}",
                ),
                Text("改正后发布新版本，并迁移在办事项", "mend it, publish the next version, and migrate its cases"),
            )
            continue
        if exempt:
            yield Complaint(
                "definition_exempt",
                Text(
                    f"流程 {row.key} 第 {row.version} 版照常运行，但不符合本版本的检查：{_rules(exempt)}",
                    f"{row.key}, version {row.version}, runs on but does not pass the checks of this release: "
                    f"{_rules(exempt)}",
                ),
                Text("改正后发布新版本", "mend it and publish the next version"),
            )


def _rules(findings: Iterable[Finding]) -> str:
    return ", ".join(sorted({f.rule for f in findings if f.severity == "error"}))


def _trail(db: Connection) -> Iterator[Complaint]:
    """Chains whose kept head is not the hash of their newest entry."""
    entries, after = tables.entries.c, tables.entries.alias()
    heads = (
        (_CASES.number, _CASES.id, _CASES.trail_seq, _CASES.trail_head, tables.cases),
        (tables.chains.c.id, tables.chains.c.id, tables.chains.c.seq, tables.chains.c.head, tables.chains),
    )
    for name, chain, seq, head, table in heads:
        beyond = exists().where(after.c.chain == chain, after.c.seq == seq + 1)
        query = (
            select(name.label("name"), chain.label("chain"), head.label("head"), entries.text, beyond.label("beyond"))
            .select_from(table)
            .join(tables.entries, and_(entries.chain == chain, entries.seq == seq), isouter=True)
            .where(seq > 0)
        )
        for row in db.execute(query, execution_options={"yield_per": 1000}):
            if row.text is None or row.beyond or trail.seal(row.text) != row.head:
                yield Complaint(
                    "trail_broken",
                    Text(f"{row.name} 的留痕链尾与所存不符", f"the trail of {row.name} does not end at its kept head"),
                    Text(
                        f"运行 liuhen verify --case {row.chain}，查明之前不要改动数据库",
                        f"run liuhen verify --case {row.chain}, and change nothing until somebody has looked into it",
                    ),
                )


UNSEALED = timedelta(seconds=30)
"""An entry that has waited so long for its place in the log waits because nobody seals."""


def _log(db: Connection, store: Store, moment: Moment) -> Iterator[Complaint]:
    """The sealed log: what waits for its place, whether it can be signed, and whether it leaves the house."""
    waiting = log.waiting(db)
    beat = beats.newest(db)
    is_served = beat is not None and moment.now - beat <= health.LONGEST_SILENCE  # a silent clock is a complaint itself
    if is_served and waiting.since is not None and moment.now - waiting.since > UNSEALED:
        yield Complaint(
            "log_unsealed",
            Text(
                f"{waiting.count} 条留痕自 {_told(waiting.since, moment)} 起尚未封入日志",
                f"{waiting.count} entries have waited for their place in the log since {_told(waiting.since, moment)}",
            ),
            Text("运行 liuhen log status 查看原因", "liuhen log status says why"),
        )
    why = log.unsignable(db, store.settings, moment)
    if why is not None:
        yield Complaint("log_unsigned", why, Text("运行 liuhen log status", "run liuhen log status"))
    kept = log.origin(db)
    wanted = store.settings.log_origin
    if kept is not None and wanted and kept != wanted:
        yield Complaint(
            "log_origin",
            Text(
                f"日志名为 {kept}，与 LIUHEN_LOG_ORIGIN 不同",
                f"the log is called {kept}, not as LIUHEN_LOG_ORIGIN says",
            ),
            Text(f"把 LIUHEN_LOG_ORIGIN 改为 {kept}", f"set LIUHEN_LOG_ORIGIN to {kept}"),
        )
    places = publishing.standing(store.settings, db, moment)
    in_use = not store.settings.base_url.startswith(("http://127.0.0.1", "http://localhost"))
    if not places and in_use:
        yield Complaint(
            "log_stays_inside",
            Text(
                "检查点没有送到数据库之外，掌握数据库的人可以重写全部留痕",
                "no checkpoint leaves the database: whoever has it can rewrite the whole trail",
            ),
            Text(
                "设置 LIUHEN_LOG_FOLDER 或 LIUHEN_LOG_WEBHOOK，或用 liuhen log witness add 请其他单位见证",
                "set LIUHEN_LOG_FOLDER or LIUHEN_LOG_WEBHOOK, or ask a witness: liuhen log witness add",
            ),
        )
    for place in places:
        if place.failures or place.late:
            said = place.fault or "no server has tried it"
            since = Text("从未", "never") if place.done_at is None else _both(_told(place.done_at, moment))
            yield Complaint(
                "log_place_late",
                Text(
                    f"检查点未能送到 {place.name}（上次成功：{since.zh}）：{said}",
                    f"the checkpoint did not get to {place.name} (last: {since.en}): {said}",
                ),
                Text(
                    "检查该处后运行 liuhen log publish；若提示分叉，先查明是否恢复过旧备份",
                    "look at it, then liuhen log publish; where it speaks of another checkpoint, was an old backup "
                    "restored?",
                ),
            )


def _both(text: str) -> Text:
    return Text(text, text)


# ---------------------------------------------------------------- the clock


def _clock(db: Connection, store: Store, moment: Moment) -> Iterator[Complaint]:
    now = moment.now
    due = figures.oldest_due(db, moment)
    if due is not None and now - due > LATE:
        yield Complaint(
            "clock_stands",
            Text(
                f"最早应于 {_told(due, moment)} 办理的定时事项仍未办理",
                f"what was due at {_told(due, moment)} has not happened",
            ),
            Text("运行 liuhen serve，或 liuhen tick", "run liuhen serve, or liuhen tick"),
        )
    servers = db.execute(select(tables.beats).order_by(tables.beats.c.server)).all()
    if not store.settings.is_virtual:
        newest = beats.newest(db)
        if newest is not None and now - newest > LATE:
            yield Complaint(
                "clock_silent",
                Text(
                    f"自 {_told(newest, moment)} 起没有服务进程查看到期事项",
                    f"no server has looked at what is due since {_told(newest, moment)}",
                ),
                Text("启动 liuhen serve", "start liuhen serve"),
            )
    alive = [row for row in servers if now - row.at <= health.LONGEST_SILENCE]
    if len({row.version for row in alive}) > 1:
        said = ", ".join(f"{row.server} {row.version}" for row in alive)
        yield Complaint(
            "releases_differ",
            Text(f"同一数据库上运行着不同版本：{said}", f"servers of different releases share the database: {said}"),
            Text("停掉旧版本的服务进程", "stop the servers of the older release"),
        )


# ---------------------------------------------------------------- cases


def _cases(db: Connection) -> Iterator[Complaint]:
    open_incidents = (
        select(_CASES.number, _INCIDENTS.id, _INCIDENTS.element, _INCIDENTS.reason)
        .join_from(tables.incidents, tables.cases, _CASES.id == _INCIDENTS.case_id)
        .where(_INCIDENTS.resolved_at.is_(None))
        .order_by(_CASES.number, _INCIDENTS.id)
    )
    for row in db.execute(open_incidents):
        reason = cases.reason_of(row.reason)
        zh, en = (f"在“{row.element}”处", f" at “{row.element}”") if row.element else ("", "")
        yield Complaint(
            "incident",
            Text(
                f"事项 {row.number} {zh}停住：{reason.zh}",
                f"case {row.number} stands still{en}: {reason.en}",
            ),
            Text("排除原因后在事项页重试", "mend the cause, then retry on the page of the case"),
        )
    unresolved = exists().where(_INCIDENTS.case_id == _CASES.id, _INCIDENTS.resolved_at.is_(None))
    failed = select(_CASES.number).where(_CASES.status == "failed", ~unresolved).order_by(_CASES.number)
    for number in db.execute(failed).scalars():
        yield Complaint(
            "case_failed",
            Text(f"事项 {number} 无法继续", f"case {number} cannot go on"),
            Text(
                "在事项页查看留痕中的原因，排除后重试",
                "read the reason in the trail on the page of the case, mend it, retry",
            ),
        )
    below = tables.cases.alias()
    idle = (
        select(_CASES.number)
        .where(
            _CASES.status == "running",
            _CASES.wake_at.is_(None),
            ~unresolved,
            ~exists().where(_TASKS.case_id == _CASES.id, _TASKS.status.in_(figures.OPEN_TASKS)),
            ~exists().where(_TIMERS.case_id == _CASES.id),
            ~exists().where(_LISTENING.case_id == _CASES.id),
            ~exists().where(_JOBS.case_id == _CASES.id, _JOBS.status.in_(figures.LIVE_JOBS)),
            ~exists().where(_MESSAGES.to_case == _CASES.id, _MESSAGES.status == "pending"),
            ~exists().where(below.c.parent_id == _CASES.id, below.c.status.in_(figures.LIVE_CASES)),
        )
        .order_by(_CASES.number)
    )
    for number in db.execute(idle).scalars():
        yield Complaint(
            "case_idle",
            Text(f"事项 {number} 不在等待任何人或任何事", f"case {number} waits for nobody and nothing"),
            Text("请流程设计人员检查流程图", "ask the designer to look at the diagram"),
        )


def _suspended(db: Connection, moment: Moment) -> Iterator[Complaint]:
    """Cases that have stood still for long: whoever suspended them may have forgotten it."""
    along = tables.cases.alias()
    itself = or_(
        _CASES.parent_id.is_(None), ~exists().where(along.c.id == _CASES.parent_id, along.c.status == "suspended")
    )
    rows = db.execute(
        select(_CASES.id, _CASES.number).where(_CASES.status == "suspended", itself).order_by(_CASES.number)
    )
    for row in rows:
        found = cases.suspension(db, row.id)
        if found is None or moment.now - found.at < SUSPENDED_LONG:
            continue
        since = _told(found.at, moment)
        yield Complaint(
            "case_suspended",
            Text(f"事项 {row.number} 自 {since} 起暂停", f"case {row.number} has been suspended since {since}"),
            Text("请暂停的人在事项页恢复或终止", "ask whoever suspended it to resume or cancel it on its page"),
        )


def _jobs(db: Connection, moment: Moment) -> Iterator[Complaint]:
    """By type: what has no retries left, what a program took and never gave back, what nobody has fetched."""
    now = moment.now
    failed = _JOBS.status == "failed"
    abandoned = and_(_JOBS.status == "open", _JOBS.locked_until < now - LATE)
    neglected = and_(_JOBS.status == "open", _JOBS.locked_until.is_(None), _JOBS.next_at < now - NEGLECTED)
    start = Text("启动办理“{type}”的程序", "start the program that does “{type}”")
    kinds = (
        (
            "job_failed",
            failed,
            Text("{count} 项“{type}”作业已无重试次数", "{count} jobs “{type}” have no retries left"),
            Text("查看作业失败的原因，排除后重试其事项", "read why they failed, mend it, retry their cases"),
        ),
        (
            "job_abandoned",
            abandoned,
            Text(
                "{count} 项“{type}”作业被取走后超时未交回",
                "{count} jobs “{type}” were taken and not given back in time",
            ),
            start,
        ),
        (
            "job_neglected",
            neglected,
            Text(
                "{count} 项“{type}”作业一小时以上无程序领取",
                "{count} jobs “{type}” have waited for a program for more than an hour",
            ),
            start,
        ),
    )
    for rule, where, text, action in kinds:
        query = select(_JOBS.type, func.count()).where(where).group_by(_JOBS.type).order_by(_JOBS.type)
        for type_, count in db.execute(query):
            yield Complaint(rule, text.format(count=count, type=type_), action.format(type=type_))


def _channels(db: Connection, store: Store, moment: Moment) -> Iterator[Complaint]:
    """Channels that rest, secrets that cannot be opened, messages that were refused, notices that nobody carries."""
    for one in couriers.every_channel(db, enabled=True):
        if not couriers.can_open(db, store.settings, one.id):
            yield Complaint(
                "channel_sealed",
                Text(f"通知渠道“{one.name}”的密钥无法打开", f"the secrets of “{one.name}” cannot be opened"),
                Text(
                    "LIUHEN_SECRET_KEY 已更换：请重新填写该渠道的密钥",
                    "LIUHEN_SECRET_KEY is another one: give the channel its secrets anew",
                ),
            )
        elif one.failures:
            yield Complaint(
                "channel_rests",
                Text(f"通知渠道“{one.name}”暂停发送：{one.error}", f"the channel “{one.name}” rests: {one.error}"),
                Text("检查对方服务与该渠道的设置，再发一条测试消息", "look at its server and settings, then test it"),
            )
    table = tables.notice_deliveries.c
    wrong = (
        select(tables.channels.c.name, table.status, func.count())
        .join_from(tables.notice_deliveries, tables.channels, tables.channels.c.id == table.channel_id)
        .where(table.status.in_(("failed", "unknown")), table.done_at > moment.now - RECENT, table.way != "test")
        .group_by(tables.channels.c.name, table.status)
        .order_by(tables.channels.c.name, table.status)
    )
    said = {"failed": Text("被拒收", "were refused"), "unknown": Text("不确定是否送达", "may not have arrived")}
    for name, status, count in db.execute(wrong):
        yield Complaint(
            f"notices_{status}",
            Text(
                f"通知渠道“{name}”近七日有 {count} 条消息{said[status].zh}",
                f"{count} messages of the channel “{name}” {said[status].en} in the last seven days",
            ),
            Text("在“管理 › 通知渠道”中查看错误", "read the errors under Administration › Channels"),
        )
    oldest = db.execute(select(func.min(tables.outbox.c.ready_at))).scalar()
    if oldest is not None and moment.now - oldest > LATE:
        yield Complaint(
            "notices_stand",
            Text(f"自 {_told(oldest, moment)} 起通知未递送", f"nobody carries notices since {_told(oldest, moment)}"),
            Text("运行 liuhen serve，或 liuhen tick", "run liuhen serve, or liuhen tick"),
        )


def _messages(db: Connection, moment: Moment) -> Iterator[Complaint]:
    """Messages that will expire unheard, and some that have a listener and were not delivered all the same."""
    starts = tables.starts.c
    heard = or_(
        exists().where(
            _LISTENING.kind == _MESSAGES.kind, _LISTENING.name == _MESSAGES.name, _LISTENING.key == _MESSAGES.key
        ),
        exists().where(starts.kind == _MESSAGES.kind, starts.name == _MESSAGES.name),
        _MESSAGES.kind == "return",
    )
    query = (
        select(_MESSAGES.id, _MESSAGES.kind, _MESSAGES.name, _MESSAGES.at, _MESSAGES.expires_at, heard.label("heard"))
        .where(_MESSAGES.status == "pending")
        .where(
            or_(
                and_(_MESSAGES.kind != "signal", _MESSAGES.expires_at < moment.now + SOON),
                _MESSAGES.at < moment.now - LATE,
            )
        )
        .order_by(_MESSAGES.id)
    )
    for row in db.execute(query):
        if not row.heard and row.kind == "message" and row.expires_at < moment.now + SOON:
            until = _told(row.expires_at, moment)
            yield Complaint(
                "message_unheard",
                Text(
                    f"消息“{row.name}”（{row.id}）将于 {until} 失效，没有事项在等它",
                    f"message “{row.name}” ({row.id}) expires at {until} and no case waits for it",
                ),
                Text(
                    "核对发送方写的关联键，更正后重新发送",
                    "compare the key that its sender wrote with that of the case, and send it again",
                ),
            )
        elif row.heard and row.at < moment.now - LATE:
            yield Complaint(
                "message_not_delivered",
                Text(
                    f"“{row.name}”（{row.id}）有接收方而未送达",
                    f"“{row.name}” ({row.id}) has a receiver and was not delivered",
                ),
                Text("运行 liuhen serve，或 liuhen tick", "run liuhen serve, or liuhen tick"),
            )


# ---------------------------------------------------------------- tasks


def _tasks(db: Connection, moment: Moment) -> Iterator[Complaint]:
    """Open tasks that ask nobody who can sign in today; tasks that are held and will not open by a date."""
    for number, element in asked_of_nobody(db, moment):
        yield Complaint(
            "nobody_asked",
            Text(f"事项 {number} 的“{element}”无人可办", f"nobody can do “{element}” of case {number}"),
            Text("为该职务任命人员，或为任职者开立账号", "give the post to somebody, or its holder an account"),
        )
    held = (
        select(_CASES.number, _TASKS.element, _TASKS.opened_at, _TASKS.held)
        .add_columns(exists().where(_TIMERS.task_id == _TASKS.id, _TIMERS.purpose == "open").label("is_looked_at"))
        .join_from(tables.tasks, tables.cases, _CASES.id == _TASKS.case_id)
        .where(_TASKS.status == "held", _CASES.status == "running")
        .order_by(_CASES.number, _TASKS.element)
    )
    for row in db.execute(held):
        findings = [one for one in json.loads(row.held or "[]") if isinstance(one, dict)]
        if not row.is_looked_at:
            yield Complaint(
                "held_forgotten",
                Text(
                    f"事项 {row.number} 的“{row.element}”被挂起，且没有再次查看的时间",
                    f"“{row.element}” of case {row.number} is held and no time is set to look at it again",
                ),
                Text("请流程设计人员查看其条件", "ask the designer to look at its gates"),
            )
        elif moment.now - row.opened_at > HELD_LONG and not any(one.get("earliest") for one in findings):
            codes = ", ".join(sorted({str(one.get("code", "")) for one in findings}))
            since = _told(row.opened_at, moment)
            yield Complaint(
                "held_long",
                Text(
                    f"事项 {row.number} 的“{row.element}”自 {since} 起挂起（{codes}）",
                    f"“{row.element}” of case {row.number} has been held since {since} ({codes})",
                ),
                Text("在任务页查看缺少什么并补齐", "read on the page of the task what is missing, and provide it"),
            )


def asked_of_nobody(db: Connection, moment: Moment) -> list[tuple[str, str]]:
    """Case number and element of every open task that nobody who can sign in today is asked to do or to confirm."""
    asked = tables.task_candidates.c
    wanted = or_(
        and_(_TASKS.status == "open", asked.purpose == "act"),
        and_(_TASKS.status == "confirming", asked.purpose == "confirm"),
    )
    rows = db.execute(
        select(_TASKS.id, _TASKS.element, _TASKS.status, _TASKS.claimed_by, _CASES.number, asked.holder)
        .join_from(tables.tasks, tables.cases, _CASES.id == _TASKS.case_id)
        .join(tables.task_candidates, and_(asked.task_id == _TASKS.id, wanted), isouter=True)
        .where(_TASKS.status.in_(("open", "confirming")), _CASES.status == "running")
        .order_by(_CASES.number, _TASKS.element)
    ).all()
    meant = actors.reachable(db, {row.holder for row in rows if row.holder is not None}, moment.today)
    found: dict[str, tuple[str, str, bool]] = {}
    for row in rows:
        number, element, is_asked = found.get(row.id, (row.number, row.element, False))
        people = set(meant[row.holder]) if row.holder is not None else set()
        if row.status == "confirming":  # by somebody else than whoever was first
            people.discard(row.claimed_by)
        found[row.id] = (number, element, is_asked or bool(people))
    return [(number, element) for number, element, is_asked in found.values() if not is_asked]


def _told(at: datetime, moment: Moment) -> str:
    return at.astimezone(moment.zone).isoformat(timespec="minutes")
