/** The door: name and password, then the code of a second factor; a forgotten password; providers of OpenID Connect. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { signIn } from "../contract/calls";
import { Refusal } from "../contract/client";
import { me, renewed } from "../contract/session";
import type { Me } from "../contract/shapes";
import { choose, t } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Icon, Seal } from "../ui/icon";
import { Notice, RefusalNotice } from "../ui/notice";
import { language } from "../ui/preferences";
import { useTitle } from "../ui/title";
import { arrived } from "./arrival";
import { Entry } from "./entry";
import { forgotPassword, goToProvider, signInWithCode, ways, type Ways } from "./security-calls";
import { useWait } from "./use-wait";
import "./security.css";

interface Attempt {
  busy: boolean;
  error: unknown;
  /** Seconds until the next try is allowed. */
  wait: number;
  /** The password was right; a code is still to come. */
  asksCode: boolean;
  submit: (name: string, password: string) => void;
  prove: (code: string) => void;
  back: () => void;
}

function useSignIn(onSignedIn: (who: Me) => void, asksCodeFirst = false): Attempt {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [asksCode, setAsksCode] = useState(asksCodeFirst);
  const [wait, told] = useWait();
  const run = (call: () => Promise<Me | { needs: "code" }>) => {
    if (busy || wait > 0) return;
    setBusy(true);
    setError(null);
    call().then(
      (answer) => {
        setBusy(false);
        if ("needs" in answer) setAsksCode(true);
        else onSignedIn(answer);
      },
      (refused: unknown) => {
        setBusy(false);
        setError(refused);
        told(refused);
        if (refused instanceof Refusal && refused.code === "err_half_session") setAsksCode(false);
      },
    );
  };
  return {
    busy,
    error,
    wait,
    asksCode,
    submit: (name, password) => run(() => signIn(name, password)),
    prove: (code) => run(() => signInWithCode(code)),
    back: () => {
      setError(null);
      setAsksCode(false);
    },
  };
}

function Fields({ attempt, name, fixedName }: { attempt: Attempt; name: string; fixedName?: boolean }) {
  const [typed, setTyped] = useState(name);
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState<"name" | "password" | null>(null);
  const nameInput = useRef<HTMLInputElement>(null);
  const passwordInput = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!attempt.error) return;
    setPassword("");
    passwordInput.current?.focus();
  }, [attempt.error]);
  return (
    <form
      class="lh-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const gap = typed.trim() === "" ? "name" : password === "" ? "password" : null;
        setMissing(gap);
        if (gap === "name") nameInput.current?.focus();
        else if (gap === "password") passwordInput.current?.focus();
        else attempt.submit(typed.trim(), password);
      }}
    >
      {attempt.error !== null && <RefusalNotice error={attempt.error} />}
      <div class="lh-field">
        <label class="lh-label" for="sign-in-name">
          {t("signIn.name")}
        </label>
        <input
          id="sign-in-name"
          ref={nameInput}
          class="lh-input"
          type="text"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellcheck={false}
          readOnly={fixedName}
          value={typed}
          aria-invalid={missing === "name" ? "true" : undefined}
          aria-describedby={missing === "name" ? "sign-in-missing" : undefined}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        {missing === "name" && (
          <p class="lh-error" id="sign-in-missing">
            {t("signIn.nameMissing")}
          </p>
        )}
      </div>
      <div class="lh-field">
        <label class="lh-label" for="sign-in-password">
          {t("signIn.password")}
        </label>
        <input
          id="sign-in-password"
          ref={passwordInput}
          class="lh-input"
          type="password"
          name="password"
          autoComplete="current-password"
          value={password}
          aria-invalid={missing === "password" ? "true" : undefined}
          aria-describedby={missing === "password" ? "sign-in-missing" : undefined}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
        {missing === "password" && (
          <p class="lh-error" id="sign-in-missing">
            {t("signIn.passwordMissing")}
          </p>
        )}
      </div>
      <Button type="submit" look="primary" wide busy={attempt.busy} refused={attempt.wait > 0 ? t("signIn.wait", { n: attempt.wait }) : null}>
        {attempt.wait > 0 ? t("signIn.wait", { n: attempt.wait }) : t("signIn.enter")}
      </Button>
    </form>
  );
}

