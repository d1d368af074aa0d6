/** What the lists of rules of separation say alike: a rule with its basis, and how and whom it binds. */
import type { ComponentChildren } from "preact";
import { t, type Key } from "../texts";
import { Pill, type PillTone } from "../ui/pill";

const shown: Record<string, { tone: PillTone; text: Key }> = {
  block: { tone: "danger", text: "duties.block" },
  warn: { tone: "warn", text: "duties.warn" },
  report: { tone: "info", text: "duties.report" },
  parameter: { tone: "neutral", text: "duties.parameter" },
};

export function Enforcement({ of }: { of: string }) {
  const found = shown[of];
  return found ? <Pill tone={found.tone}>{t(found.text)}</Pill> : null;
}

/** The rule in words, its basis and its id; behind them what a list has to add. */
export function RuleCell({ rule, wide, children }: { rule: { id: string; text: string; basis: string }; wide?: boolean; children?: ComponentChildren }) {
  return (
    <td class="lh-td lh-duty-cell" style={wide ? { width: "46%" } : undefined}>
      {rule.text}
      <span class="lh-sub">
        {rule.basis} <span class="lh-mono">{rule.id}</span>
        {children}
      </span>
    </td>
  );
}

interface Term {
  kind: string;
  kind_name: string;
  enforcement: string;
  people: readonly string[];
  duties: readonly string[];
}

/** How a rule binds, term by term: who by their role, from which duties. */
export function TermsCell({ terms }: { terms: readonly Term[] }) {
  return (
    <td class="lh-td lh-duty-cell">
      {terms.map((term) => (
        <div key={`${term.kind}/${term.duties.join()}/${term.people.join()}`} style={{ marginBottom: "6px" }}>
          <Enforcement of={term.enforcement} /> <span class="lh-small">{term.kind_name}</span>
          <span class="lh-sub">{[term.people.join(t("form.and")), term.duties.join(t("form.and"))].filter(Boolean).join(" → ")}</span>
        </div>
      ))}
    </td>
  );
}
