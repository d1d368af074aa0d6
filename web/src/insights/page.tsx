/** How the work goes: figures, each of which leads to the list of what it counts. */
import { keepPreviousData, useQuery } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { Refusal } from "../contract/client";
import { t, type Key } from "../texts";
import { longTime, shortDay } from "../ui/dates";
import { Icon } from "../ui/icon";
import { LoadFailure } from "../ui/notice";
import { Empty, Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { address, listAddress, overview, scopeOf, stepFigures, unitFigures, waits, type ListFilter, type Overview, type Scope, type StepFigures, type UnitFigures } from "./calls";
import { Bars, Columns, Lines } from "./charts";
import { Counted, Grid, type Point } from "./grid";
import { HeatMap } from "./heat";
import { lengthOf, percent, spreadOf, unitName, type Clock } from "./words";
import "./insights.css";

export function InsightsPage() {
  const { query, route } = useLocation();
  useTitle(t("nav.insights"));
  const scope = scopeOf(query);
  const by = query["by"] === "month" ? "month" : "week";
  const found = useQuery({ queryKey: ["insights", scope, by], queryFn: () => overview(scope, by), staleTime: 60_000, placeholderData: keepPreviousData });
  const go = (change: Record<string, string>) => route(address("/insights", { ...scope, by: query["by"] ?? "", ...change }), true);
  const whole = found.data;
  return (
    <div class="lh-wide">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("nav.insights")}</h1>
          <p class="lh-plain lh-quiet">{t("insights.what")}</p>
        </div>
        <a class="lh-button" href={address("/insights/report", { unit: scope.unit, definition: scope.definition })}>
          <Icon name="file" />
          {t("insights.report")}
        </a>
      </header>
      {whole && <Filter whole={whole} scope={scope} by={by} go={go} />}
      {found.isPending ? (
        <Skeleton lines={8} />
      ) : !whole || found.isError ? (
        found.error instanceof Refusal && found.error.status === 403 ? (
          <Empty title={t("insights.notYours")}>
            <p class="lh-plain">{found.error.message}</p>
          </Empty>
        ) : (
          <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
        )
      ) : (
        <Figures whole={whole} asked={scope} />
      )}
    </div>
  );
}

