/** Findings: what entries show that somebody who oversees should look at. The filter is the address of the page. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { definitions } from "../contract/calls";
import { usePages } from "../contract/pages";
import { me } from "../contract/session";
import { ReasonSheet } from "../tasks/opinion";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { learn } from "../ui/form/names";
import { Picker } from "../ui/form/picker";
import { LoadFailure } from "../ui/notice";
import { Pill, type PillTone } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { findingCounts, findings, setAside, takeUp, type AuditFinding, type FindingCounts, type FindingFilter } from "./findings-calls";
import { Limits } from "./limits";
import { AuditTabs, mayUse } from "./tabs";
import "./audit.css";
import "./findings.css";

type Kind = AuditFinding["kind"];
type State = "open" | "set_aside" | "all";

const TONES: Partial<Record<Kind, PillTone>> = {
  deviation: "danger",
  moved: "danger",
  skipped: "danger",
  data_changed: "danger",
  bypass: "danger",
  read_unowned: "danger",
  duty_refused: "warn",
  duty_warned: "warn",
  duty_reported: "warn",
  override: "warn",
  corrected: "warn",
  fast: "warn",
  backdated: "warn",
  overdue: "warn",
};
const STATES: readonly { state: State; text: Key }[] = [
  { state: "open", text: "findings.open" },
  { state: "set_aside", text: "findings.setAside" },
  { state: "all", text: "findings.all" },
];
const FIELDS = ["kind", "person", "unit", "definition", "version", "case", "element", "clause", "rule", "from", "to", "state"] as const;
type Field = (typeof FIELDS)[number];
type Chosen = Partial<Record<Field, string>>;

const UNIT = { type: "unit", id: "finding-unit", key: "unit" } as const;
const PERSON = { type: "person", id: "finding-person", key: "person" } as const;

/** The address of the findings that a filter leaves. */
export function findingsAt(chosen: Chosen): string {
  const text = new URLSearchParams(FIELDS.flatMap((name) => (chosen[name] ? [[name, chosen[name] ?? ""]] : []))).toString();
  return text ? `/audit/findings?${text}` : "/audit/findings";
}

function wantedOf(chosen: Chosen): FindingFilter {
  const { version, ...rest } = chosen;
  return { ...rest, ...(version ? { version: Number(version) } : {}) } as FindingFilter;
}

export function FindingsPage() {
  const permissions = useStore(me)?.permissions ?? [];
  const { query, route } = useLocation();
  useTitle(t("findings.title"));
  if (!mayUse("/audit/findings", permissions)) return <Empty title={t("audit.notYours")} />;
  const chosen: Chosen = Object.fromEntries(FIELDS.flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
  const go = (change: Chosen) => route(findingsAt({ ...chosen, ...change }), true);
  return (
    <div class="lh-narrow lh-audit">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("findings.title")}</h1>
          <p class="lh-plain lh-quiet">{t("findings.what")}</p>
        </div>
      </header>
      <AuditTabs />
      <Found chosen={chosen} go={go} />
    </div>
  );
}

function Found({ chosen, go }: { chosen: Chosen; go: (change: Chosen) => void }) {
  const wanted = wantedOf(chosen);
  const counts = useQuery({ queryKey: ["findings", "counts", wanted], queryFn: () => findingCounts(wanted), placeholderData: (before) => before });
  const { found, items } = usePages(["findings", "list", wanted], (cursor) => findings(wanted, cursor));
  return (
    <div class="lh-stack lh-audit-parts">
      {counts.data && <Kinds counts={counts.data} chosen={chosen} />}
      <Filters chosen={chosen} go={go} />
      {counts.data && <Places counts={counts.data} chosen={chosen} />}
      {found.isPending ? (
        <Skeleton />
      ) : found.isError && items.length === 0 ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={t("findings.none")}>
          <p class="lh-plain lh-quiet">{t(Object.keys(chosen).length > 0 ? "findings.noneHere" : "findings.noneAtAll")}</p>
          {Object.keys(wanted).length > 0 && (
            <a class="lh-link" href="/audit/findings">
              {t("findings.clear")}
            </a>
          )}
        </Empty>
      ) : (
        <section class="lh-card lh-card-pad" aria-label={t("findings.title")}>
          <ol class="lh-audit-list" data-act="findings">
            {items.map((one) => (
              <li key={one.id} data-finding={one.kind}>
                <OneFinding finding={one} chosen={chosen} />
              </li>
            ))}
          </ol>
          {found.hasNextPage && (
            <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t("act.more")}
            </Button>
          )}
        </section>
      )}
      <Limits />
    </div>
  );
}

