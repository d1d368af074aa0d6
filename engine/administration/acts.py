"""The acts of administration, as a table: what each is called, who proposes and who confirms it, and when it takes two.

The system administrator's acts are confirmed by the security administrator and the other way round (三员分立): nobody
who could propose an act of a kind confirms one of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from engine import (
    accounts,
    actors,
    cases,
    definitions,
    duties,
    erasing,
    holds,
    reorganising,
    rules,
    separation,
    tables,
    trail,
)
from engine.actors import ADMIN_ROLES, PERMISSIONS, Actor
from engine.administration import leaving, sealed_log
from engine.administration.administrators import administrator_posts, keep_one
from engine.administration.words import Act, Effect, Plan
from engine.errors import DefinitionRefused, NotFound, NotNow, Text, Unfit
from engine.reorganising import Change
from engine.store import Moment

# ---------------------------------------------------------------- posts


def _is_office(db: Connection, moment: Moment, unit_id: str) -> bool:
    root = actors.root(db, moment.today)
    return root is not None and root.id == unit_id


def _appoints_power(db: Connection, moment: Moment, plan: Plan) -> bool:
    return plan["role"] in ADMIN_ROLES or (plan["role"] in PERMISSIONS and _is_office(db, moment, plan["unit"]))


def _ends_power(db: Connection, moment: Moment, plan: Plan) -> bool:
    return plan["role"] in ADMIN_ROLES


def _look_at_post(db: Connection, plan: Plan, on: date) -> tuple[Text, Text, list[tuple[Text, Text]]]:
    person = actors.person_by(db, plan["person"], on)
    unit = actors.unit_by(db, plan["unit"], on)
    role = actors.role_name(plan["role"], unit.kind)
    post = Text(f"{unit.name} · {role.zh}", f"{unit.name_en} · {role.en}")
    given = sorted(PERMISSIONS.get(plan["role"], ())) if unit.parent_id is None else []
    lines = [(Text("人员", "person"), _with_number(person)), (Text("职务", "post"), post)]
    if given:
        lines.append((Text("权限", "permissions"), _same("、".join(given), ", ".join(given))))
    return person.text, post, lines


def _look_appoint(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    from_on = date.fromisoformat(plan["from_on"])
    person, post, lines = _look_at_post(db, plan, from_on)
    lines.append((Text("自", "from"), _same(plan["from_on"])))
    if plan["to_on"]:
        lines.append((Text("至（不含）", "until (not included)"), _same(plan["to_on"])))
    summary = Text("任命{person}为{post}", "appoint {person}: {post}").format(person=person, post=post)
    return Effect(summary, dict(plan), tuple(lines), plan["person"])


def _appoint(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    actor.require("directory.manage")
    from_on = date.fromisoformat(plan["from_on"])
    to_on = date.fromisoformat(plan["to_on"]) if plan["to_on"] else None
    post = actors.appoint(db, moment, plan["person"], plan["role"], plan["unit"], from_on, to_on, plan["basis"])
    _note_post(db, actor, moment, plan, from_on=plan["from_on"], to_on=plan["to_on"])
    return {"post": post}


def _look_end(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    on = date.fromisoformat(plan["on"])
    person, post, lines = _look_at_post(db, plan, on)
    _held(db, plan, on)
    lines.append((Text("自此日起不再担任", "not held any more from"), _same(plan["on"])))
    summary = Text("免去{person}的{post}", "end the post of {person}: {post}").format(person=person, post=post)
    return Effect(summary, dict(plan), tuple(lines), plan["person"])


def _held(db: Connection, plan: Plan, on: date) -> tuple[str, ...]:
    held = actors.post_ids(db, plan["person"], plan["role"], plan["unit"], actors.day_before(on))
    if not held:
        raise NotFound(
            Text("没有这一任职记录，或该任职已经结束。", "There is no such post, or it has already ended."),
            code="err_post_not_found",
        )
    return held


def _end(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    actor.require("directory.manage")
    on = date.fromisoformat(plan["on"])
    held = _held(db, plan, on)
    if plan["role"] in ADMIN_ROLES:
        trail.hold(db, trail.OFFICE)  # two who end the posts of the last two would each see the other one
        if _is_office(db, moment, plan["unit"]):
            keep_one(db, moment, plan["person"], [plan["role"]])
    for post in held:
        actors.end_post(db, moment, post, on)
    _note_post(db, actor, moment, plan, to_on=plan["on"])
    if on <= moment.today:
        cases.look_at(db, moment, [actors.holder(plan["role"], plan["unit"])])
    return {"posts": list(held)}


def _note_post(db: Connection, actor: Actor, moment: Moment, plan: Plan, **days: str | None) -> None:
    facts: dict[str, Any] = {**{k: plan[k] for k in ("person", "role", "unit")}, **days}
    trail.append(db, moment, actor, kind=trail.Kind.POST_CHANGED, reason=plan["basis"], **facts)


# ---------------------------------------------------------------- accounts


def _is_administrators(db: Connection, moment: Moment, plan: Plan) -> bool:
    return bool(administrator_posts(db, accounts.read(db, plan["account"]).person_id, moment.today))


def _look_account(zh: str, en: str, db: Connection, moment: Moment, plan: Plan) -> Effect:
    known = accounts.read(db, plan["account"])
    person = actors.person_by(db, known.person_id, moment.today)
    roles = [actors.role_name(r) for r in administrator_posts(db, person.id, moment.today)]
    lines = [(Text("人员", "person"), _with_number(person)), (Text("账号", "account"), _same(known.name))]
    if roles:
        lines.append((Text("职务", "post"), _same("、".join(r.zh for r in roles), ", ".join(r.en for r in roles))))
    facts = {"account": known.id, "disabled": known.disabled_at is not None, "act": en}
    return Effect(Text(zh, en).format(person=person.text), facts, tuple(lines), person.id)


def _look_disable(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    return _look_account("停用{person}的账号", "disable the account of {person}", db, moment, plan)


def _disable(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    known = accounts.read(db, plan["account"])
    if known.disabled_at is not None:
        raise NotNow(Text("账号已停用。", "The account is disabled already."), code="err_account_disabled")
    roles = administrator_posts(db, known.person_id, moment.today)
    if roles:
        trail.hold(db, trail.OFFICE)
        keep_one(db, moment, known.person_id, roles)
    accounts.disable(db, actor, moment, known.id)
    cases.look_at(db, moment, holders_of(db, moment, known.person_id))
    return {"account": known.id}


def holders_of(db: Connection, moment: Moment, person_id: str) -> list[str]:
    """Every holder text that means somebody today."""
    known = actors.person(db, person_id, moment.today)
    if known is None:
        return []
    members = [m.holder for m in actors.memberships_of(db, person_id, moment.today)]
    return [actors.holder_of(person_id), *(p.holder for p in known.posts), *members]


def _look_enable(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    return _look_account("启用{person}的账号", "enable the account of {person}", db, moment, plan)


def _enable(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    known = accounts.read(db, plan["account"])
    if known.disabled_at is None:
        raise NotNow(Text("账号未停用。", "The account is not disabled."), code="err_account_enabled")
    accounts.enable(db, actor, moment, known.id)
    return {"account": known.id}


def _is_for_power(db: Connection, moment: Moment, plan: Plan) -> bool:
    return bool(administrator_posts(db, plan["person"], moment.today))


def _look_create(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    person = actors.person_by(db, plan["person"], moment.today)
    roles = [actors.role_name(r) for r in administrator_posts(db, person.id, moment.today)]
    lines = [(Text("人员", "person"), _with_number(person)), (Text("账号", "account"), _same(plan["name"]))]
    if roles:
        lines.append((Text("职务", "post"), _same("、".join(r.zh for r in roles), ", ".join(r.en for r in roles))))
    summary = Text("为{person}开立账号", "create an account for {person}").format(person=person.text)
    return Effect(summary, {"person": person.id, "name": plan["name"]}, tuple(lines), person.id)


def _create(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    account = accounts.create(
        db,
        actor,
        moment,
        name=plan["name"],
        person_id=plan["person"],
        password=secrets.token_urlsafe(48),  # that nobody knows: the link sets another one
        language=plan["language"],
    )
    _, until = accounts.begin_reset(db, actor, moment, account, plan["hash"])
    return {"account": account, "until": trail.instant(until)}


def _look_reset(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    return _look_account("重置{person}的密码", "reset the password of {person}", db, moment, plan)


def _reset(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    _, until = accounts.begin_reset(db, actor, moment, plan["account"], plan["hash"])
    return {"account": plan["account"], "until": trail.instant(until)}


def _look_factor(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    return _look_account("解除{person}的两步验证", "take away the second factor of {person}", db, moment, plan)


def _factor(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    accounts.reset_second_factor(db, actor, moment, plan["account"])
    return {"account": plan["account"]}


# ---------------------------------------------------------------- duties and keys


def _look_identity(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    summary = "为{person}的账号关联外部身份", "link an identity to the account of {person}"
    seen = _look_account(*summary, db, moment, plan)
    lines = [
        *seen.lines,
        (Text("身份提供方", "provider"), _same(plan["issuer"])),
        (Text("身份标识", "subject"), _same(plan["subject"])),
    ]
    facts = {**seen.facts, "issuer": plan["issuer"], "subject": plan["subject"]}
    return Effect(seen.summary, facts, tuple(lines), seen.subject)


def _identity(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    done = accounts.link_identity(db, actor, moment, plan["account"], plan["issuer"], plan["subject"])
    return {"account": plan["account"], "identity": done}


def _always(db: Connection, moment: Moment, plan: Plan) -> bool:
    return True


def _look_duties(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    read, findings = separation.read(plan["content"])
    if findings:
        raise DefinitionRefused(findings)
    newest = separation.newest(db) or (0, "")
    before = {r.id: r.text for r in separation.in_force(db).rules}
    after = {r.id: r.text for r in read.rules}
    lines = [(Text("规则", "rules"), Text(f"{len(after)} 条", str(len(after))))]
    for label, ids in (
        (Text("新增", "added"), sorted(set(after) - set(before))),
        (Text("删除", "removed"), sorted(set(before) - set(after))),
        (Text("文字变更", "reworded"), sorted(i for i in set(after) & set(before) if after[i] != before[i])),
    ):
        if ids:
            lines.append((label, _same("、".join(ids), ", ".join(ids))))
    version = newest[0] + 1
    summary = Text(f"发布职责分离规则第 {version} 版", f"publish version {version} of the rules of separation")
    return Effect(summary, {"version": version, "content": plan["content"]}, tuple(lines))


def _publish_duties(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    done = duties.publish(db, actor, moment, plan["content"], plan["reason"])
    return {"version": done.version, "is_new": done.is_new}


def _is_wide(db: Connection, moment: Moment, plan: Plan) -> bool:
    """A program with what administrators, auditors or designers may; somebody's own key gives nobody anything new."""
    is_programs = plan["is_program"] or accounts.is_of_a_program(plan["account"])
    return bool(is_programs) and not frozenset().union(*PERMISSIONS.values()).isdisjoint(plan["scopes"])


