/** A case read clause by clause: what it has met, where it departed, and the entries that show it. */
import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { caseClauses } from "../contract/calls";
import type { ReadClause } from "../contract/shapes";
import { t, type Key } from "../texts";
import { Timeline } from "../trail/timeline";
import type { IconName } from "../ui/icon";
import { LoadFailure } from "../ui/notice";
import { Pill, type PillTone } from "../ui/pill";
import { Skeleton } from "../ui/states";
import "../ahead/ahead.css";

type State = ReadClause["state"];

const STATES: readonly { state: State; text: Key; tone: PillTone; icon: IconName }[] = [
  { state: "exception", text: "clauses.exception", tone: "warn", icon: "warn" },
  { state: "open", text: "clauses.open", tone: "info", icon: "clock" },
  { state: "met", text: "clauses.met", tone: "good", icon: "check" },
  { state: "not_applicable", text: "clauses.notApplicable", tone: "neutral", icon: "pause" },
];
const KINDS: Readonly<Record<ReadClause["kind"], Key>> = {
  national: "clauses.national",
  local: "clauses.local",
  policy: "clauses.policy",
};

/** Steps that a clause names; of more only these, and how many there are. */
const MOST_STEPS = 5;

export function ClausesTab({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["clauses", id], queryFn: () => caseClauses(id) });
  const [only, setOnly] = useState<State | null>(null);
  if (found.isPending) return <Skeleton lines={8} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const { items, counts } = found.data;
  const shown = only === null ? items : items.filter((one) => one.state === only);
  return (
    <div class="lh-stack">
      <div class="lh-row" role="group" aria-label={t("clauses.show")}>
        <button type="button" class="lh-button" aria-pressed={only === null} onClick={() => setOnly(null)}>
          {t("clauses.all", { n: items.length })}
        </button>
        {STATES.filter((one) => (counts[one.state] ?? 0) > 0).map((one) => (
          <button key={one.state} type="button" class="lh-button" aria-pressed={only === one.state} onClick={() => setOnly(one.state)}>
            {t(one.text)} {counts[one.state]}
          </button>
        ))}
      </div>
      <ol class="lh-act-list lh-stack" data-act="clauses">
        {shown.map((one) => (
          <li key={one.id}>
            <OneClause clause={one} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function OneClause({ clause }: { clause: ReadClause }) {
  const look = STATES.find((one) => one.state === clause.state);
  const steps = clause.steps.slice(0, MOST_STEPS).map((one) => (one.step ? t("step.named", { step: one.step, name: one.name }) : one.name));
  const named = steps.join(t("clauses.and"));
  const whole = clause.steps.length > MOST_STEPS ? t("clauses.stepsMore", { steps: named, n: clause.steps.length }) : named;
  const shown = clause.evidence.length + clause.more;
  return (
    <section class="lh-card lh-pane" aria-label={clause.text ?? clause.id}>
      <div class="lh-row lh-spread">
        <span class="lh-small lh-quiet" style={{ minWidth: 0 }}>
          {clause.article} · {t(KINDS[clause.kind])}
        </span>
        {look && (
          <Pill tone={look.tone} icon={look.icon}>
            {t(look.text)}
          </Pill>
        )}
      </div>
      <p class="lh-plain" style={{ margin: "6px 0" }}>
        {clause.text}
      </p>
      {steps.length > 0 && <p class="lh-plain lh-small lh-quiet">{t("clauses.steps", { steps: whole })}</p>}
      {clause.exceptions.length > 0 && (
        <>
          <h3 class="lh-h3">{t("clauses.departures", { n: clause.exceptions.length })}</h3>
          <Timeline entries={clause.exceptions} listed />
        </>
      )}
      {clause.evidence.length > 0 && (
        <details class="lh-details">
          <summary class="lh-summary">{t("clauses.evidence", { n: shown })}</summary>
          <Timeline entries={clause.evidence} brief listed />
          {clause.more > 0 && <p class="lh-plain lh-small lh-quiet">{t("clauses.more", { n: clause.more })}</p>}
        </details>
      )}
    </section>
  );
}
