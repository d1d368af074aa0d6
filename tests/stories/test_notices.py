"""Notices: told when it is one's turn, once, in one's own language, and not of what somebody else has done by then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from engine import couriers
from tests.api import errand
from tests.engine.post_office import Post
from tests.stories.conftest import Case, Person, Story


def begins(story: Story, post: Post) -> str:
    """The errand is published, and the office sends mail; gives the id of the channel."""
    assert story.designer.posts("/definitions", {"files": errand.OBJECTS, "note": "story"}).refused is None
    settings = {"host": "127.0.0.1", "port": post.port, "security": "none", "sender": "liuhen@office.example"}
    settings |= {"domains": ["office.example"]}
    admin = story.person("xie.xitong")
    return str(admin.posts("/channels", {"kind": "mail", "name": "Mail", "settings": settings})["id"])


def asks(story: Story, subject: str = "A stamp") -> Case:
    return story.person("lin.ceshi").starts(errand.KEY, unit="B071", answers={"subject": subject})


def texts(person: Person) -> list[str]:
    return [str(item["text"]) for item in person.gets_all("/notices")]


def test_from_being_asked_to_the_end(story: Story, post: Post) -> None:
    begins(story, post)
    zhao, chen, wu, lin = (story.person(n) for n in ("zhao.zhishu", "chen.jijian", "wu.zuwei", "lin.ceshi"))
    zhao.puts("/me/notices", {"mail": "zhao@office.example", "language": "en"})
    lin.puts("/me/notices", {"mail": "lin@office.example", "digest_at": "18:00"})
    case = asks(story)
    assert texts(zhao) == texts(chen) == ["You are asked to do “Review”."]
    story.later("PT1M")
    assert [m["Subject"] for m in post.kept] == [f"[Liuhen] Errand {case.number}: You are asked to do “Review”."]
    assert zhao.completes(case, "review", {"note": "Fine"}, decision="agree").refused is None
    assert chen.gets("/notices/unread")["unread"] == 0
    assert wu.completes(case, "record", {"note": "Stamped"}).refused is None
    assert "“Record” has been entered; you are asked to confirm." in texts(zhao)
    assert zhao.confirms(case, "record").refused is None
    assert texts(lin) == ["The case has ended: Done."]
    story.later("PT2M")
    assert "lin@office.example" not in [m["To"] for m in post.kept]
    story.at("2026-03-02T18:01")
    assert post.kept[-1]["To"] == "lin@office.example"
    assert "A stamp" not in "".join(post.body(n) for n in range(len(post.kept)))


def test_mail_goes_to_the_offices_own_domain_only(story: Story, post: Post) -> None:
    begins(story, post)
    refused = story.person("zhao.zhishu").puts("/me/notices", {"mail": "zhao@elsewhere.example"}).refused
    assert refused is not None
    assert refused.error("mail")["code"] == "err_mail_domain"
    assert "office.example" in refused.error("mail")["message"]


def test_of_two_who_were_asked_the_second_is_not_told_what_the_first_has_done(story: Story, post: Post) -> None:
    begins(story, post)
    for name in ("zhao", "chen"):
        account = {"zhao": "zhao.zhishu", "chen": "chen.jijian"}[name]
        quiet = {"from": "08:00", "to": "10:00"} if name == "chen" else None
        story.person(account).puts("/me/notices", {"mail": f"{name}@office.example", "quiet": quiet})
    case = asks(story)
    with ThreadPoolExecutor(2) as nodes:
        list(nodes.map(lambda _: couriers.tick(story.store), range(2)))
    assert [m["To"] for m in post.kept] == ["zhao@office.example"]
    assert story.person("zhao.zhishu").completes(case, "review", {"note": "x"}, decision="agree").refused is None
    story.at("2026-03-02T10:01")
    assert [m["To"] for m in post.kept] == ["zhao@office.example"]
    assert story.person("chen.jijian").gets("/notices").body["items"][0]["is_done"]


def test_a_delegate_is_told_for_whom(story: Story, post: Post) -> None:
    begins(story, post)
    zhao, he = story.person("zhao.zhishu"), story.person("zheng.lianyi")
    given = {"to": he.id, "from_on": story.today, "to_on": story.today, "reason": "Away"}
    assert zhao.posts("/delegations", given).refused is None
    asks(story)
    story.later("PT1M")
    told = [item for item in he.gets_all("/notices") if item["kind"] == "task.assigned"]
    assert [item["text"] for item in told] == ["You are asked to do “Review”. (You stand in for Zhao Zhishu.)"]
