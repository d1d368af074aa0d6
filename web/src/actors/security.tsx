/** 我的 › 登录与安全: the password, the second factor, who one is elsewhere, and where one is signed in. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { Refusal } from "../contract/client";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { arrived } from "./arrival";
import { Enrolment, RecoveryCodes } from "./enrolment";
import { Entry } from "./entry";
import {
  changePassword,
  endSession,
  linkIdentity,
  myIdentities,
  mySessions,
  newRecoveryCodes,
  removeSecondFactor,
  secondFactor,
  unlinkIdentity,
  ways,
  type Identity,
  type MySession,
  type SecondFactor,
} from "./security-calls";
import "./security.css";

export function SecurityPage() {
  const [came] = useState(arrived);
  useTitle(t("security.title"));
  return (
    <div class="lh-narrow lh-stack" style={{ gap: "16px" }}>
      <header>
        <a class="lh-back" href="/me">
          <Icon name="back" small />
          {t("nav.me")}
        </a>
        <h1 class="lh-h1">{t("security.title")}</h1>
      </header>
      {came.refused && (
        <Notice tone="danger" alert>
          <p class="lh-plain">{t(came.refused)}</p>
        </Notice>
      )}
      {came.isLinked && (
        <Notice tone="good" alert>
          <p class="lh-plain">{t("security.linked")}</p>
        </Notice>
      )}
      <Password />
      <Factor />
      <Identities />
      <Sessions />
    </div>
  );
}

function Password() {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <section class="lh-card lh-pane">
      <div class="lh-row lh-spread">
        <h2 class="lh-h3">{t("signIn.password")}</h2>
        <Button small onClick={() => setIsOpen(true)} data="change-password">
          {t("security.change")}
        </Button>
      </div>
      {isOpen && <NewPassword onClose={() => setIsOpen(false)} />}
    </section>
  );
}

function NewPassword({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [old, setOld] = useState("");
  const [first, setFirst] = useState("");
  const [second, setSecond] = useState("");
  const [gap, setGap] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const unfit = error instanceof Refusal ? error.problem.errors[0]?.message : undefined;
  const save = async () => {
    setError(null);
    const wrong = first !== second ? t("security.notSame") : null;
    setGap(wrong);
    if (wrong || busy) return;
    setBusy(true);
    try {
      await changePassword(old, first);
      toast({ text: t("security.changed") });
      void client.invalidateQueries({ queryKey: ["security"] });
      onClose();
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("security.changePassword")}
      onClose={onClose}
      onSubmit={() => void save()}
      foot={
        <Button type="submit" look="primary" busy={busy}>
          {t("security.setPassword")}
        </Button>
      }
    >
      <div class="lh-form">
        {error !== null && !unfit && <RefusalNotice error={error} />}
        <Entry label={t("security.yourPassword")} value={old} onInput={setOld} type="password" autoComplete="current-password" />
        <Entry label={t("security.newPassword")} value={first} onInput={setFirst} type="password" autoComplete="new-password" hint={t("security.passwordRule")} gap={unfit} />
        <Entry label={t("security.newAgain")} value={second} onInput={setSecond} type="password" autoComplete="new-password" gap={gap} />
        <p class="lh-plain lh-small lh-quiet">{t("security.endsOthers")}</p>
      </div>
    </Dialog>
  );
}

type Ask = "remove" | "renew";

function Factor() {
  const client = useQueryClient();
  const found = useQuery({ queryKey: ["security", "factor"], queryFn: secondFactor });
  const [isEnrolling, setIsEnrolling] = useState(false);
  const [asked, setAsked] = useState<Ask | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const again = () => client.invalidateQueries({ queryKey: ["security"] });
  const done = () => {
    setIsEnrolling(false);
    setCodes(null);
    void again();
  };
  return (
    <section class="lh-card lh-pane lh-stack" aria-labelledby="security-factor">
      <div class="lh-row lh-spread">
        <h2 class="lh-h3" id="security-factor">
          {t("security.factor")}
        </h2>
        {found.data && <Pill tone={found.data.is_on ? "good" : "neutral"}>{t(found.data.is_on ? "security.on" : "security.off")}</Pill>}
      </div>
      {found.isPending ? (
        <Skeleton lines={2} />
      ) : found.isError ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : isEnrolling ? (
        <Enrolment asksPassword={found.data.asks_password} onDone={done} onCancel={done} />
      ) : codes ? (
        <RecoveryCodes codes={codes} onDone={done} />
      ) : (
        <FactorState state={found.data} onEnrol={() => setIsEnrolling(true)} onAsk={setAsked} />
      )}
      {asked && (
        <Proof
          ask={asked}
          onClose={() => setAsked(null)}
          onDone={(fresh) => {
            setAsked(null);
            if (fresh) setCodes(fresh);
            void again();
          }}
        />
      )}
    </section>
  );
}

function FactorState({ state, onEnrol, onAsk }: { state: SecondFactor; onEnrol: () => void; onAsk: (ask: Ask) => void }) {
  if (!state.is_on)
    return (
      <>
        <p class="lh-plain lh-quiet">{t("security.factorWhat")}</p>
        <div>
          <Button onClick={onEnrol} data="factor-enrol">
            {t("security.switchOn")}
          </Button>
        </div>
      </>
    );
  return (
    <>
      <p class="lh-plain lh-quiet">{t("security.since", { when: longTime(state.since ?? "") })}</p>
      {state.recovery_left <= 3 && (
        <Notice tone="warn">
          <p class="lh-plain">{t("security.fewLeft", { n: state.recovery_left })}</p>
        </Notice>
      )}
      <p class="lh-plain">{t("security.left", { n: state.recovery_left })}</p>
      {state.is_demanded && <p class="lh-plain lh-small lh-quiet">{t("security.demanded")}</p>}
      <div class="lh-row">
        <Button onClick={() => onAsk("renew")} data="codes-renew">
          {t("security.renew")}
        </Button>
        <Button look="danger" onClick={() => onAsk("remove")} data="factor-remove">
          {t("security.switchOff")}
        </Button>
      </div>
    </>
  );
}

/** Password and code, before the second factor changes. */
function Proof({ ask, onClose, onDone }: { ask: Ask; onClose: () => void; onDone: (codes: readonly string[] | null) => void }) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      if (ask === "renew") {
        onDone((await newRecoveryCodes(password, code)).recovery_codes);
        return;
      }
      await removeSecondFactor(password, code);
      toast({ text: t("security.isOff") });
      onDone(null);
    } catch (refused) {
      setError(refused);
      setCode("");
      setBusy(false);
    }
  };
  const title: Key = ask === "renew" ? "security.renew" : "security.switchOff";
  return (
    <Dialog
      title={t(title)}
      onClose={onClose}
      onSubmit={() => void send()}
      foot={
        <Button type="submit" look={ask === "renew" ? "primary" : "danger"} busy={busy}>
          {t(title)}
        </Button>
      }
    >
      <div class="lh-form">
        <p class="lh-plain">{t(ask === "renew" ? "security.renewWhat" : "security.switchOffWhat")}</p>
        {error !== null && <RefusalNotice error={error} />}
        <Entry label={t("security.yourPassword")} value={password} onInput={setPassword} type="password" autoComplete="current-password" />
        <Entry label={t("security.anyCode")} value={code} onInput={setCode} autoComplete="one-time-code" />
      </div>
    </Dialog>
  );
}

