/** One person: posts over time, the account and what can be done with it, who stands in for them, and leaving. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { Refusal } from "../contract/client";
import { capital, t } from "../texts";
import { Button } from "../ui/button";
import { longDay, longTime } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { accountOf, createAccount, disableAccount, enableAccount, endSessions, handoverNow, postsOverTime, resetFactor, resetPassword, unlockAccount, type AccountItem } from "./calls";
import { Field } from "./field";
import { Identities } from "./identities";
import { StatePill } from "./people";
import { tellDone } from "./proposed";

type Act = "create" | "disable" | "enable" | "reset" | "factor" | "sessions";

export function PersonPage({ id }: { id: string }) {
  const client = useQueryClient();
  const [act, setAct] = useState<Act | null>(null);
  const [once, setOnce] = useState<string | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const found = useQuery({ queryKey: ["accounts", "of", id], queryFn: () => accountOf(id), staleTime: 5_000 });
  const posts = useQuery({ queryKey: ["posts", "of", id], queryFn: () => postsOverTime(id), staleTime: 10_000 });
  const holds = useQuery({ queryKey: ["handover", id, "now"], queryFn: () => handoverNow(id), staleTime: 10_000 });
  useTitle(found.data?.person.name);
  if (found.isPending) return <Skeleton lines={8} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const one = found.data;
  const again = () => {
    void client.invalidateQueries({ queryKey: ["accounts"] });
    void client.invalidateQueries({ queryKey: ["proposals"] });
  };
  const unlock = async () => {
    try {
      await unlockAccount(one.id ?? "");
      setRefused(null);
      toast({ text: t("admin.unlocked") });
      again();
    } catch (error) {
      setRefused(error);
    }
  };
  const facts = holds.data;
  return (
    <div class="lh-narrow lh-stack lh-touch" style={{ gap: "16px", marginInline: 0 }}>
      <header>
        <a class="lh-back" href="/admin/people">
          <Icon name="back" small />
          {t("admin.people")}
        </a>
        <div class="lh-row lh-spread">
          <h1 class="lh-h1">{one.person.name}</h1>
          <StatePill state={one.state} />
        </div>
        <p class="lh-plain lh-quiet lh-numeric">
          {one.person.number}
          {one.unit && ` · ${one.unit.name}`}
        </p>
      </header>
      {once !== null && (
        <Notice tone="warn" title={t("admin.onceTitle")} alert>
          <div class="lh-once">
            <code class="lh-mono" data-once>
              {once}
            </code>
            <Button
              small
              icon="copy"
              onClick={() => {
                navigator.clipboard.writeText(once).then(
                  () => toast({ text: t("admin.copied") }),
                  () => toast({ icon: "warn", text: t("admin.copyFailed") }),
                );
              }}
            >
              {t("admin.copy")}
            </Button>
          </div>
          <p class="lh-plain lh-small">{t("admin.onceWhat")}</p>
          <Button small onClick={() => setOnce(null)}>
            {t("admin.onceKept")}
          </Button>
        </Notice>
      )}
      {refused !== null && <RefusalNotice error={refused} />}
      <section class="lh-card lh-pane lh-stack" aria-label={t("admin.account")}>
        <h2 class="lh-h3">{t("admin.account")}</h2>
        {one.is_administrator && <Notice icon="lock">{t("admin.administratorsTwo")}</Notice>}
        <dl class="lh-facts">
          <dt class="lh-fact-name">{t("signIn.name")}</dt>
          <dd class="lh-fact">{one.name ?? t("admin.account.none")}</dd>
          {one.id !== null && (
            <>
              <dt class="lh-fact-name">{t("admin.sessions")}</dt>
              <dd class="lh-fact lh-numeric">
                {t("admin.sessionsOf", { n: one.sessions })}
                {one.seen_at && <span class="lh-sub">{t("admin.seenAt", { at: longTime(one.seen_at) })}</span>}
              </dd>
              <dt class="lh-fact-name">{t("admin.secondFactor")}</dt>
              <dd class="lh-fact">{t(one.has_second_factor ? "admin.secondFactorOn" : "admin.secondFactorOff")}</dd>
              <dt class="lh-fact-name">{t("admin.createdAt")}</dt>
              <dd class="lh-fact lh-numeric">{one.created_at ? longTime(one.created_at) : "—"}</dd>
            </>
          )}
          {one.disabled_at && (
            <>
              <dt class="lh-fact-name">{t("admin.account.disabled")}</dt>
              <dd class="lh-fact lh-numeric">{longTime(one.disabled_at)}</dd>
            </>
          )}
          {one.locked_until && (
            <>
              <dt class="lh-fact-name">{t("admin.lockedUntil")}</dt>
              <dd class="lh-fact lh-numeric">{longTime(one.locked_until)}</dd>
            </>
          )}
        </dl>
        <div class="lh-row">
          {one.id === null ? (
            <Button look="primary" onClick={() => setAct("create")} data="create-account">
              {t("admin.createAccount")}
            </Button>
          ) : (
            <>
              {one.locked_until && (
                <Button look="primary" onClick={() => void unlock()} data="unlock-account">
                  {t("admin.unlock")}
                </Button>
              )}
              {one.state !== "disabled" && (
                <Button onClick={() => setAct("reset")} data="reset-password">
                  {t("admin.reset")}
                </Button>
              )}
              {one.has_second_factor && (
                <Button onClick={() => setAct("factor")} data="reset-factor">
                  {t("admin.factor")}
                </Button>
              )}
              {one.sessions > 0 && (
                <Button onClick={() => setAct("sessions")} data="end-sessions">
                  {t("admin.endSessions")}
                </Button>
              )}
              {one.state === "disabled" ? (
                <Button onClick={() => setAct("enable")} data="enable-account">
                  {t("admin.enable")}
                </Button>
              ) : (
                <Button look="danger" onClick={() => setAct("disable")} data="disable-account">
                  {t("admin.disable")}
                </Button>
              )}
            </>
          )}
        </div>
      </section>
      {one.id !== null && <Identities account={one.id} person={one.person.name} />}
      <section class="lh-card lh-pane" aria-label={t("admin.postsOverTime")}>
        <h2 class="lh-h3">{t("admin.postsOverTime")}</h2>
        {posts.isError && <LoadFailure error={posts.error} onRetry={() => void posts.refetch()} />}
        {posts.data?.items.length === 0 && <p class="lh-plain lh-quiet">{t("me.noPost")}</p>}
        <ul class="lh-days">
          {(posts.data?.items ?? []).map((post) => (
            <li key={post.id}>
              <span>
                <span class="lh-strong">{capital(post.role_name)}</span>{" "}
                <a class="lh-link" href={`/admin/units?unit=${post.unit.id}`}>
                  {post.unit.name}
                </a>
                <span class="lh-sub lh-numeric">
                  {longDay(post.from_on)} – {post.to_on ? longDay(post.to_on) : t("admin.open")}
                  {post.basis && ` · ${post.basis}`}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section class="lh-card lh-pane" aria-label={t("admin.delegations")}>
        <h2 class="lh-h3">{t("admin.delegations")}</h2>
        {facts?.delegations.length === 0 && <p class="lh-plain lh-quiet">{t("admin.noDelegations")}</p>}
        <ul class="lh-days">
          {(facts?.delegations ?? []).map((one_) => (
            <li key={one_.id} class="lh-numeric">
              {one_.from.name} → {one_.to.name} · {longDay(one_.from_on)} – {longDay(one_.to_on)}
            </li>
          ))}
        </ul>
      </section>
      <section class="lh-card lh-pane lh-stack" aria-label={t("admin.leaving")}>
        <h2 class="lh-h3">{t("admin.leaving")}</h2>
        {holds.isError ? (
          <RefusalNotice error={holds.error} />
        ) : (
          <p class="lh-plain">
            {facts
              ? t("admin.holdsNow", { tasks: t("admin.tasks", { n: facts.tasks_total }), posts: t("admin.postsN", { n: facts.posts.length }), keys: t("admin.keysN", { n: facts.keys.length }) })
              : "…"}
          </p>
        )}
        <p class="lh-plain lh-small lh-quiet">{t("admin.leavingWhat")}</p>
        <a class="lh-button" href={`/admin/people/${id}/handover`} style={{ alignSelf: "flex-start" }} data-action="handover">
          {t("admin.handover")}
        </a>
      </section>
      {act !== null && (
        <ActDialog
          act={act}
          one={one}
          onClose={() => setAct(null)}
          onDone={(password) => {
            setAct(null);
            setOnce(password);
            again();
          }}
        />
      )}
    </div>
  );
}

interface ActProps {
  act: Act;
  one: AccountItem;
  onClose: () => void;
  /** With the password that is shown once, where one was made up. */
  onDone: (password: string | null) => void;
}

