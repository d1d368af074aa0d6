/** Entries as sentences, oldest first, with the time that passed between them. */
import { EntryProof } from "../audit/said";
import type { Entry } from "../contract/shapes";
import { t } from "../texts";
import { plainText } from "../ui/form/form";
import { longDay, longTime, span } from "../ui/dates";
import { Citation } from "../ui/notice";
import { Marks, Pill } from "../ui/pill";

const HOUR = 3_600_000;

interface TimelineProps {
  entries: readonly Entry[];
  /** Only what happened, for a narrow place. */
  brief?: boolean;
  /** A list out of many chains: no time between them, and the way to each case. */
  listed?: boolean;
}

export function Timeline({ entries, brief, listed }: TimelineProps) {
  return (
    <ol class="lh-timeline">
      {entries.map((entry, n) => {
        const before = entries[n - 1];
        const waited = before && Date.parse(entry.at) - Date.parse(before.at) >= HOUR ? span(before.at, entry.at) : null;
        return (
          <>
            {waited && !brief && !listed && (
              <li key={`${entry.hash} gap`} class="lh-gap">
                {t("trail.gap", { span: waited })}
              </li>
            )}
            <One key={entry.hash} entry={entry} brief={brief === true} listed={listed === true} />
          </>
        );
      })}
    </ol>
  );
}

const isRefusal = (kind: string): boolean => /refused|bypass/.test(kind);

/** Chains of definitions and of the office have a name instead of a case behind them. */
const caseOf = (chain: string): string | null => (/^[0-9a-f-]{36}$/.test(chain) ? chain : null);

function One({ entry, brief, listed }: { entry: Entry; brief: boolean; listed: boolean }) {
  const kind = isRefusal(entry.kind) ? " lh-entry-refused" : entry.actor?.person_id ? " lh-entry-person" : "";
  return (
    <li class={`lh-entry${kind}`}>
      <p class="lh-plain">{entry.sentence}</p>
      <p class="lh-plain lh-small lh-quiet lh-numeric">
        <time dateTime={entry.at}>{longTime(entry.at)}</time>
        {entry.actor?.post && ` · ${entry.actor.post}`}
        {entry.business_on && entry.business_on !== entry.at.slice(0, 10) && ` · ${t("trail.businessOn", { date: longDay(entry.business_on) })}`}
      </p>
      {(entry.decision_label !== null || entry.marks.length > 0) && (
        <p class="lh-plain lh-row" style={{ marginTop: "4px" }}>
          {entry.decision_label && <Pill tone="brand">{entry.decision_label}</Pill>}
          <Marks marks={entry.marks} labels={entry.mark_labels} />
        </p>
      )}
      {listed && caseOf(entry.chain) && (
        <span class="lh-row lh-small">
          <a class="lh-link" href={`/cases/${entry.chain}?tab=trail`}>
            {t("trail.openCase")}
          </a>
          <a class="lh-link" href={`/cases/${entry.chain}/relive?entry=${entry.seq}`}>
            {t("relive.title")}
          </a>
        </span>
      )}
      {entry.opinion && <p class="lh-quote">{entry.opinion}</p>}
      {!brief && entry.reason && <p class="lh-quote">{t("trail.reason", { reason: entry.reason })}</p>}
      {!brief && <Citation clause={entry.clause} />}
      {!brief && (
        <details class="lh-details">
          <summary class="lh-summary">{t("trail.details", { seq: entry.seq, hash: entry.hash.slice(0, 8) })}</summary>
          <dl class="lh-facts">
            {entry.changes.map((change) => (
              <>
                <dt key={change.field} class="lh-fact-name">
                  {change.label}
                </dt>
                <dd class="lh-fact">{change.value === null ? t("trail.sealed") : plainText(change.value)}</dd>
              </>
            ))}
            {entry.element_name && (
              <>
                <dt class="lh-fact-name">{t("trail.element")}</dt>
                <dd class="lh-fact">{entry.step ? t("step.named", { step: entry.step, name: entry.element_name }) : entry.element_name}</dd>
              </>
            )}
            <dt class="lh-fact-name">{t("trail.kind")}</dt>
            <dd class="lh-fact lh-mono">{entry.kind}</dd>
            <dt class="lh-fact-name">{t("trail.hash")}</dt>
            <dd class="lh-fact lh-mono">{entry.hash}</dd>
            <dt class="lh-fact-name">{t("trail.prev")}</dt>
            <dd class="lh-fact lh-mono">{entry.prev}</dd>
          </dl>
          <EntryProof chain={entry.chain} seq={entry.seq} hash={entry.hash} />
        </details>
      )}
    </li>
  );
}
