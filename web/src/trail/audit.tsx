/** For auditors: is the trail whole? And the way to every case. */
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { trail, type EntryKind, type TrailFilter, verify } from "../contract/calls";
import { me } from "../contract/session";
import type { Verification } from "../contract/shapes";
import { usePages } from "../contract/pages";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { AuditTabs, mayUse } from "../audit/tabs";
import { DutyReports } from "../duties/reports";
import { Timeline } from "./timeline";

export function AuditPage() {
  const permissions = useStore(me)?.permissions ?? [];
  useTitle(t("nav.audit"));
  const mayVerify = permissions.includes("trail.verify") || permissions.includes("trail.read_all");
  const { route } = useLocation();
  const goesOn = !mayVerify && mayUse("/audit/log", permissions);
  useEffect(() => {
    if (goesOn) route("/audit/log", true);
  }, [goesOn, route]);
  if (!mayVerify) return <Empty title={t("audit.notYours")} />;
  return (
    <div class="lh-narrow" style={{ maxWidth: "920px" }}>
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("nav.audit")}</h1>
          <p class="lh-plain lh-quiet">{t("audit.what")}</p>
        </div>
      </header>
      <AuditTabs />
      <div class="lh-stack" style={{ gap: "16px" }}>
        <SealPane />
        {permissions.includes("trail.read_all") && <DutyReports />}
        {permissions.includes("trail.read_all") && <SearchPane />}
      </div>
    </div>
  );
}

function SealPane() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [result, setResult] = useState<{ report: Verification; seconds: number } | null>(null);
  const run = () => {
    const began = performance.now();
    setBusy(true);
    setError(null);
    setResult(null);
    verify().then(
      (report) => {
        setResult({ report, seconds: (performance.now() - began) / 1000 });
        setBusy(false);
      },
      (refused: unknown) => {
        setError(refused);
        setBusy(false);
      },
    );
  };
  return (
    <section class="lh-card lh-card-pad lh-stack">
      <h2 class="lh-h2">{t("audit.seal")}</h2>
      <p class="lh-text">{t("audit.sealWhat")}</p>
      <div class="lh-row">
        <Button look="primary" icon="audit" busy={busy} onClick={run} data="verify">
          {busy ? t("audit.running") : t("audit.verify")}
        </Button>
      </div>
      {error !== null && <RefusalNotice error={error} />}
      {result && (
        <Notice
          tone={result.report.is_whole ? "good" : "danger"}
          alert
          title={result.report.is_whole ? t("audit.whole") : t("audit.broken", { n: result.report.findings.length })}
        >
          <p class="lh-plain lh-numeric">
            {t("audit.counted", { entries: result.report.entries.toLocaleString(), chains: result.report.chains.toLocaleString(), seconds: result.seconds.toFixed(1) })}
          </p>
          {result.report.findings.length > 0 && (
            <ul class="lh-bullets">
              {result.report.findings.map((finding) => (
                <li key={`${finding.chain}/${finding.seq}/${finding.rule}`}>
                  <span class="lh-mono">
                    {finding.chain} #{finding.seq}
                  </span>{" "}
                  {finding.message}
                </li>
              ))}
            </ul>
          )}
        </Notice>
      )}
    </section>
  );
}

/** Entries worth a question of their own; the rest is found by words. */
export const kinds: readonly { kind: EntryKind; text: Key }[] = [
  { kind: "task.completed", text: "kind.task.completed" },
  { kind: "task.confirmed", text: "kind.task.confirmed" },
  { kind: "task.confirmation_refused", text: "kind.task.confirmation_refused" },
  { kind: "task.overdue", text: "kind.task.overdue" },
  { kind: "bypass.attempted", text: "kind.bypass.attempted" },
  { kind: "case.started", text: "kind.case.started" },
  { kind: "case.start_refused", text: "kind.case.start_refused" },
  { kind: "case.ended", text: "kind.case.ended" },
  { kind: "case.withdrawn", text: "kind.case.withdrawn" },
  { kind: "case.cancelled", text: "kind.case.cancelled" },
  { kind: "membership.changed", text: "kind.membership.changed" },
  { kind: "term.changed", text: "kind.term.changed" },
  { kind: "post.begun", text: "kind.post.begun" },
  { kind: "post.ended", text: "kind.post.ended" },
  { kind: "definition.published", text: "kind.definition.published" },
  { kind: "parameter.changed", text: "kind.parameter.changed" },
  { kind: "post.changed", text: "kind.post.changed" },
  { kind: "account.blocked", text: "kind.account.blocked" },
  { kind: "case.exported", text: "kind.case.exported" },
  { kind: "cases.exported", text: "kind.cases.exported" },
  { kind: "hold.placed", text: "kind.hold.placed" },
  { kind: "hold.lifted", text: "kind.hold.lifted" },
  { kind: "retention.changed", text: "kind.retention.changed" },
  { kind: "values.erased", text: "kind.values.erased" },
];

function SearchPane() {
  const { query, route } = useLocation();
  const q = query["q"] ?? "";
  const kind = kinds.find((one) => one.kind === query["kind"])?.kind;
  const from = query["from"] ?? "";
  const to = query["to"] ?? "";
  const [typed, setTyped] = useState(q);
  useEffect(() => setTyped(q), [q]);
  const go = (change: Record<string, string>) => {
    const next = new URLSearchParams(Object.entries({ q, kind: kind ?? "", from, to, ...change }).filter(([, value]) => value !== ""));
    const text = next.toString();
    route(text ? `/audit?${text}` : "/audit", true);
  };
  const wanted: TrailFilter = { q, from, to, ...(kind ? { kind } : {}) };
  const { found, items: entries } = usePages(["trail search", wanted], (cursor) => trail(wanted, cursor));
  return (
    <section class="lh-card lh-card-pad lh-stack" aria-labelledby="trail-search">
      <h2 class="lh-h2" id="trail-search">
        {t("audit.find")}
      </h2>
      <form
        class="lh-tools"
        style={{ margin: 0 }}
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          go({ q: typed.trim() });
        }}
      >
        <div class="lh-search">
          <Icon name="search" />
          <input class="lh-input" type="search" aria-label={t("audit.words")} placeholder={t("audit.words")} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </div>
        <select
          class="lh-input lh-select"
          aria-label={t("audit.kind")}
          value={kind ?? ""}
          onChange={(event) => go({ kind: event.currentTarget.value })}
        >
          <option value="">{t("audit.anyKind")}</option>
          {kinds.map((one) => (
            <option key={one.kind} value={one.kind}>
              {t(one.text)}
            </option>
          ))}
        </select>
        <label class="lh-row lh-small">
          {t("audit.from")}
          <input class="lh-input" style={{ width: "160px" }} type="date" value={from} onChange={(event) => go({ from: event.currentTarget.value })} />
        </label>
        <label class="lh-row lh-small">
          {t("audit.to")}
          <input class="lh-input" style={{ width: "160px" }} type="date" value={to} onChange={(event) => go({ to: event.currentTarget.value })} />
        </label>
        <Button type="submit">{t("act.search")}</Button>
      </form>
      {found.isPending ? (
        <Skeleton />
      ) : found.isError && entries.length === 0 ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : entries.length === 0 ? (
        <p class="lh-plain lh-quiet">{t("inbox.noMatch")}</p>
      ) : (
        <Timeline entries={entries} listed />
      )}
      {found.hasNextPage && (
        <div>
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("act.more")}
          </Button>
        </div>
      )}
    </section>
  );
}
