/** 通知渠道: the ways by which notices leave the house, for whoever manages them; how each does, and trying it. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { channels, disableChannel, enableChannel, faults, sendAgain, tryChannel, type Channel, type Delivery, type Kind } from "./calls";
import { ChannelForm } from "./channel-form";
import "./notices.css";

export function ChannelsPage() {
  useTitle(t("nav.channels"));
  const client = useQueryClient();
  const [editing, setEditing] = useState<Channel | "new" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const found = useQuery({ queryKey: ["channels"], queryFn: channels, staleTime: 5_000 });
  const again = () => void client.invalidateQueries({ queryKey: ["channels"] });
  return (
    <div class="lh-narrow lh-stack" style={{ gap: "16px" }}>
      <header class="lh-head" style={{ marginBottom: 0 }}>
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("nav.channels")}</h1>
          <p class="lh-plain lh-quiet">{t("channels.what")}</p>
        </div>
        <Button look="primary" icon="start" onClick={() => setEditing("new")} data="add-channel">
          {t("channels.add")}
        </Button>
      </header>
      {secret !== null && (
        <Notice tone="warn" title={t("channels.secretOnce")} alert>
          <code class="lh-mono">{secret}</code>
          <p class="lh-plain lh-small">{t("channels.secretWhat")}</p>
          <Button small onClick={() => setSecret(null)}>
            {t("channels.secretKept")}
          </Button>
        </Notice>
      )}
      {found.isPending ? (
        <Skeleton lines={5} />
      ) : found.isError ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : found.data.items.length === 0 ? (
        <Empty title={t("channels.none")}>
          <p class="lh-plain lh-quiet">{t("channels.noneWhat")}</p>
        </Empty>
      ) : (
        found.data.items.map((one) => <OneChannel key={one.id} channel={one} kinds={found.data.kinds} onEdit={() => setEditing(one)} onChanged={again} />)
      )}
      {editing !== null && found.data && (
        <ChannelForm
          channel={editing === "new" ? null : editing}
          kinds={found.data.kinds}
          onClose={() => setEditing(null)}
          onDone={(made) => {
            setEditing(null);
            setSecret(made);
            again();
          }}
        />
      )}
    </div>
  );
}

function OneChannel({ channel, kinds, onEdit, onChanged }: { channel: Channel; kinds: readonly Kind[]; onEdit: () => void; onChanged: () => void }) {
  const [refused, setRefused] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [to, setTo] = useState("");
  const [open, setOpen] = useState(false);
  const off = channel.disabled_at !== null;
  const does = async (act: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await act();
      setRefused(null);
      onChanged();
    } catch (error) {
      setRefused(error);
    } finally {
      setBusy(false);
    }
  };
  const test = () =>
    does(async () => {
      const done = await tryChannel(channel.id, channel.kind === "mail" ? to.trim() || null : null);
      if (done.status === "sent") toast({ text: t("notices.tested") });
      else toast({ icon: "warn", text: t("notices.testFailed", { error: done.error ?? done.status }) });
    });
  const settings = channel.settings as { host?: string; port?: number; sender?: string; kinds?: string[] };
  const counts = channel.deliveries;
  return (
    <section class="lh-card lh-pane lh-stack" aria-label={channel.name}>
      <div class="lh-row lh-spread">
        <h2 class="lh-h2">{channel.name}</h2>
        {off ? (
          <Pill tone="held">{t("channels.off")}</Pill>
        ) : channel.open_until ? (
          <Pill tone="danger">{t("channels.rests")}</Pill>
        ) : (
          <Pill tone="good">{t("channels.works")}</Pill>
        )}
      </div>
      <p class="lh-plain lh-quiet lh-small">
        {t(`channels.kind.${channel.kind}`)} · {t(`channels.audience.${channel.audience}`)}
        {settings.host ? ` · ${settings.host}${settings.port ? `:${settings.port}` : ""}` : ""}
        {settings.sender ? ` · ${settings.sender}` : ""}
      </p>
      {settings.kinds && (
        <p class="lh-plain lh-small">{kinds.filter((kind) => settings.kinds?.includes(kind.kind)).map((kind) => kind.name).join("、")}</p>
      )}
      {channel.error && (
        <Notice tone={channel.open_until ? "danger" : "warn"}>
          <p class="lh-plain">{t("channels.error", { error: channel.error, at: longTime(channel.error_at ?? "") })}</p>
          {channel.open_until && <p class="lh-plain lh-small">{t("channels.until", { at: longTime(channel.open_until) })}</p>}
        </Notice>
      )}
      <p class="lh-plain lh-small lh-numeric">
        {t("channels.counts", { sent: counts.sent, waiting: counts.waiting, failed: counts.failed, unknown: counts.unknown })}
      </p>
      {(counts.failed > 0 || counts.unknown > 0) && (
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary class="lh-link">{t("channels.faults")}</summary>
          {open && <Faults id={channel.id} kinds={kinds} onChanged={onChanged} />}
        </details>
      )}
      {refused !== null && <RefusalNotice error={refused} />}
      <div class="lh-row">
        {!off && channel.kind === "mail" && (
          <input
            class="lh-input lh-test-to"
            type="email"
            aria-label={t("channels.testTo")}
            placeholder={t("channels.testTo")}
            value={to}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        )}
        {!off && (
          <Button busy={busy} onClick={() => void test()} data="test-channel">
            {t("notices.test")}
          </Button>
        )}
        <Button onClick={onEdit}>{t("channels.change")}</Button>
        <Button look={off ? "plain" : "danger"} busy={busy} onClick={() => void does(() => (off ? enableChannel(channel.id) : disableChannel(channel.id)))}>
          {t(off ? "channels.enable" : "channels.disable")}
        </Button>
      </div>
    </section>
  );
}

function Faults({ id, kinds, onChanged }: { id: string; kinds: readonly Kind[]; onChanged: () => void }) {
  const client = useQueryClient();
  const [sure, setSure] = useState<Delivery | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const found = useQuery({
    queryKey: ["channels", id, "faults"],
    queryFn: async () => [...(await faults(id, "failed")).items, ...(await faults(id, "unknown")).items],
  });
  if (found.isError) return <RefusalNotice error={found.error} />;
  const again = async (one: Delivery, isSure: boolean) => {
    if (busy !== null) return;
    setBusy(one.id);
    setRefused(null);
    try {
      await sendAgain(id, one.id, isSure);
      toast({ text: t("channels.sentAgain") });
    } catch (error) {
      setRefused(error);
    } finally {
      setBusy(null);
      setSure(null);
      await client.invalidateQueries({ queryKey: ["channels", id, "faults"] });
      onChanged();
    }
  };
  return (
    <>
      {refused !== null && <RefusalNotice error={refused} />}
      <ul class="lh-faults">
        {(found.data ?? []).map((one) => (
          <li key={one.id} class="lh-small lh-numeric">
            <span>
              {longTime(one.at)} · {kinds.find((kind) => kind.kind === one.kind)?.name ?? t("notices.test")} · {t(one.status === "unknown" ? "channels.unknown" : "channels.failed")}
              {one.error ? ` · ${one.error}` : ""}
            </span>
            {one.way !== "test" && (
              <Button small busy={busy === one.id} onClick={() => (one.status === "unknown" ? setSure(one) : void again(one, false))} data="send-again">
                {t("channels.again")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sure !== null && (
        <Dialog
          title={t("channels.again")}
          onClose={() => setSure(null)}
          onSubmit={() => void again(sure, true)}
          foot={
            <Button look="danger" type="submit" busy={busy !== null} data="send-again-sure">
              {t("channels.againSure")}
            </Button>
          }
        >
          <Notice tone="warn">
            <p class="lh-plain">{t("channels.againTwice")}</p>
          </Notice>
        </Dialog>
      )}
    </>
  );
}
