/** 外出委托: who does somebody's work while they are absent; given, received, made and ended here. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { useAhead } from "../ahead/use-ahead";
import { definitions } from "../contract/calls";
import { Refusal } from "../contract/client";
import { me } from "../contract/session";
import type { Delegation, DelegationEffect } from "../contract/shapes";
import { usePages } from "../contract/pages";
import { People } from "../remarks/people";
import { useWish } from "../tasks/handing-calls";
import { ReasonSheet } from "../tasks/opinion";
import "../tasks/handing.css";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longDay } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { nameOf } from "../ui/form/names";
import { Icon } from "../ui/icon";
import { Must } from "../ui/must";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Pill, type PillTone } from "../ui/pill";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { delegate, delegations, previewDelegation, revoke, type Side, type Wanted } from "./delegation-calls";

const tones: Record<Delegation["state"], PillTone> = { coming: "info", current: "good", over: "neutral", revoked: "neutral" };
const PURPOSES = ["act", "confirm"] as const;
type Purpose = (typeof PURPOSES)[number];

export function DelegationsPage() {
  const who = useStore(me);
  const [over, setOver] = useState(false);
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<Delegation | null>(null);
  useTitle(t("away.title"));
  const keeps = who?.permissions.includes("directory.manage") ?? false;
  const lists: readonly { side: Side; title: Key }[] = [
    { side: "from", title: "away.given" },
    { side: "to", title: "away.received" },
    ...(keeps ? [{ side: "office" as const, title: "away.office" as const }] : []),
  ];
  return (
    <div class="lh-narrow lh-stack" style={{ gap: "16px" }}>
      <header class="lh-head">
        <div class="lh-head-main">
          <a class="lh-back" href="/me">
            <Icon name="back" small />
            {t("nav.me")}
          </a>
          <h1 class="lh-h1">{t("away.title")}</h1>
          <p class="lh-plain lh-quiet">{t("away.what")}</p>
        </div>
        {(who?.person || keeps) && (
          <Button look="primary" icon="start" data="new-delegation" onClick={() => setMaking(true)}>
            {t("away.new")}
          </Button>
        )}
      </header>
      <label class="lh-check" style={{ padding: 0, alignItems: "center" }}>
        <input class="lh-tick" style={{ margin: 0 }} type="checkbox" checked={over} onChange={(event) => setOver(event.currentTarget.checked)} />
        <span>{t("away.over")}</span>
      </label>
      {lists.map((list) => (
        <List key={list.side} side={list.side} title={t(list.title)} over={over} onEnd={setEnding} />
      ))}
      {making && <Making keeps={keeps} today={who?.today ?? ""} onClose={() => setMaking(false)} />}
      {ending && <Ending one={ending} onClose={() => setEnding(null)} />}
    </div>
  );
}

function List({ side, title, over, onEnd }: { side: Side; title: string; over: boolean; onEnd: (one: Delegation) => void }) {
  const { found, items } = usePages(["delegations", side, over], (cursor) => delegations(side, over, cursor));
  return (
    <section class="lh-card lh-pane" aria-label={title} data-side={side}>
      <h2 class="lh-h3">{title}</h2>
      {found.isPending ? (
        <Skeleton lines={2} />
      ) : found.isError ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <p class="lh-plain lh-quiet">{t("away.none")}</p>
      ) : (
        <ul class="lh-plain">
          {items.map((one) => (
            <li key={one.id} class="lh-away-row">
              <span class="lh-part-main">
                <span class="lh-strong">{side === "from" ? one.to.name : side === "to" ? one.from.name : t("away.pair", { from: one.from.name, to: one.to.name })}</span>
                <span class="lh-sub lh-numeric">{t("away.days", { from: longDay(one.from_on), to: longDay(one.to_on) })}</span>
                <span class="lh-sub">{scopeOf(one)}</span>
                <span class="lh-sub">{one.reason}</span>
                {one.document_no && <span class="lh-sub">{t("away.documentOf", { no: one.document_no })}</span>}
                {one.revoked_because && <span class="lh-sub">{t("away.revokedBy", { name: one.revoked_by?.name ?? "", reason: one.revoked_because })}</span>}
              </span>
              <Pill tone={tones[one.state]}>{t(`away.state.${one.state}`)}</Pill>
              {one.can_revoke && (
                <Button data="revoke" onClick={() => onEnd(one)}>
                  {t("away.revoke")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <Button small busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("act.more")}
        </Button>
      )}
    </section>
  );
}

const scopeOf = (one: Delegation): string =>
  [
    one.definitions === null ? t("away.scopeAll") : one.definitions.map((definition) => definition.name).join(t("form.and")),
    one.actions?.map((action) => t(action === "act" ? "away.act" : "away.confirm")).join(t("form.and")),
  ]
    .filter(Boolean)
    .join(" · ");

function Ending({ one, onClose }: { one: Delegation; onClose: () => void }) {
  const queryClient = useQueryClient();
  const wish = useWish();
  return (
    <ReasonSheet
      title={t("away.revoke")}
      kind="neutral"
      label={t("away.reason")}
      hint={t("away.revokeWhat")}
      run={(reason) => revoke(one.id, reason, wish([one.id, reason]))}
      onDone={() => {
        toast({ text: t("away.revoked") });
        void queryClient.invalidateQueries({ queryKey: ["delegations"] });
        void queryClient.invalidateQueries({ queryKey: ["tasks"] });
        onClose();
      }}
      onClose={onClose}
    />
  );
}

function Making({ keeps, today, onClose }: { keeps: boolean; today: string; onClose: () => void }) {
  const queryClient = useQueryClient();
  const library = useQuery({ queryKey: ["definitions"], queryFn: definitions, staleTime: 300_000 });
  const wish = useWish();
  const [from, setFrom] = useState<string[]>([]);
  const [to, setTo] = useState<string[]>([]);
  const [first, setFirst] = useState(today);
  const [last, setLast] = useState("");
  const [some, setSome] = useState(false);
  const [keys, setKeys] = useState<readonly string[]>([]);
  const [actions, setActions] = useState<readonly Purpose[]>(PURPOSES);
  const [reason, setReason] = useState("");
  const [document, setDocument] = useState("");
  const [isTried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const problem = error instanceof Refusal ? error.problem : null;
  const told = (field: string) => problem?.errors.find((one) => one.field === field)?.message ?? null;
  const missing = (isMissing: boolean, text: Key) => (isTried && isMissing ? t(text) : null);
  const faults = {
    to: missing(to.length === 0, "verb.toMissing") ?? told("to"),
    from_on: told("from_on"),
    to_on: missing(last === "", "away.lastMissing") ?? told("to_on"),
    definitions: missing(some && keys.length === 0, "away.scopeMissing") ?? told("definitions"),
    actions: missing(actions.length === 0, "away.actionMissing") ?? told("actions"),
    reason: missing(reason.trim() === "", "verb.reasonMissing") ?? told("reason"),
    document_no: told("document_no"),
  };
  const isWhole = to.length > 0 && last !== "" && !(some && keys.length === 0) && actions.length > 0;
  const wanted: Wanted = {
    to: to[0] ?? "",
    to_on: last,
    reason: reason.trim(),
    ...(first ? { from_on: first } : {}),
    ...(from[0] ? { from: from[0] } : {}),
    ...(some ? { definitions: [...keys] } : {}),
    ...(actions.length < PURPOSES.length ? { actions: [...actions] } : {}),
    ...(document.trim() ? { document_no: document.trim() } : {}),
  };
  // What it would do is shown before the reason is written.
  const seen = useAhead(isWhole ? JSON.stringify({ ...wanted, reason: "" }) : null, () => previewDelegation({ ...wanted, reason: wanted.reason || "-" }));

  const submit = () => {
    setTried(true);
    setError(null);
    if (busy || !isWhole || reason.trim() === "") return;
    setBusy(true);
    delegate(wanted, wish(wanted)).then(
      (made) => {
        toast({ text: t("away.made", { name: made.to.name }) });
        void queryClient.invalidateQueries({ queryKey: ["delegations"] });
        void queryClient.invalidateQueries({ queryKey: ["tasks"] });
        onClose();
      },
      (refused: unknown) => {
        setBusy(false);
        setError(refused);
      },
    );
  };
  const toggled = <T,>(values: readonly T[], value: T, on: boolean): T[] => (on ? [...values.filter((one) => one !== value), value] : values.filter((one) => one !== value));
  const isToldByFields = problem !== null && problem.errors.length > 0 && problem.errors.every((one) => one.field in faults);
  return (
    <Dialog
      title={t("away.new")}
      onClose={onClose}
      onSubmit={submit}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button type="submit" look="primary" busy={busy} data="send-delegation">
            {t("away.submit")}
          </Button>
        </>
      }
    >
      {error !== null && !isToldByFields && <RefusalNotice error={error} />}
      {keeps && (
        <div>
          <People id="away-from" label={t("away.from")} chosen={from} single without={(name) => t("verb.take", { name })} onChange={setFrom} />
          <p class="lh-hint">{t("away.fromHint")}</p>
        </div>
      )}
      <People id="away-to" label={t("away.to")} chosen={to} single required fault={faults.to} without={(name) => t("verb.take", { name })} onChange={setTo} />
      <div class="lh-filter-days">
        <Day id="away-first" label={t("away.first")} value={first} least={today} fault={faults.from_on} onInput={setFirst} />
        <Day id="away-last" label={t("away.last")} value={last} least={first || today} fault={faults.to_on} required onInput={setLast} />
      </div>
      <fieldset class="lh-plain lh-field">
        <legend class="lh-label">{t("away.scope")}</legend>
        <div class="lh-choices">
          {[false, true].map((one) => (
            <label key={String(one)} class="lh-choice">
              <input class="lh-tick" type="radio" name="away-scope" checked={some === one} onChange={() => setSome(one)} />
              {t(one ? "away.scopeSome" : "away.scopeAll")}
            </label>
          ))}
        </div>
        {some &&
          library.data?.items.map((one) => (
            <label key={one.key} class="lh-check">
              <input class="lh-tick" type="checkbox" checked={keys.includes(one.key)} onChange={(event) => setKeys(toggled(keys, one.key, event.currentTarget.checked))} />
              <span>{one.name}</span>
            </label>
          ))}
        <Fault text={faults.definitions} />
      </fieldset>
      <fieldset class="lh-plain lh-field">
        <legend class="lh-label">{t("away.actions")}</legend>
        <div class="lh-choices">
          {PURPOSES.map((one) => (
            <label key={one} class="lh-choice">
              <input class="lh-tick" type="checkbox" checked={actions.includes(one)} onChange={(event) => setActions(toggled(actions, one, event.currentTarget.checked))} />
              {t(one === "act" ? "away.act" : "away.confirm")}
            </label>
          ))}
        </div>
        <Fault text={faults.actions} />
      </fieldset>
      <Line id="away-reason" label={t("away.reason")} value={reason} required fault={faults.reason} onInput={setReason} />
      {keeps && <Line id="away-document" label={t("away.document")} value={document} fault={faults.document_no} onInput={setDocument} />}
      <div role="status">{seen.value && <Effect seen={seen.value} name={to[0] ? nameOf(to[0]) : ""} />}</div>
    </Dialog>
  );
}

/** Which tasks go along today and which stay: said before anything is done. */
function Effect({ seen, name }: { seen: DelegationEffect; name: string }) {
  const tasks = (items: DelegationEffect["along"]) => (
    <ul class="lh-bullets lh-small">
      {items.slice(0, 5).map((one) => (
        <li key={one.id}>
          {one.title} · {one.name}
        </li>
      ))}
      {items.length > 5 && <li>{t("count.more", { n: items.length - 5 })}</li>}
    </ul>
  );
  return (
    <Notice tone="info" title={`${t("away.effect")} · ${name}`}>
      {seen.along.length > 0 && (
        <>
          <p class="lh-plain">{t("away.along", { n: seen.along.length })}</p>
          {tasks(seen.along)}
        </>
      )}
      {seen.stays.length > 0 && (
        <>
          <p class="lh-plain">{t("away.stays", { n: seen.stays.length })}</p>
          {tasks(seen.stays)}
        </>
      )}
      {seen.notes.map((note) => (
        <p key={note} class="lh-plain lh-small">
          {note}
        </p>
      ))}
    </Notice>
  );
}

