import { useEffect, useRef, useState } from "preact/hooks";
import { signIn } from "../contract/calls";
import { Refusal } from "../contract/client";
import { me, renewed } from "../contract/session";
import type { Me } from "../contract/shapes";
import { choose, t } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Seal } from "../ui/icon";
import { RefusalNotice } from "../ui/notice";
import { language } from "../ui/preferences";
import { useTitle } from "../ui/title";

interface Attempt {
  busy: boolean;
  error: unknown;
  /** Seconds until the next try is allowed. */
  wait: number;
  submit: (name: string, password: string) => void;
}

function useSignIn(onSignedIn: (who: Me) => void): Attempt {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [wait, setWait] = useState(0);
  useEffect(() => {
    if (wait <= 0) return;
    const timer = setTimeout(() => setWait(wait - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);
  const submit = (name: string, password: string) => {
    if (busy || wait > 0) return;
    setBusy(true);
    setError(null);
    signIn(name, password).then(
      (who) => {
        setBusy(false);
        onSignedIn(who);
      },
      (refused: unknown) => {
        setBusy(false);
        setError(refused);
        if (refused instanceof Refusal && refused.status === 429) setWait(Math.ceil(refused.problem.retry_after ?? 30));
      },
    );
  };
  return { busy, error, wait, submit };
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

export function SignInPage({ onSignedIn }: { onSignedIn: (who: Me) => void }) {
  const attempt = useSignIn(onSignedIn);
  const spoken = language.get();
  useTitle(t("signIn.title"));
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
            <h1 class="lh-h1">{t("signIn.title")}</h1>
            <Button look="quiet" icon="language" onClick={() => void choose(spoken === "zh" ? "en" : "zh")}>
              <span lang={spoken === "zh" ? "en" : "zh-CN"}>{spoken === "zh" ? "English" : "中文"}</span>
            </Button>
          </div>
          <Fields attempt={attempt} name="" />
        </div>
      </main>
    </div>
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
      <Fields attempt={attempt} name={who.account.name} fixedName />
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