/** How many there are of each kind; each leads to its list. */
function Kinds({ counts, chosen }: { counts: FindingCounts; chosen: Chosen }) {
  const shown = counts.kinds.filter((one) => one.count > 0 || one.kind === chosen.kind);
  const waiting = counts.entries - counts.read;
  return (
    <section class="lh-stack" aria-label={t("findings.kinds")}>
      <ul class="lh-findings-kinds">
        <li>
          <a class="lh-findings-kind" href={findingsAt({ ...chosen, kind: "" })} aria-current={chosen.kind ? undefined : "true"}>
            <span class="lh-findings-count lh-numeric">{counts.total.toLocaleString()}</span>
            {t("findings.anyKind")}
          </a>
        </li>
        {shown.map((one) => (
          <li key={one.kind}>
            <a class={`lh-findings-kind lh-findings-${TONES[one.kind] ?? "neutral"}`} href={findingsAt({ ...chosen, kind: one.kind })} aria-current={chosen.kind === one.kind ? "true" : undefined} data-kind={one.kind}>
              <span class="lh-findings-count lh-numeric">{one.count.toLocaleString()}</span>
              {one.name}
            </a>
          </li>
        ))}
      </ul>
      <p class="lh-plain lh-small lh-quiet lh-numeric">
        {waiting > 0 ? t("findings.readSome", { read: counts.read.toLocaleString(), entries: counts.entries.toLocaleString() }) : t("findings.readAll", { entries: counts.entries.toLocaleString() })}
      </p>
    </section>
  );
}