/** The second step: a code of the app, or a recovery code. */
function CodeFields({ attempt }: { attempt: Attempt }) {
  const [code, setCode] = useState("");
  const [isRecovery, setIsRecovery] = useState(false);
  const [missing, setMissing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    setCode("");
    input.current?.focus();
  }, [attempt.error, isRecovery]);
  return (
    <form
      class="lh-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(code.trim() === "");
        if (code.trim() === "") input.current?.focus();
        else attempt.prove(code);
      }}
    >
      <p class="lh-plain lh-quiet">{t(isRecovery ? "security.recoveryWhat" : "security.codeWhat")}</p>
      {attempt.error !== null && <RefusalNotice error={attempt.error} />}
      <Entry
        key={isRecovery ? "recovery" : "code"}
        label={t(isRecovery ? "security.recoveryCode" : "security.code")}
        value={code}
        onInput={setCode}
        autoComplete={isRecovery ? "off" : "one-time-code"}
        numeric={!isRecovery}
        inputRef={input}
        gap={missing ? t("security.codeMissing") : null}
      />
      <Button type="submit" look="primary" wide busy={attempt.busy} refused={attempt.wait > 0 ? t("signIn.wait", { n: attempt.wait }) : null}>
        {attempt.wait > 0 ? t("signIn.wait", { n: attempt.wait }) : t("signIn.enter")}
      </Button>
      <div class="lh-row lh-spread">
        <button type="button" class="lh-text-button" onClick={() => setIsRecovery(!isRecovery)}>
          {t(isRecovery ? "security.useCode" : "security.useRecovery")}
        </button>
        <button type="button" class="lh-text-button" onClick={attempt.back}>
          {t("security.startOver")}
        </button>
      </div>
    </form>
  );
}

/** The password is forgotten: a link by mail, or the way to an administrator. */
function Forgotten({ byMail, onBack }: { byMail: boolean; onBack: () => void }) {
  const [name, setName] = useState("");
  const [missing, setMissing] = useState(false);
  const [state, setState] = useState<"asking" | "busy" | "asked">("asking");
  const [error, setError] = useState<unknown>(null);
  const [wait, told] = useWait();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const back = (
    <button type="button" class="lh-text-button" onClick={onBack}>
      {t("security.backToSignIn")}
    </button>
  );
  if (!byMail)
    return (
      <div class="lh-stack">
        <Notice>
          <p class="lh-plain">{t("security.forgotNoMail")}</p>
        </Notice>
        <div>{back}</div>
      </div>
    );
  if (state === "asked")
    return (
      <div class="lh-stack">
        <Notice tone="good" alert>
          <p class="lh-plain">{t("security.forgotAsked")}</p>
        </Notice>
        <div>{back}</div>
      </div>
    );
  return (
    <form
      class="lh-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(name.trim() === "");
        if (name.trim() === "") {
          input.current?.focus();
          return;
        }
        if (state === "busy" || wait > 0) return;
        setState("busy");
        setError(null);
        forgotPassword(name.trim()).then(
          () => setState("asked"),
          (refused: unknown) => {
            setState("asking");
            setError(refused);
            told(refused);
          },
        );
      }}
    >
      <p class="lh-plain lh-quiet">{t("security.forgotWhat")}</p>
      {error !== null && <RefusalNotice error={error} />}
      <Entry label={t("signIn.name")} value={name} onInput={setName} autoComplete="username" inputRef={input} gap={missing ? t("signIn.nameMissing") : null} />
      <Button type="submit" look="primary" wide busy={state === "busy"} refused={wait > 0 ? t("signIn.wait", { n: wait }) : null}>
        {wait > 0 ? t("signIn.wait", { n: wait }) : t("security.forgotSend")}
      </Button>
      <div>{back}</div>
    </form>
  );
}