function Fault({ id, text }: { id?: string; text: string | null }) {
  if (text === null) return null;
  return (
    <p class="lh-error" id={id}>
      <Icon name="warn" />
      <span>{text}</span>
    </p>
  );
}

interface InputProps {
  id: string;
  label: string;
  value: string;
  fault: string | null;
  required?: boolean;
  onInput: (value: string) => void;
}

function Label({ id, label, required }: Pick<InputProps, "id" | "label" | "required">) {
  return (
    <label class="lh-label" for={id}>
      {label}
      {required && <Must />}
    </label>
  );
}

function Day({ id, label, value, fault, required, least, onInput }: InputProps & { least: string }) {
  return (
    <div class="lh-field">
      <Label id={id} label={label} {...(required ? { required } : {})} />
      <input
        id={id}
        class="lh-input"
        type="date"
        min={least}
        value={value}
        aria-required={required ? "true" : undefined}
        aria-invalid={fault ? "true" : undefined}
        aria-describedby={fault ? `${id}-error` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <Fault id={`${id}-error`} text={fault} />
    </div>
  );
}

function Line({ id, label, value, fault, required, onInput }: InputProps) {
  return (
    <div class="lh-field">
      <Label id={id} label={label} {...(required ? { required } : {})} />
      <input
        id={id}
        class="lh-input"
        value={value}
        maxLength={2000}
        aria-required={required ? "true" : undefined}
        aria-invalid={fault ? "true" : undefined}
        aria-describedby={fault ? `${id}-error` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <Fault id={`${id}-error`} text={fault} />
    </div>
  );
}
