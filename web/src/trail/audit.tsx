/** For auditors: is the trail whole? And the way to every case. */
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { verify } from "../contract/calls";
import { me } from "../contract/session";
import type { Verification } from "../contract/shapes";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { Notice, RefusalNotice } from "../ui/notice";
import { Empty } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";

export function AuditPage() {
  const permissions = useStore(me)?.permissions ?? [];
  useTitle(t("nav.audit"));
  const mayVerify = permissions.includes("trail.verify") || permissions.includes("trail.read_all");
  if (!mayVerify) return <Empty title={t("audit.notYours")} />;
  return (
    <div class="lh-narrow">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("nav.audit")}</h1>
          <p class="lh-plain lh-quiet">{t("audit.what")}</p>
        </div>
      </header>
      <div class="lh-stack" style={{ gap: "16px" }}>
        <SealPane />
        {permissions.includes("cases.read_all") && <FindPane />}
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

function FindPane() {
  const { route } = useLocation();
  const [q, setQ] = useState("");
  return (
    <section class="lh-card lh-card-pad lh-stack">
      <h2 class="lh-h2">{t("audit.find")}</h2>
      <form
        class="lh-row"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          route(q.trim() ? `/cases?q=${encodeURIComponent(q.trim())}` : "/cases");
        }}
      >
        <div class="lh-search">
          <Icon name="search" />
          <input class="lh-input" type="search" aria-label={t("cases.search")} placeholder={t("cases.search")} value={q} onInput={(event) => setQ(event.currentTarget.value)} />
        </div>
        <Button type="submit">{t("act.search")}</Button>
      </form>
    </section>
  );
}