function Identities() {
  const client = useQueryClient();
  const found = useQuery({ queryKey: ["security", "identities"], queryFn: myIdentities });
  const others = useQuery({ queryKey: ["security", "ways"], queryFn: ways });
  const [linking, setLinking] = useState<{ key: string; name: string } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const items = found.data?.items ?? [];
  const offered = others.data?.providers ?? [];
  if (items.length === 0 && offered.length === 0) return null;
  const unlink = (one: Identity) => {
    setError(null);
    unlinkIdentity(one.id).then(() => client.invalidateQueries({ queryKey: ["security"] }), setError);
  };
  return (
    <section class="lh-card lh-pane lh-stack" aria-labelledby="security-identities">
      <h2 class="lh-h3" id="security-identities">
        {t("security.identities")}
      </h2>
      <p class="lh-plain lh-quiet">{t("security.identitiesWhat")}</p>
      {error !== null && <RefusalNotice error={error} />}
      <div>
        {items.map((one) => (
          <div key={one.id} class="lh-secure-row">
            <span>
              <span class="lh-strong">{one.name ?? one.issuer}</span>
              <span class="lh-sub">{one.subject}</span>
            </span>
            <Button small onClick={() => unlink(one)} label={t("security.unlinkOf", { name: one.name ?? one.issuer })}>
              {t("security.unlink")}
            </Button>
          </div>
        ))}
        {offered
          .filter((one) => !items.some((item) => item.provider === one.key))
          .map((one) => (
            <div key={one.key} class="lh-secure-row">
              <span class="lh-strong">{one.name}</span>
              <Button small onClick={() => setLinking(one)} label={t("security.linkOf", { name: one.name })}>
                {t("security.link")}
              </Button>
            </div>
          ))}
      </div>
      {linking && <Linking provider={linking} onClose={() => setLinking(null)} />}
    </section>
  );
}

