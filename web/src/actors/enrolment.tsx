/** A second factor is switched on: the app is told the secret, says a code, and the recovery codes are kept. */
import { useQueryClient } from "@tanstack/preact-query";
import { useEffect, useRef, useState } from "preact/hooks";
import { signOut, whoAmI } from "../contract/calls";
import { me } from "../contract/session";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Notice, RefusalNotice } from "../ui/notice";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { Entry } from "./entry";
import { beginSecondFactor, confirmSecondFactor, secondFactor, type Enrolment as Begun } from "./security-calls";
import "./security.css";

/** Begun in steps; `onDone` once the recovery codes were kept. */
export function Enrolment({ asksPassword, onDone, onCancel }: { asksPassword: boolean; onDone: () => void; onCancel?: () => void }) {
  const [begun, setBegun] = useState<Begun | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (begun) input.current?.focus();
  }, [begun, error]);
  const run = async (act: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await act();
    } catch (refused) {
      setError(refused);
      setCode("");
    } finally {
      setBusy(false);
    }
  };
  const cancel = onCancel && (
    <Button look="quiet" onClick={onCancel}>
      {t("act.cancel")}
    </Button>
  );
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />;
  if (!begun)
    return (
      <form
        class="lh-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void run(async () => setBegun(await beginSecondFactor(password || null)));
        }}
      >
        {error !== null && <RefusalNotice error={error} />}
        <p class="lh-plain">{t("security.factorHow")}</p>
        {asksPassword && <Entry label={t("security.yourPassword")} value={password} onInput={setPassword} type="password" autoComplete="current-password" />}
        <div class="lh-row">
          <Button type="submit" look="primary" busy={busy} data="factor-begin">
            {t("security.factorBegin")}
          </Button>
          {cancel}
        </div>
      </form>
    );
  return (
    <form
      class="lh-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => setCodes((await confirmSecondFactor(code)).recovery_codes));
      }}
    >
      <p class="lh-plain">{t("security.scan")}</p>
      <svg class="lh-qr" viewBox={`0 0 ${begun.qr.size} ${begun.qr.size}`} role="img" aria-label={t("security.qr")} shape-rendering="crispEdges">
        <path d={begun.qr.path} />
      </svg>
      <p class="lh-plain lh-small lh-quiet">{t("security.orType")}</p>
      <p class="lh-plain lh-secret" data-secret>
        {begun.secret.replace(/(.{4})(?=.)/g, "$1 ")}
      </p>
      {error !== null && <RefusalNotice error={error} />}
      <Entry label={t("security.code")} value={code} onInput={setCode} autoComplete="one-time-code" numeric inputRef={input} hint={t("security.codeHint")} />
      <div class="lh-row">
        <Button type="submit" look="primary" busy={busy} data="factor-confirm">
          {t("security.factorConfirm")}
        </Button>
        {cancel}
      </div>
    </form>
  );
}

/** Ten codes, shown this once: copied, saved as a file, and only then put away. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const [isKept, setIsKept] = useState(false);
  const text = codes.join("\n");
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <div class="lh-stack">
      <h2 class="lh-h3" tabIndex={-1} ref={head}>
        {t("security.recovery")}
      </h2>
      <Notice tone="warn">
        <p class="lh-plain">{t("security.recoveryKeep")}</p>
      </Notice>
      <ul class="lh-recovery">
        {codes.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <div class="lh-row">
        <Button
          icon="copy"
          onClick={() => {
            const failed = () => toast({ text: t("security.notCopied"), icon: "warn" });
            // No clipboard where the office serves plain http on its own network; the file is offered beside it.
            if (!window.isSecureContext) failed();
            else void navigator.clipboard.writeText(text).then(() => toast({ text: t("security.copied") }), failed);
          }}
        >
          {t("security.copy")}
        </Button>
        <a class="lh-button" href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`} download="liuhen-recovery-codes.txt">
          {t("security.save")}
        </a>
      </div>
      <label class="lh-check" style={{ padding: 0, alignItems: "center" }}>
        <input class="lh-tick" style={{ margin: 0 }} type="checkbox" checked={isKept} onChange={(event) => setIsKept(event.currentTarget.checked)} />
        <span>{t("security.kept")}</span>
      </label>
      <div>
        <Button look="primary" refused={isKept ? null : t("security.keepFirst")} onClick={onDone} data="codes-kept">
          {t("security.done")}
        </Button>
      </div>
    </div>
  );
}

/** Nothing else is open to somebody whose post demands a second factor, until it is on. */
export function MustEnrol() {
  const client = useQueryClient();
  const [asksPassword, setAsksPassword] = useState<boolean | null>(null);
  const [error, setError] = useState<unknown>(null);
  useTitle(t("security.mustTitle"));
  useEffect(() => {
    secondFactor().then((found) => setAsksPassword(found.asks_password), setError);
  }, []);
  const goOn = () => {
    client.clear();
    whoAmI().then((found) => me.set(found), setError);
  };
  return (
    <main class="lh-narrow lh-stack lh-alone" style={{ gap: "18px" }}>
      <h1 class="lh-h1">{t("security.mustTitle")}</h1>
      <p class="lh-plain">{t("security.mustWhy")}</p>
      {error !== null && <RefusalNotice error={error} />}
      {asksPassword !== null && (
        <section class="lh-card lh-pane">
          <Enrolment asksPassword={asksPassword} onDone={goOn} />
        </section>
      )}
      <div>
        <Button look="quiet" icon="leave" onClick={() => signOut().then(() => me.set(null), setError)}>
          {t("me.leave")}
        </Button>
      </div>
    </main>
  );
}
