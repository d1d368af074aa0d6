"""Everything the engine refuses, and the bilingual sentence of each refusal.

The tree (HTTP numbers live in ``api/errors.py`` alone):

    Refused
    ├── NotFound            the asker may not see it, or it is not there: no difference
    ├── NotSignedIn         nobody is asking
    ├── Throttled           too many tries; come back later
    ├── Forbidden           a rule forbids the act; ``code`` is the id of the rule
    ├── NotNow              not yet, or no longer, possible
    │   ├── Clash           somebody else was first
    │   └── Stuck           the definition has a fault; nothing has changed
    ├── Unfit               answers do not fit, field by field
    └── DefinitionRefused   a process folder that Liuhen would not run faithfully
    Incident                the engine could not go on with a case (a fault, not a refusal)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages; ``{name}`` is replaced by ``format``."""

    zh: str
    en: str

    def format(self, **values: Any) -> Text:
        """Fill the placeholders of both languages from the same values; a ``Text`` value keeps its language."""
        return Text(
            self.zh.format(**{k: v.zh if isinstance(v, Text) else v for k, v in values.items()}),
            self.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in values.items()}),
        )

    def spoken(self, language: Language) -> str:
        """The sentence in one language."""
        return self.zh if language == "zh" else self.en

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def of(cls, value: object) -> Text:
        """Read ``"text"`` or ``{"zh": …, "en": …}``; a missing language borrows the other."""
        if isinstance(value, Text):
            return value
        if isinstance(value, Mapping):
            zh, en = str(value.get("zh") or value.get("en") or ""), str(value.get("en") or value.get("zh") or "")
            return cls(zh, en)
        return cls(str(value), str(value))


@dataclass(frozen=True, slots=True)
class FieldError:
    """One answer that does not fit: ``path`` as in ``sessions[0].hours``, a language-neutral code, a sentence."""

    path: str
    code: str
    text: Text
    clause: str | None = None
    earliest: str | None = None
    """ISO date from which the answer would be accepted, where that is the defect."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a process folder: where, which rule, what to do."""

    file: str
    rule: str
    text: Text
    remedy: Text
    line: int | None = None
    element: str | None = None
    severity: Literal["error", "warning"] = "error"
    path: tuple[str, ...] = ()
    """Elements that a token comes to on its way to where it cannot go on: a counterexample."""

    def as_json(self, language: Language) -> dict[str, Any]:
        return {
            "file": self.file,
            "line": self.line,
            "element": self.element,
            "rule": self.rule,
            "severity": self.severity,
            "message": self.text.spoken(language),
            "remedy": self.remedy.spoken(language),
            **({"path": list(self.path)} if self.path else {}),
        }


class Refused(Exception):
    """Liuhen does not do this; nothing has changed.

    ``code`` is stable and language-neutral, ``text`` is for the person who asked, ``clause`` names the rule of
    the procedure that the refusal enforces, ``details`` is JSON for programs (dates, missing steps, who was first).
    """

    code: ClassVar[str] = "err_refused"
    text: ClassVar[Text] = Text("此操作不能进行。", "This cannot be done.")

    def __init__(
        self,
        text: Text | None = None,
        *,
        code: str | None = None,
        clause: str | None = None,
        errors: Sequence[FieldError] = (),
        recorded: Mapping[str, Any] | None = None,
        **details: Any,
    ) -> None:
        self.said = (text or type(self).text).format(**details) if details else (text or type(self).text)
        self.refusal = code or type(self).code
        self.clause = clause
        self.errors = tuple(errors)
        self.details = details
        self.recorded = dict(recorded) if recorded else None
        """What to append to the trail, alone, after the rollback: the keyword arguments of ``trail.append``."""
        super().__init__(f"{self.refusal}: {self.said.en}")


class NotFound(Refused):
    """Not there, or not for the asker to see."""

    code = "err_not_found"
    text = Text("没有找到，或者您无权查看。", "Not found, or not yours to see.")


class NotSignedIn(Refused):
    """Nobody is signed in, or the session has ended."""

    code = "err_not_signed_in"
    text = Text("请先登录。", "Please sign in first.")


class Throttled(Refused):
    """Too many failed tries; ``details['retry_after']`` is in seconds."""

    code = "err_throttled"
    text = Text("尝试次数过多，请在 {retry_after} 秒后再试。", "Too many tries. Try again in {retry_after} seconds.")


class Forbidden(Refused):
    """A rule or a missing permission forbids the act."""

    code = "err_forbidden"
    text = Text("您没有进行此操作的权限。", "You are not permitted to do this.")


class NotNow(Refused):
    """Not yet, or no longer, possible."""

    code = "err_not_now"
    text = Text("现在不能进行此操作。", "This is not possible now.")


class Clash(NotNow):
    """Somebody else was first."""

    code = "err_clash"
    text = Text("刚刚有人先行办理，请刷新后再看。", "Somebody else was first. Reload to see.")


class Stuck(NotNow):
    """The definition has a fault that keeps this deed from being done; a designer has to mend it."""

    code = "err_incident"
    text = Text(
        "流程定义在“{element}”处有误，未做任何更改，请联系流程设计人员：{reason}",
        "The process has a fault at “{element}”. Nothing was changed; tell its designer: {reason}",
    )


class Unfit(Refused):
    """The answers do not fit the form or a rule; ``errors`` says so field by field."""

    code = "err_unfit"
    text = Text("填写的内容有误，请按提示修改。", "Some answers do not fit. See each field.")


class DefinitionRefused(Refused):
    """The process folder cannot be run faithfully; ``findings`` says where and what to do."""

    code = "err_definition_refused"
    text = Text("流程未通过检查，未保存任何内容。", "The process did not pass the check. Nothing was stored.")

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings)


class Incident(Exception):
    """The engine could not go on with a case: a fault of a definition, not a refusal of an act.

    ``text`` says why to a designer; nothing personal stands in it, for it is written into the trail. What was computed
    goes into ``context``. ``reason`` is the English sentence.
    """

    def __init__(self, element: str, text: Text | str, context: Mapping[str, Any] | None = None) -> None:
        super().__init__(element, text)
        self.element = element
        self.text = Text.of(text)
        self.context = dict(context or {})

    @property
    def reason(self) -> str:
        return self.text.en

    def __str__(self) -> str:
        return f"{self.element}: {self.reason}"