/** The page of whoever is not signed in: the words of the house on one side, a form on the other. */
export function Door({ title, children }: { title: string; children: ComponentChildren }) {
  const spoken = language.get();
  useTitle(title);
  return (
    <div class="lh-door">
      <header class="lh-door-art">
        <svg class="lh-door-trace" viewBox="0 0 800 420" preserveAspectRatio="none" aria-hidden="true" focusable="false" fill="none" stroke="currentColor">
          <path d="M0 330C120 120 210 150 290 250s150 70 210-60 150-150 300-110" stroke-width="2" opacity=".9" />
          <path d="M0 360C130 170 220 190 300 285s150 60 220-60 150-130 280-100" stroke-width="1.5" opacity=".5" />
          <path d="M0 390C140 220 230 230 310 320s150 50 230-60 150-110 260-90" stroke-width="1" opacity=".3" />
        </svg>
        <div class="lh-row" style={{ position: "relative" }}>
          <Seal />
          <span class="lh-brand-name">{t("brand.name")}</span>
        </div>
        <p class="lh-door-words">{t("signIn.words")}</p>
        <p class="lh-plain lh-small lh-desk-only" style={{ position: "relative" }}>
          {t("signIn.promise")}
        </p>
      </header>
      <main class="lh-door-form">
        <div class="lh-door-box lh-stack" style={{ gap: "22px" }}>
          <div class="lh-row lh-spread">
            <h1 class="lh-h1">{title}</h1>
            <Button look="quiet" icon="language" onClick={() => void choose(spoken === "zh" ? "en" : "zh")}>
              <span lang={spoken === "zh" ? "en" : "zh-CN"}>{spoken === "zh" ? "English" : "中文"}</span>
            </Button>
          </div>
          {children}
        </div>
      </main>
    </div>
  );
}

export function SignInPage({ onSignedIn }: { onSignedIn: (who: Me) => void }) {
  const [came] = useState(arrived);
  const [others, setOthers] = useState<Ways | null>(null);
  const [isForgotten, setIsForgotten] = useState(false);
  const [leaving, setLeaving] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const attempt = useSignIn(onSignedIn, came.asksCode);
  useEffect(() => {
    // Name and password are asked for whatever becomes of this.
    ways().then(setOthers, () => setOthers({ providers: [], mails_resets: false }));
  }, []);
  const leave = (provider: string) => {
    setLeaving(provider);
    setError(null);
    goToProvider(provider).then(
      (way) => location.assign(way.url),
      (refused: unknown) => {
        setLeaving(null);
        setError(refused);
      },
    );
  };
  if (isForgotten)
    return (
      <Door title={t("security.forgot")}>
        <Forgotten byMail={others?.mails_resets ?? false} onBack={() => setIsForgotten(false)} />
      </Door>
    );
  if (attempt.asksCode)
    return (
      <Door title={t("security.codeTitle")}>
        <CodeFields attempt={attempt} />
      </Door>
    );
  return (
    <Door title={t("signIn.title")}>
      {came.refused && attempt.error === null && (
        <Notice tone="danger" alert>
          <p class="lh-plain">{t(came.refused)}</p>
        </Notice>
      )}
      <Fields attempt={attempt} name="" />
      <button type="button" class="lh-text-button" style={{ alignSelf: "start" }} onClick={() => setIsForgotten(true)}>
        {t("security.forgot")}
      </button>
      {others !== null && others.providers.length > 0 && (
        <div class="lh-stack">
          <p class="lh-plain lh-or">{t("security.or")}</p>
          {error !== null && <RefusalNotice error={error} />}
          {others.providers.map((one) => (
            <Button key={one.key} wide busy={leaving === one.key} onClick={() => leave(one.key)} data={`sign-in-${one.key}`}>
              <Icon name="lock" />
              {t("security.by", { name: one.name })}
            </Button>
          ))}
        </div>
      )}
    </Door>
  );
}

/** The session ended while somebody was working: they sign in above the page, and nothing of it is lost. */
export function SignInAgain({ who }: { who: Me }) {
  const attempt = useSignIn((found) => {
    const other = found.account.id !== who.account.id;
    me.set(found);
    renewed(!other);
    // Another person must not see, or send, what the first one typed.
    if (other) location.assign("/");
  });
  return (
    <Dialog title={t("signIn.again")} onClose={() => undefined} stay>
      <p class="lh-plain">{t("signIn.againWhy")}</p>
      {attempt.asksCode ? <CodeFields attempt={attempt} /> : <Fields attempt={attempt} name={who.account.name} fixedName />}
      <Button
        look="quiet"
        onClick={() => {
          renewed(false);
          me.set(null);
        }}
      >
        {t("signIn.other")}
      </Button>
    </Dialog>
  );
}