function Linking({ provider, onClose }: { provider: { key: string; name: string }; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const go = () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    linkIdentity(provider.key, password).then(
      (way) => location.assign(way.url),
      (refused: unknown) => {
        setBusy(false);
        setError(refused);
      },
    );
  };
  return (
    <Dialog
      title={t("security.linkOf", { name: provider.name })}
      onClose={onClose}
      onSubmit={go}
      foot={
        <Button type="submit" look="primary" busy={busy}>
          {t("security.goOn")}
        </Button>
      }
    >
      <div class="lh-form">
        <p class="lh-plain">{t("security.linkWhat", { name: provider.name })}</p>
        {error !== null && <RefusalNotice error={error} />}
        <Entry label={t("security.yourPassword")} value={password} onInput={setPassword} type="password" autoComplete="current-password" />
      </div>
    </Dialog>
  );
}

const how: Readonly<Record<string, Key>> = { totp: "security.withCode", recovery: "security.withRecovery", provider: "security.withProvider" };

function Sessions() {
  const client = useQueryClient();
  const found = useQuery({ queryKey: ["security", "sessions"], queryFn: mySessions });
  const [error, setError] = useState<unknown>(null);
  const end = (one: MySession) => {
    setError(null);
    endSession(one.id).then(() => client.invalidateQueries({ queryKey: ["security", "sessions"] }), setError);
  };
  return (
    <section class="lh-card lh-pane lh-stack" aria-labelledby="security-sessions">
      <h2 class="lh-h3" id="security-sessions">
        {t("security.sessions")}
      </h2>
      {error !== null && <RefusalNotice error={error} />}
      {found.isPending ? (
        <Skeleton lines={2} />
      ) : found.isError ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <div>
          {found.data.items.map((one) => (
            <div key={one.id} class="lh-secure-row">
              <span>
                <span class="lh-strong">{t("security.signedInAt", { when: longTime(one.created_at) })}</span>
                <span class="lh-sub">
                  {t("security.seenAt", { when: longTime(one.seen_at) })}
                  {one.factor ? ` · ${t(how[one.factor] ?? "security.withCode")}` : ""}
                </span>
              </span>
              {one.is_current ? (
                <Pill tone="good">{t("security.current")}</Pill>
              ) : (
                <Button small onClick={() => end(one)} label={t("security.endOf", { when: longTime(one.created_at) })}>
                  {t("security.end")}
                </Button>
              )}
            </div>
          ))}
        </div>
      )}
    </section>
  );
}