function ActDialog({ act, one, onClose, onDone }: ActProps) {
  const [name, setName] = useState("");
  const [reason, setReason] = useState("");
  const [language, setLanguage] = useState<"zh" | "en">("zh");
  const [refused, setRefused] = useState<unknown>(null);
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const needsReason = (act === "create" && one.is_administrator) || act === "disable" || act === "enable" || act === "reset" || act === "factor";
  const told = (field: string) => (refused instanceof Refusal ? refused.problem.errors.find((gap) => gap.field === field)?.message : undefined);
  const gap = (value: string) => (checked && value.trim() === "" ? t("fault.required") : undefined);
  const send = async () => {
    setChecked(true);
    if ((needsReason && reason.trim() === "") || (act === "create" && name.trim() === "")) return;
    setBusy(true);
    setRefused(null);
    const id = one.id ?? "";
    try {
      if (act === "create") {
        const made = await createAccount(one.person.id, name.trim(), language, reason.trim());
        tellDone(made, t("admin.accountMade"));
        onDone(("link" in made ? made.link : made.once) ?? null);
      } else if (act === "reset") {
        const answer = await resetPassword(id, reason.trim());
        tellDone(answer, t("admin.passwordMade"));
        onDone(("link" in answer ? answer.link : answer.once) ?? null);
      } else if (act === "factor") {
        tellDone(await resetFactor(id, reason.trim()), t("admin.factorGone"));
        onDone(null);
      } else if (act === "sessions") {
        await endSessions(id);
        toast({ text: t("admin.sessionsEnded") });
        onDone(null);
      } else {
        const answer = await (act === "disable" ? disableAccount : enableAccount)(id, reason.trim());
        tellDone(answer, t(act === "disable" ? "admin.isDisabled" : "admin.isEnabled"));
        onDone(null);
      }
    } catch (error) {
      setRefused(error);
      setBusy(false);
    }
  };
  const title = { create: "admin.createAccount", disable: "admin.disable", enable: "admin.enable", reset: "admin.reset", factor: "admin.factor", sessions: "admin.endSessions" } as const;
  return (
    <Dialog
      title={`${t(title[act])} · ${one.person.name}`}
      onClose={onClose}
      onSubmit={() => void send()}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look={act === "disable" ? "danger" : "primary"} type="submit" busy={busy} data="do-account">
            {t(one.is_administrator && needsReason ? "admin.propose" : title[act])}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <p class="lh-plain">{t(`admin.what.${act}`)}</p>
      {one.is_administrator && needsReason && <Notice icon="lock">{t("admin.administratorsTwo")}</Notice>}
      {act === "create" && (
        <>
          <Field label={t("signIn.name")} hint={t("admin.accountNameHint")} required wrong={told("name") ?? gap(name)}>
            {(wiring) => <input class="lh-input" {...wiring} autocomplete="off" autocapitalize="none" spellcheck={false} value={name} onInput={(event) => setName(event.currentTarget.value)} />}
          </Field>
          <Field label={t("me.language")} wrong={told("language")}>
            {(wiring) => (
              <select class="lh-input lh-select" {...wiring} value={language} onChange={(event) => setLanguage(event.currentTarget.value === "en" ? "en" : "zh")}>
                <option value="zh" lang="zh-CN">
                  中文
                </option>
                <option value="en" lang="en">
                  English
                </option>
              </select>
            )}
          </Field>
        </>
      )}
      {needsReason && (
        <Field label={t("admin.reason")} required wrong={told("reason") ?? gap(reason)}>
          {(wiring) => <textarea class="lh-input lh-area" {...wiring} maxLength={2000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
        </Field>
      )}
    </Dialog>
  );
}