function Filters({ chosen, go }: { chosen: Chosen; go: (change: Chosen) => void }) {
  const known = useQuery({ queryKey: ["definitions"], queryFn: definitions });
  const [number, setNumber] = useState(chosen.case ?? "");
  useEffect(() => setNumber(chosen.case ?? ""), [chosen.case]);
  const narrowed = (["clause", "rule", "element", "version"] as const).filter((name) => chosen[name]);
  const state = chosen.state ?? "open";
  return (
    <form
      class="lh-findings-filters"
      role="search"
      aria-label={t("findings.filters")}
      onSubmit={(event) => {
        event.preventDefault();
        go({ case: number.trim() });
      }}
    >
      <label class="lh-field">
        <span class="lh-label">{t("findings.state")}</span>
        <select class="lh-input lh-select" name="state" value={state} onChange={(event) => go({ state: event.currentTarget.value === "open" ? "" : event.currentTarget.value })}>
          {STATES.map((one) => (
            <option key={one.state} value={one.state}>
              {t(one.text)}
            </option>
          ))}
        </select>
      </label>
      <label class="lh-field">
        <span class="lh-label">{t("findings.definition")}</span>
        <select class="lh-input lh-select" name="definition" value={chosen.definition ?? ""} onChange={(event) => go({ definition: event.currentTarget.value, version: "", clause: "", element: "" })}>
          <option value="">{t("findings.anyDefinition")}</option>
          {(known.data?.items ?? []).map((one) => (
            <option key={one.key} value={one.key}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <label class="lh-field">
        <span class="lh-label">{t("findings.from")}</span>
        <input class="lh-input" type="date" name="from" value={chosen.from ?? ""} onChange={(event) => go({ from: event.currentTarget.value })} />
      </label>
      <label class="lh-field">
        <span class="lh-label">{t("findings.to")}</span>
        <input class="lh-input" type="date" name="to" value={chosen.to ?? ""} onChange={(event) => go({ to: event.currentTarget.value })} />
      </label>
      <div class="lh-field">
        <label class="lh-label" for="finding-unit">
          {t("findings.unit")}
        </label>
        <Picker component={UNIT} id="finding-unit" value={chosen.unit ?? null} within={undefined} describedBy={undefined} invalid={false} required={false} onChange={(unit) => go({ unit: unit ?? "" })} />
      </div>
      <div class="lh-field">
        <label class="lh-label" for="finding-person">
          {t("findings.person")}
        </label>
        <Picker component={PERSON} id="finding-person" value={chosen.person ?? null} within={undefined} describedBy={undefined} invalid={false} required={false} onChange={(person) => go({ person: person ?? "" })} />
      </div>
      <label class="lh-field">
        <span class="lh-label">{t("findings.case")}</span>
        <input class="lh-input" type="search" name="case" maxLength={60} value={number} onInput={(event) => setNumber(event.currentTarget.value)} onBlur={() => number.trim() !== (chosen.case ?? "") && go({ case: number.trim() })} />
      </label>
      {narrowed.map((name) => (
        <a key={name} class="lh-button" href={findingsAt({ ...chosen, [name]: "" })} aria-label={t("findings.without", { what: chosen[name] ?? "" })}>
          {chosen[name]} ×
        </a>
      ))}
    </form>
  );
}

/** Where most of them are; each leads to its list. */
function Places({ counts, chosen }: { counts: FindingCounts; chosen: Chosen }) {
  useEffect(() => {
    for (const unit of counts.units) learn(unit.id, unit.name);
    for (const person of counts.people) if (person.id) learn(person.id, person.name);
  }, [counts]);
  const groups = [
    { text: "findings.byUnit", field: "unit", items: counts.units.map((one) => ({ id: one.id, name: one.name, count: one.count })) },
    { text: "findings.byPerson", field: "person", items: counts.people.map((one) => ({ id: one.id ?? "", name: one.name, count: one.count })) },
    { text: "findings.byDefinition", field: "definition", items: counts.definitions.map((one) => ({ id: one.key, name: one.name, count: one.count })) },
  ] as const;
  if (counts.total === 0) return null;
  return (
    <details class="lh-details lh-card lh-card-pad">
      <summary>{t("findings.where")}</summary>
      <div class="lh-findings-places">
        {groups.map((group) => (
          <section key={group.field} aria-label={t(group.text)}>
            <h2 class="lh-h3">{t(group.text)}</h2>
            <ul class="lh-findings-rank">
              {group.items.map((one) => (
                <li key={one.id}>
                  <a class="lh-link" href={findingsAt({ ...chosen, [group.field]: one.id })}>
                    {one.name}
                  </a>
                  <span class="lh-numeric">{one.count.toLocaleString()}</span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </details>
  );
}

function OneFinding({ finding, chosen }: { finding: AuditFinding; chosen: Chosen }) {
  const [sheet, setSheet] = useState(false);
  const known = useQueryClient();
  const isAside = finding.set_aside !== null;
  const isOfCase = finding.chain === finding.case.id;
  return (
    <>
      <span class="lh-row lh-spread">
        <span class="lh-row">
          <Pill tone={TONES[finding.kind] ?? "neutral"}>{finding.kind_name}</Pill>
          <a class="lh-link" href={`/cases/${finding.case.id}`}>
            {finding.case.title}
          </a>
        </span>
        <span class="lh-small lh-quiet lh-numeric">
          {finding.case.number} · {longTime(finding.at)}
        </span>
      </span>
      {finding.sentence && <span>{finding.sentence}</span>}
      {finding.said && <span class="lh-findings-said">{finding.said}</span>}
      {finding.kind === "deviation" && (
        <dl class="lh-findings-deviation">
          <div>
            <dt>{t("findings.expected")}</dt>
            <dd>{finding.expected.join(t("form.and")) || t("findings.nothing")}</dd>
          </div>
          <div>
            <dt>{t("findings.actual")}</dt>
            <dd>{finding.actual.join(t("form.and")) || t("findings.nothing")}</dd>
          </div>
        </dl>
      )}
      <span class="lh-sub">
        {[finding.unit.name, t("findings.version", { name: finding.definition.name, n: finding.version }), finding.element_name, finding.person?.name].filter(Boolean).join(" · ")}
        {finding.clause && (
          <>
            {" · "}
            <a class="lh-link" href={findingsAt({ ...chosen, definition: finding.definition.key, clause: finding.clause.id })}>
              {finding.clause.article ?? finding.clause.id}
            </a>
          </>
        )}
      </span>
      {finding.set_aside && (
        <p class="lh-audit-note">{t("findings.asideBy", { who: finding.set_aside.by?.name ?? "—", at: longTime(finding.set_aside.at), reason: finding.set_aside.reason })}</p>
      )}
      <span class="lh-row">
        {isOfCase && (
          <a class="lh-button" href={`/cases/${finding.case.id}/relive?entry=${finding.seq}`}>
            {t("findings.relive", { n: finding.seq })}
          </a>
        )}
        <Button onClick={() => setSheet(true)} data={isAside ? "take-up" : "set-aside"}>
          {t(isAside ? "findings.takeUp" : "findings.aside")}
        </Button>
      </span>
      {sheet && (
        <ReasonSheet
          title={t(isAside ? "findings.takeUp" : "findings.aside")}
          kind="neutral"
          label={t("findings.reason")}
          hint={t(isAside ? "findings.takeUpHint" : "findings.asideHint")}
          run={(reason) => (isAside ? takeUp(finding, reason) : setAside(finding, reason))}
          onDone={() => {
            setSheet(false);
            toast({ text: t(isAside ? "findings.takenUp" : "findings.wasSetAside") });
            void known.invalidateQueries({ queryKey: ["findings"] });
          }}
          onClose={() => setSheet(false)}
        />
      )}
    </>
  );
}
