/** 我的 › 通知: by which channel, which kinds, at once or in the day's digest, and when not. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { Refusal } from "../contract/client";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { LoadFailure, Notice, RefusalNotice, sentenceOf } from "../ui/notice";
import { Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { choose, chosen, tryMine, type Chosen, type NewChoice, type Way, type Ways } from "./calls";
import "./notices.css";

const ways: readonly Way[] = ["at_once", "digest", "off"];

export function PreferencesPage() {
  useTitle(t("notices.how"));
  const found = useQuery({ queryKey: ["notices", "chosen"], queryFn: chosen, staleTime: 60_000 });
  return (
    <div class="lh-narrow lh-stack" style={{ gap: "16px" }}>
      <header>
        <a class="lh-back" href="/me">
          <Icon name="back" small />
          {t("nav.me")}
        </a>
        <h1 class="lh-h1">{t("notices.how")}</h1>
        <p class="lh-plain lh-quiet">{t("notices.howWhat")}</p>
      </header>
      {found.isPending ? <Skeleton lines={7} /> : found.isError ? <LoadFailure error={found.error} onRetry={() => void found.refetch()} /> : <Choice kept={found.data} />}
    </div>
  );
}

function Choice({ kept }: { kept: Chosen }) {
  const client = useQueryClient();
  const [choice, setChoice] = useState<NewChoice>({
    mail: kept.mail,
    language: kept.language as "zh" | "en" | null,
    quiet: kept.quiet,
    digest_at: kept.digest_at,
    ways: kept.ways as Ways,
  });
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const set = (change: Partial<NewChoice>) => setChoice({ ...choice, ...change });
  const gap = (field: string) => (refused instanceof Refusal ? refused.problem.errors.find((one) => one.field.startsWith(field))?.message : undefined);
  const save = async () => {
    setBusy(true);
    try {
      client.setQueryData(["notices", "chosen"], await choose(choice));
      setRefused(null);
      toast({ text: t("notices.saved") });
    } catch (error) {
      setRefused(error);
    } finally {
      setBusy(false);
    }
  };
  const hasMail = kept.channels.some((one) => one.kind === "mail");
  const mailGap = gap("mail");
  const quietGap = gap("quiet");
  return (
    <form
      noValidate
      class="lh-stack"
      style={{ gap: "16px" }}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {refused !== null && <RefusalNotice error={refused} />}
      {kept.channels.length === 0 && <Notice>{t("notices.noChannels")}</Notice>}
      {hasMail && (
        <section class="lh-card lh-pane lh-stack">
          <label class="lh-stack" style={{ gap: "4px" }}>
            <span class="lh-label">{t("notices.mail")}</span>
            <input
              class="lh-input"
              type="email"
              autocomplete="email"
              value={choice.mail ?? ""}
              aria-invalid={mailGap ? "true" : undefined}
              aria-describedby="notices-mail-what"
              onInput={(event) => set({ mail: event.currentTarget.value.trim() || null })}
            />
            {mailGap && <span class="lh-error">{mailGap}</span>}
          </label>
          <p class="lh-plain lh-small lh-quiet" id="notices-mail-what">
            {kept.domains.length > 0 ? t("notices.mailDomains", { domains: kept.domains.join("、") }) : t("notices.mailWhat")}
          </p>
          <label class="lh-stack" style={{ gap: "4px" }}>
            <span class="lh-label">{t("notices.language")}</span>
            <select
              class="lh-input lh-select"
              value={choice.language ?? ""}
              onChange={(event) => set({ language: (event.currentTarget.value || null) as NewChoice["language"] })}
            >
              <option value="">{t("notices.languageOwn")}</option>
              <option value="zh">中文</option>
              <option value="en">English</option>
            </select>
          </label>
        </section>
      )}
      {kept.channels.length > 0 && (
        <section class="lh-card lh-pane lh-stack">
          <h2 class="lh-h3">{t("notices.when")}</h2>
          <label class="lh-check" style={{ padding: 0, alignItems: "center" }}>
            <input
              class="lh-tick"
              style={{ margin: 0 }}
              type="checkbox"
              checked={choice.quiet !== null}
              onChange={(event) => set({ quiet: event.currentTarget.checked ? { from: "22:00", to: "07:00" } : null })}
            />
            <span>
              {t("notices.quiet")}
              <span class="lh-sub">{t("notices.quietWhat")}</span>
            </span>
          </label>
          {choice.quiet && (
            <div class="lh-row">
              <Clock label={t("notices.from")} value={choice.quiet.from} onChange={(from) => set({ quiet: { from, to: choice.quiet?.to ?? "07:00" } })} />
              <Clock label={t("notices.to")} value={choice.quiet.to} onChange={(to) => set({ quiet: { from: choice.quiet?.from ?? "22:00", to } })} />
              {quietGap && <span class="lh-error">{quietGap}</span>}
            </div>
          )}
          <Clock label={t("notices.digestAt")} value={choice.digest_at} onChange={(at) => set({ digest_at: at })} />
        </section>
      )}
      {kept.channels.map((channel) => (
        <section key={channel.id} class="lh-card lh-pane lh-stack" style={{ gap: "4px" }}>
          <div class="lh-row lh-spread">
            <h2 class="lh-h3">{channel.name}</h2>
            <Trial channel={channel.id} ready={channel.kind !== "mail" || kept.mail !== null} />
          </div>
          {kept.kinds.map((kind) => (
            <div key={kind.kind} class="lh-way">
              <span>
                {kind.name}
                {kind.is_urgent && <span class="lh-sub">{t("notices.urgentWhat")}</span>}
              </span>
              <select
                class="lh-input lh-select"
                aria-label={kind.name}
                value={choice.ways[channel.id]?.[kind.kind] ?? "at_once"}
                onChange={(event) =>
                  set({ ways: { ...choice.ways, [channel.id]: { ...choice.ways[channel.id], [kind.kind]: event.currentTarget.value as Way } } })
                }
              >
                {ways
                  .filter((way) => way !== "digest" || channel.kind === "mail")
                  .map((way) => (
                    <option key={way} value={way}>
                      {t(`notices.way.${way}`)}
                    </option>
                  ))}
              </select>
            </div>
          ))}
        </section>
      ))}
      {kept.channels.length > 0 && (
        <div class="lh-row">
          <Button look="primary" type="submit" busy={busy} data="save-notices">
            {t("notices.save")}
          </Button>
        </div>
      )}
    </form>
  );
}

function Clock({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <label class="lh-stack" style={{ gap: "4px" }}>
      <span class="lh-label">{label}</span>
      <input class="lh-input lh-clock" type="time" required value={value} onChange={(event) => event.currentTarget.value && onChange(event.currentTarget.value)} />
    </label>
  );
}

function Trial({ channel, ready }: { channel: string; ready: boolean }) {
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      const done = await tryMine(channel);
      if (done.status === "sent") toast({ text: t("notices.tested") });
      else toast({ icon: "warn", text: t("notices.testFailed", { error: done.error ?? done.status }) });
    } catch (error) {
      toast({ icon: "warn", text: sentenceOf(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button small busy={busy} refused={ready ? null : t("notices.testFirst")} onClick={() => void send()} data="test-notice">
      {t("notices.test")}
    </Button>
  );
}