def _look_key(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    scopes = plan["scopes"]
    lines = (
        (Text("程序", "program"), _same(plan["name"])),
        (Text("权限范围", "scopes"), _same("、".join(scopes), ", ".join(scopes))),
        (Text("有效期", "valid for"), Text(f"{plan['days']} 天", f"{plan['days']} days")),
    )
    summary = Text("为程序“{name}”签发接口密钥", "issue a key to the program “{name}”").format(name=plan["name"])
    return Effect(summary, {k: plan[k] for k in ("id", "name", "account", "scopes", "days")}, lines)


def _create_key(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    accounts.create_key(
        db,
        actor,
        moment,
        name=plan["name"],
        scopes=plan["scopes"],
        account=plan["account"],
        is_program=plan["is_program"],
        life=timedelta(days=plan["days"]),
        made=(plan["id"], plan["hash"]),
    )
    return {"key": plan["id"]}


# ---------------------------------------------------------------- the organisation


def _changes(plan: Plan) -> list[Change]:
    return [Change(**{**given, "on": date.fromisoformat(given["on"])}) for given in plan["changes"]]


def _look_changes(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    changes = _changes(plan)
    lines = tuple((Text(one.on.isoformat(), one.on.isoformat()), _said(db, one)) for one in changes)
    first = lines[0][1] if lines else Text("", "")
    more = len(lines) - 1
    summary = Text(
        f"调整组织：{first.zh}{f' 等 {len(lines)} 项' if more else ''}",
        f"change the organisation: {first.en}{f' and {more} more' if more else ''}",
    )
    return Effect(summary, dict(plan), lines)


def _said(db: Connection, change: Change) -> Text:
    on = change.on
    unit = actors.unit_by(db, change.unit, on).text if change.unit else Text("", "")
    into = actors.unit_by(db, change.into, on).text if change.into else Text("", "")
    person = actors.person_by(db, change.person, on).text if change.person else Text("", "")
    return _CHANGES[change.kind].format(
        unit=unit,
        into=into,
        person=person,
        role=actors.role_name(change.role or ""),
        name=Text(change.name or "", change.name_en or change.name or ""),
        may=Text("可以", "may") if change.may else Text("不可以", "may not"),
    )


_CHANGES: Mapping[str, Text] = {
    "end_post": Text("免去{person}在{unit}的{role}", "{person} is no longer {role} of {unit}"),
    "appoint": Text("任命{person}为{unit}的{role}", "{person} becomes {role} of {unit}"),
    "leave": Text("{person}离开", "{person} leaves"),
    "dissolve": Text("撤销{unit}", "{unit} is dissolved"),
    "merge": Text("{unit}并入{into}", "{unit} goes up in {into}"),
    "found": Text("在{into}下设立“{name}”", "“{name}” is founded below {into}"),
    "rename": Text("{unit}更名为“{name}”", "{unit} is called “{name}”"),
    "move": Text("{unit}改隶{into}", "{unit} comes below {into}"),
    "competence": Text("{unit}{may}审批党员", "{unit} {may} approve members"),
}


def _change(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    changes = _changes(plan)
    for one in changes:
        if one.kind == "leave":
            raise Unfit(
                Text("人员离任请办理离任移交。", "For somebody who leaves, use the hand-over."), code="err_leaver"
            )
        if one.role in ADMIN_ROLES:
            raise Unfit(
                Text("管理员的任免请单独办理。", "Administrators are appointed and released one by one."),
                code="err_administrator_apart",
            )
    touched = reorganising.carry_out(db, actor, moment, changes, plan["reason"])
    cases.look_at(db, moment, touched)
    return {"changes": len(changes)}


# ---------------------------------------------------------------- parameters


def _is_sensitive(db: Connection, moment: Moment, plan: Plan) -> bool:
    found = definitions.read(db, plan["key"]).rules.parameters.get(plan["name"])
    return found is not None and found.is_sensitive


def _look_parameter(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    found = definitions.read(db, plan["key"])
    parameter = found.rules.parameters.get(plan["name"])
    if parameter is None:
        raise NotFound()
    was = rules.stored(db, plan["key"], parameter, moment.today)
    shown = [rules.as_text(value) for value in (was, plan["value"])]
    lines = (
        (Text("流程", "procedure"), found.name),
        (Text("参数", "parameter"), parameter.text),
        (Text("原值", "was"), _same(shown[0])),
        (Text("新值", "becomes"), _same(shown[1])),
    )
    summary = Text("将参数“{name}”改为 {value}", "set the parameter “{name}” to {value}").format(
        name=parameter.text, value=shown[1]
    )
    return Effect(summary, {"key": plan["key"], "name": plan["name"], "was": shown[0], "value": shown[1]}, lines)


def _set_parameter(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    found = definitions.read(db, plan["key"])
    rules.set_parameter(db, actor, moment, plan["key"], found.rules, plan["name"], plan["value"], plan["reason"])
    return {"key": plan["key"], "name": plan["name"]}


# ---------------------------------------------------------------- holds and erasures


def _of_case(db: Connection, case_id: str) -> tuple[str, str | None]:
    """Its number, and the person whom it is about: they never confirm what is done to it."""
    case = tables.cases.c
    row = db.execute(select(case.number, case.subject_id).where(case.id == case_id)).first()
    if row is None:
        raise NotFound()
    return row.number, row.subject_id


def _look_lift(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    hold = holds.find(db, plan["hold"])
    number, subject = _of_case(db, hold["case_id"])
    lines = (
        (Text("事项", "case"), _same(number)),
        (Text("保全依据", "ground of the hold"), _same(hold["ground"])),
        (Text("设置日期", "placed on"), _same(hold["placed_at"].astimezone(moment.zone).date().isoformat())),
    )
    summary = Text("解除事项 {number} 的保全", "lift a hold on the case {number}").format(number=number)
    facts = {"hold": hold["id"], "lifted": hold["lifted_at"] is not None}
    return Effect(summary, facts, lines, subject)


def _lift(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    holds.lift(db, actor, moment, plan["hold"], plan["ground"])
    return {"hold": plan["hold"]}


def _look_erase(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    number, subject = _of_case(db, plan["case"])
    found = erasing.values_of(db, plan["case"], plan["fields"])
    labels = list({v.field: v.label for v in found}.values())
    lines = (
        (Text("事项", "case"), _same(number)),
        (
            Text("删除的信息", "what is erased"),
            Text("、".join(t.zh for t in labels) or "—", ", ".join(t.en for t in labels) or "—"),
        ),
        (Text("项数", "values"), _same(str(len(found)))),
        (Text("附件", "attachments"), Text("一并删除", "erased too") if plan["files"] else Text("保留", "stay")),
        (Text("依据", "ground"), _same(plan["ground"])),
    )
    summary = Text("删除事项 {number} 中的个人信息", "erase personal values of the case {number}").format(number=number)
    facts = {"case": plan["case"], "files": plan["files"], "values": sorted(v.commitment for v in found)}
    return Effect(summary, facts, lines, subject)


def _erase(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    erasure = erasing.erase(db, actor, moment, plan["case"], plan["fields"], plan["ground"], with_files=plan["files"])
    return {"case": plan["case"], "erasure": erasure}


# ---------------------------------------------------------------- in words


def _same(zh: str, en: str | None = None) -> Text:
    return Text(zh, zh if en is None else en)


def _with_number(person: actors.Person) -> Text:
    return Text(f"{person.name}（{person.number}）", f"{person.name_en} ({person.number})")


_BY_SYSTEM = {"proposes": "directory.manage", "confirms": "administration.confirm"}
_BY_ACCOUNTS = {"proposes": "accounts.manage", "confirms": "administration.confirm"}

ACTS: Mapping[str, Act] = {
    act.kind: act
    for act in (
        Act(
            "post.appoint",
            Text("任命有权限的职务", "appoint to a post that gives permissions"),
            Text(
                "管理员、审计员、流程设计员的职务带来对全单位的权限。",
                "Posts of administrators, auditors and designers give permissions over the whole office.",
            ),
            is_dangerous=_appoints_power,
            look=_look_appoint,
            do=_appoint,
            **_BY_SYSTEM,
        ),
        Act(
            "post.end",
            Text("免去管理员职务", "end the post of an administrator"),
            Text("一名管理员不得独自排除另一名。", "No administrator removes another one alone."),
            is_dangerous=_ends_power,
            look=_look_end,
            do=_end,
            **_BY_SYSTEM,
        ),
        Act(
            "account.disable",
            Text("停用管理员的账号", "disable the account of an administrator"),
            Text("一名管理员不得独自排除另一名。", "No administrator removes another one alone."),
            is_dangerous=_is_administrators,
            look=_look_disable,
            do=_disable,
            **_BY_ACCOUNTS,
        ),
        Act(
            "account.enable",
            Text("启用管理员的账号", "enable the account of an administrator"),
            Text("启用即恢复对全单位的权限。", "It gives back permissions over the whole office."),
            is_dangerous=_is_administrators,
            look=_look_enable,
            do=_enable,
            **_BY_ACCOUNTS,
        ),
        Act(
            "account.create",
            Text("为管理员开立账号", "create an account for an administrator"),
            Text("得到链接者可冒用该管理员。", "Whoever has its link could act as them."),
            is_dangerous=_is_for_power,
            look=_look_create,
            do=_create,
            **_BY_ACCOUNTS,
        ),
        Act(
            "account.reset",
            Text("重置管理员的密码", "reset the password of an administrator"),
            Text(
                "得到重置链接者可冒用该管理员；链接在核准后方才有效。",
                "Whoever has the link could act as them; it is good only once a second person has confirmed.",
            ),
            is_dangerous=_is_administrators,
            look=_look_reset,
            do=_reset,
            **_BY_ACCOUNTS,
        ),
        Act(
            "account.second_factor",
            Text("解除管理员的两步验证", "take away the second factor of an administrator"),
            Text("此后仅凭密码即可登录。", "From then on the password alone would do."),
            is_dangerous=_is_administrators,
            look=_look_factor,
            do=_factor,
            **_BY_ACCOUNTS,
        ),
        Act(
            "account.identity",
            Text("为他人的账号关联外部身份", "link an identity to somebody's account"),
            Text(
                "持有该身份的人从此可以此账号登录，无需密码。",
                "Whoever has the identity signs in to the account from then on, without the password.",
            ),
            is_dangerous=_always,
            look=_look_identity,
            do=_identity,
            **_BY_ACCOUNTS,
        ),
        Act(
            "person.leave",
            Text("离任移交", "hand over what a leaver holds"),
            Text(
                "一次移交一人的全部任务、任职和账号。",
                "All tasks, posts and the account of a person go at once.",
            ),
            is_dangerous=_always,
            look=leaving.look,
            do=leaving.carry_out,
            **_BY_SYSTEM,
        ),
        Act(
            "organisation.change",
            Text("调整组织", "change the organisation"),
            Text(
                "撤销、合并组织或成批任免会改变许多任务由谁办理。",
                "Dissolving and merging units, or many appointments at once, change who does many tasks.",
            ),
            is_dangerous=_always,
            look=_look_changes,
            do=_change,
            **_BY_SYSTEM,
        ),
        Act(
            "duties.publish",
            Text("发布职责分离规则", "publish rules of separation of duties"),
            Text(
                "规则决定谁不得办理什么，全单位立即适用。", "They say who may not do what, in the whole office at once."
            ),
            proposes=duties.PUBLISH,
            confirms="security.confirm",
            is_dangerous=_always,
            look=_look_duties,
            do=_publish_duties,
        ),
        Act(
            "key.create",
            Text("签发权限较大的程序密钥", "issue a program's key with wide scopes"),
            Text(
                "程序会具有管理员、审计员或流程设计员的权限。",
                "The program would have permissions of administrators, auditors or designers.",
            ),
            proposes="keys.manage",
            confirms="security.confirm",
            is_dangerous=_is_wide,
            look=_look_key,
            do=_create_key,
        ),
        Act(
            "parameter.set",
            Text("修改敏感参数", "change a sensitive parameter"),
            Text("流程规定此参数须两人办理。", "The procedure says that this parameter takes two persons."),
            proposes="definitions.publish",
            confirms="administration.confirm",
            is_dangerous=_is_sensitive,
            look=_look_parameter,
            do=_set_parameter,
        ),
        Act(
            "hold.lift",
            Text("解除保全", "lift a legal hold"),
            Text("解除后其中的内容可以被删除。", "What is in the case can be erased from then on."),
            proposes=holds.PERMISSION,
            confirms=holds.CONFIRMS,
            is_dangerous=_always,
            look=_look_lift,
            do=_lift,
        ),
        Act(
            "values.erase",
            Text("删除个人信息", "erase personal values"),
            Text("删除后不能恢复。", "What is erased never comes back."),
            proposes=holds.PERMISSION,
            confirms=holds.CONFIRMS,
            is_dangerous=_always,
            look=_look_erase,
            do=_erase,
        ),
        *sealed_log.ACTS,
    )
}