function Filter({ whole, scope, by, go }: { whole: Overview; scope: Scope; by: string; go: (change: Record<string, string>) => void }) {
  const procedure = whole.definitions.find((one) => one.key === scope.definition);
  return (
    <div class="lh-insights-filter" role="search">
      <label class="lh-label">
        {t("insights.procedure")}
        <select class="lh-input lh-select" value={scope.definition ?? ""} onChange={(event) => go({ definition: event.currentTarget.value, version: "" })}>
          <option value="">{t("inbox.allDefinitions")}</option>
          {whole.definitions.map((one) => (
            <option key={one.key} value={one.key}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      {procedure && procedure.versions.length > 1 && (
        <label class="lh-label">
          {t("definitions.versionLabel")}
          <select class="lh-input lh-select" value={scope.version ?? ""} onChange={(event) => go({ version: event.currentTarget.value })}>
            <option value="">{t("insights.allVersions")}</option>
            {procedure.versions.map((version) => (
              <option key={version} value={version}>
                {t("definitions.version", { n: version })}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="lh-label">
        {t("audit.from")}
        <input class="lh-input" type="date" value={whole.from} max={whole.to} onChange={(event) => event.currentTarget.value && go({ from: event.currentTarget.value, to: whole.to })} />
      </label>
      <label class="lh-label">
        {t("audit.to")}
        <input class="lh-input" type="date" value={whole.to} min={whole.from} onChange={(event) => event.currentTarget.value && go({ from: whole.from, to: event.currentTarget.value })} />
      </label>
      <label class="lh-label">
        {t("insights.by")}
        <select class="lh-input lh-select" value={by} onChange={(event) => go({ by: event.currentTarget.value })}>
          <option value="week">{t("insights.week")}</option>
          <option value="month">{t("insights.month")}</option>
        </select>
      </label>
      {whole.unit && (
        <nav class="lh-row lh-small" aria-label={t("insights.unit")}>
          <button type="button" class="lh-plain lh-link" onClick={() => go({ unit: "" })}>
            {t("insights.allUnits")}
          </button>
          {whole.above.map((unit) => (
            <button type="button" key={unit.id} class="lh-plain lh-link" onClick={() => go({ unit: unit.code })}>
              {unit.name}
            </button>
          ))}
          <span class="lh-strong" aria-current="location">
            {whole.unit.name}
          </span>
        </nav>
      )}
    </div>
  );
}

function Figures({ whole, asked }: { whole: Overview; asked: Scope }) {
  const [clock, setClock] = useState<Clock>("office");
  // The days as they were answered: a list that is opened tomorrow is of the same days.
  const scope: Scope = { ...asked, from: whole.from, to: whole.to };
  const of = (filter: Omit<ListFilter, keyof Scope> & Partial<Scope>) => listAddress({ ...scope, ...filter });
  const steps = useQuery({ queryKey: ["insights", "steps", scope], queryFn: () => stepFigures(scope), staleTime: 60_000 });
  return (
    <div class="lh-stack" style={{ gap: "18px" }}>
      <Cards whole={whole} of={of} clock={clock} />
      <p class="lh-plain lh-small lh-quiet lh-numeric">{t("insights.asOf", { at: longTime(whole.as_of), from: shortDay(whole.from, whole.to), to: shortDay(whole.to) })}</p>
      <div class="lh-insights-pair">
        <Lines
          title={t("insights.flow")}
          series={[
            { name: t("insights.started"), tone: "info" },
            { name: t("insights.finished"), tone: "brand" },
          ]}
          points={whole.flow.map((one) => ({
            label: t("insights.days_from_to", { from: shortDay(one.from), to: shortDay(one.to) }),
            short: shortDay(one.from),
            values: [one.started, one.finished],
            hrefs: ["started", "finished"].map((figure) => of({ of: "cases", figure, from: one.from, to: one.to })),
          }))}
        />
        <Columns
          title={t("insights.ages")}
          series={[{ name: t("insights.open"), tone: "warn" }]}
          points={whole.ages.map((one) => {
            const label = one.to_days === null ? t("insights.older", { n: one.from_days }) : t("insights.age", { from: one.from_days, to: one.to_days });
            return { label, short: one.to_days === null ? `≥ ${one.from_days}` : `${one.from_days}–${one.to_days}`, values: [one.count], hrefs: [of({ of: "cases", figure: "open", age: String(one.age) })] };
          })}
        />
      </div>
      <div class="lh-row">
        <span id="insights-clock">{t("insights.clocks")}</span>
        <div class="lh-segment lh-insights-switch" role="group" aria-labelledby="insights-clock">
          {(["office", "clock"] as const).map((one) => (
            <button key={one} type="button" class="lh-segment-item" aria-pressed={clock === one} onClick={() => setClock(one)}>
              {t(`insights.${one}`)}
            </button>
          ))}
        </div>
      </div>
      {steps.isPending ? <Skeleton /> : steps.isError ? <LoadFailure error={steps.error} onRetry={() => void steps.refetch()} /> : <Steps items={steps.data.items} scope={scope} clock={clock} of={of} />}
      <Units scope={scope} clock={clock} of={of} />
      <Waits scope={scope} of={of} />
    </div>
  );
}

type Of = (filter: Omit<ListFilter, keyof Scope> & Partial<Scope>) => string;

function Cards({ whole, of, clock }: { whole: Overview; of: Of; clock: Clock }) {
  const { cases, tasks, times } = whole;
  const wait = spreadOf(times, "wait", clock);
  const cards: { label: Key; value: string | number; href?: string; sub?: string; danger?: boolean }[] = [
    { label: "insights.open", value: cases.open, href: of({ of: "cases", figure: "open" }) },
    { label: "insights.overdue", value: tasks.overdue, href: of({ of: "tasks", figure: "overdue" }), danger: tasks.overdue > 0 },
    { label: "insights.due_today", value: tasks.due_today, href: of({ of: "tasks", figure: "due_today" }) },
    { label: "insights.started", value: cases.started, href: of({ of: "cases", figure: "started" }) },
    { label: "insights.finished", value: cases.finished, href: of({ of: "cases", figure: "finished" }) },
    { label: "insights.done", value: tasks.done, href: of({ of: "tasks", figure: "done" }) },
    { label: "insights.keptShare", value: percent(tasks.kept, tasks.with_term), href: of({ of: "tasks", figure: "late" }), sub: t("insights.keptOf", { kept: tasks.kept, of: tasks.with_term, late: tasks.late }) },
    { label: "insights.returned", value: tasks.returned, href: of({ of: "tasks", figure: "returned" }), sub: t("insights.redoneToo", { n: tasks.redone }) },
    { label: "insights.waitP50", value: lengthOf(wait?.p50), href: of({ of: "tasks", figure: "waited" }), sub: t("insights.p90", { time: lengthOf(wait?.p90) }) },
    { label: "insights.workP50", value: lengthOf(spreadOf(times, "work", clock)?.p50), href: of({ of: "tasks", figure: "handled" }), sub: t("insights.p90", { time: lengthOf(spreadOf(times, "work", clock)?.p90) }) },
  ];
  return (
    <ul class="lh-insights-cards">
      {cards.map((card) => (
        <li key={card.label}>
          <a class="lh-card lh-insights-card" href={card.href} data-figure={card.label}>
            <span class="lh-small lh-quiet">{t(card.label)}</span>
            <span class="lh-insights-value" data-tone={card.danger ? "danger" : undefined}>
              {card.value}
            </span>
            {card.sub && <span class="lh-sub">{card.sub}</span>}
          </a>
        </li>
      ))}
    </ul>
  );
}

function Steps({ items, scope, clock, of }: { items: readonly StepFigures[]; scope: Scope; clock: Clock; of: Of }) {
  if (items.length === 0) return <Empty title={t("insights.nothing")} />;
  const back = items.filter((step) => step.returned + step.redone > 0).slice(0, 12);
  const named = (step: StepFigures) => (step.step ? t("step.named", { step: step.step, name: step.name }) : step.name);
  const at = (step: StepFigures, figure: string) => of({ of: "tasks", figure, definition: step.definition, element: step.element });
  return (
    <>
      {scope.definition && <HeatMap definition={scope.definition} version={scope.version} items={items} clock={clock} />}
      <section class="lh-card lh-card-pad lh-stack" aria-labelledby="insights-steps">
        <h2 class="lh-h2" id="insights-steps">
          {t("insights.steps")}
        </h2>
        <div class="lh-figures-scroll" tabIndex={0} role="group" aria-labelledby="insights-steps">
          <table class="lh-figures" data-table="steps">
            <thead>
              <tr>
                <th scope="col">{t("insights.step")}</th>
                <Heads />
              </tr>
            </thead>
            <tbody>
              {items.map((step) => (
                <tr key={`${step.definition}/${step.element}`}>
                  <th scope="row">
                    {named(step)}
                    {!scope.definition && <span class="lh-sub">{step.definition_name}</span>}
                  </th>
                  <Cells one={step} clock={clock} at={(figure) => at(step, figure)} />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      {back.length > 0 && (
        <Bars
          title={t("insights.back")}
          series={[
            { name: t("insights.returned"), tone: "warn" },
            { name: t("insights.redone"), tone: "danger" },
          ]}
          points={back.map((step) => ({
            label: scope.definition ? named(step) : `${named(step)} · ${step.definition_name}`,
            short: named(step),
            values: [step.returned, step.redone],
            hrefs: [at(step, "returned"), at(step, "redone")],
          }))}
        />
      )}
    </>
  );
}

const HEADS: readonly Key[] = ["insights.done", "insights.openTasks", "insights.overdue", "insights.wait", "insights.work", "insights.keptShare", "insights.late", "insights.returned", "insights.redone"];

function Heads() {
  return (
    <>
      {HEADS.map((key) => (
        <th key={key} scope="col">
          {t(key)}
        </th>
      ))}
    </>
  );
}

function Cells({ one, clock, at }: { one: StepFigures | UnitFigures; clock: Clock; at: (figure: string) => string }) {
  const hidden = one.times === null && one.done > 0 && "people" in one;
  return (
    <>
      <td>
        <Counted value={one.done} href={at("done")} />
      </td>
      <td>
        <Counted value={one.open} href={at("open")} />
      </td>
      <td>
        <Counted value={one.overdue} href={at("overdue")} />
      </td>
      {(["wait", "work"] as const).map((what) => {
        const spread = spreadOf(one.times, what, clock);
        return (
          <td key={what} class="lh-figures-times">
            {hidden ? (
              <span class="lh-quiet">{t("insights.hidden")}</span>
            ) : spread ? (
              <>
                {lengthOf(spread.p50)}
                <span class="lh-sub">{t("insights.p90mean", { p90: lengthOf(spread.p90), mean: lengthOf(spread.mean) })}</span>
              </>
            ) : (
              "–"
            )}
          </td>
        );
      })}
      <td>{percent(one.kept, one.with_term)}</td>
      <td>
        <Counted value={one.late} href={at("late")} />
      </td>
      <td>
        <Counted value={one.returned} href={at("returned")} />
      </td>
      <td>
        <Counted value={one.redone} href={at("redone")} />
      </td>
    </>
  );
}

function Units({ scope, clock, of }: { scope: Scope; clock: Clock; of: Of }) {
  const found = useQuery({ queryKey: ["insights", "units", scope], queryFn: () => unitFigures(scope), staleTime: 60_000 });
  if (found.isPending) return <Skeleton />;
  if (found.isError) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const items = found.data.items;
  if (items.length === 0) return null;
  const at = (one: UnitFigures, figure: string) => of({ of: "tasks", figure, unit: one.of ?? "", reach: one.reach });
  const withTerm = items.filter((one) => one.with_term > 0).slice(0, 12);
  return (
    <>
      {withTerm.length > 0 && (
        <Bars
          title={t("insights.onTime")}
          series={[
            { name: t("insights.kept"), tone: "brand" },
            { name: t("insights.late"), tone: "danger" },
          ]}
          points={withTerm.map((one) => ({ label: unitName(one), values: [one.kept, one.late], hrefs: [at(one, "kept"), at(one, "late")] }))}
        />
      )}
      <section class="lh-card lh-card-pad lh-stack" aria-labelledby="insights-units">
        <h2 class="lh-h2" id="insights-units">
          {t("insights.units")}
        </h2>
        <p class="lh-plain lh-small lh-quiet">{t("insights.few")}</p>
        <div class="lh-figures-scroll" tabIndex={0} role="group" aria-labelledby="insights-units">
          <table class="lh-figures" data-table="units">
            <thead>
              <tr>
                <th scope="col">{t("insights.unit")}</th>
                <th scope="col">{t("insights.openCases")}</th>
                <Heads />
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={`${one.of}/${one.reach}`}>
                  <th scope="row">
                    {one.unit && one.reach === "below" ? (
                      <a class="lh-link" href={address("/insights", { ...scope, unit: one.unit.code })}>
                        {unitName(one)}
                      </a>
                    ) : (
                      unitName(one)
                    )}
                  </th>
                  <td>
                    <Counted value={one.cases.open} href={of({ of: "cases", figure: "open", unit: one.of ?? "", reach: one.reach })} />
                  </td>
                  <Cells one={one} clock={clock} at={(figure) => at(one, figure)} />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  );
}

const MOST = 14;

function Waits({ scope, of }: { scope: Scope; of: Of }) {
  const found = useQuery({ queryKey: ["insights", "waits", scope], queryFn: () => waits(scope), staleTime: 60_000 });
  if (!found.data || found.data.items.length === 0) return null;
  const key = (group: { of: string | null; reach: string }) => `${group.of ?? ""}/${group.reach}`;
  const order = (pick: "whose" | "whom") => {
    const sums = new Map<string, { group: (typeof found.data.items)[number]["whose"]; count: number }>();
    for (const one of found.data.items) {
      const group = one[pick];
      sums.set(key(group), { group, count: (sums.get(key(group))?.count ?? 0) + one.count });
    }
    return [...sums.values()].sort((a, b) => b.count - a.count);
  };
  const whose = order("whose");
  const whom = order("whom");
  const counts = new Map(found.data.items.map((one) => [`${key(one.whose)} ${key(one.whom)}`, one.count]));
  const points: Point[] = whose.slice(0, MOST).map(({ group }) => ({
    label: unitName(group),
    values: whom.slice(0, MOST).map((other) => counts.get(`${key(group)} ${key(other.group)}`) ?? 0),
    hrefs: whom
      .slice(0, MOST)
      .map((other) => of({ of: "tasks", figure: "open", unit: other.group.of ?? "", reach: other.group.reach, for_unit: group.of ?? "", for_reach: group.reach })),
  }));
  return (
    <section class="lh-card lh-card-pad lh-stack" aria-labelledby="insights-waits">
      <h2 class="lh-h2" id="insights-waits">
        {t("insights.waits")}
      </h2>
      <p class="lh-plain lh-small lh-quiet">
        {t("insights.waitsWhat")} {(whose.length > MOST || whom.length > MOST) && t("insights.most", { n: MOST })}
      </p>
      <Grid title={t("insights.waits")} columns={whom.slice(0, MOST).map(({ group }) => unitName(group))} rows={points} heat />
    </section>
  );
}
