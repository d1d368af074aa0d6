/** The report of a month as a sheet that prints, and as PDF. */
import { useQuery } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { Refusal } from "../contract/client";
import { t } from "../texts";
import { longTime, shortDay } from "../ui/dates";
import { LoadFailure } from "../ui/notice";
import { Printout } from "../ui/paper";
import { language } from "../ui/preferences";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { address, listAddress, report, type ListFilter, type Report, type StepFigures, type UnitFigures } from "./calls";
import { Lines } from "./charts";
import { Counted } from "./grid";
import { lengthOf, percent, spreadOf, unitName } from "./words";
import "./insights.css";

export function InsightsReportPage() {
  const { query, route } = useLocation();
  const spoken = useStore(language);
  const given = { month: query["month"] ?? "", unit: query["unit"] ?? "", definition: query["definition"] ?? "" };
  const found = useQuery({ queryKey: ["insights", "report", given], queryFn: () => report(given), staleTime: 60_000 });
  const month = found.data?.month ?? given.month;
  useTitle(t("insights.reportOf", { month }));
  return (
    <Printout back={address("/insights", { unit: given.unit, definition: given.definition })} name={t("nav.insights")}>
      <div class="lh-insights-filter lh-report-tools">
        <label class="lh-label">
          {t("insights.month")}
          <input class="lh-input" type="month" value={month} onChange={(event) => event.currentTarget.value && route(address("/insights/report", { ...given, month: event.currentTarget.value }), true)} />
        </label>
        {month && (
          <a class="lh-button" href={address("/api/v1/insights/report/pdf", { ...given, month, language: spoken })} target="_blank" rel="noopener" data-action="report-pdf">
            {t("insights.pdf")}
          </a>
        )}
      </div>
      {found.isPending ? (
        <Skeleton lines={10} />
      ) : !found.data ? (
        found.error instanceof Refusal && found.error.status === 403 ? (
          <Empty title={t("insights.notYours")}>
            <p class="lh-plain">{found.error.message}</p>
          </Empty>
        ) : (
          <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
        )
      ) : (
        <Sheet made={found.data} asked={given} />
      )}
    </Printout>
  );
}

function Sheet({ made, asked }: { made: Report; asked: { unit: string; definition: string } }) {
  const label = (name: string) => made.meanings.find((one) => one.name === name)?.label ?? name;
  const of = (filter: ListFilter) => listAddress({ ...(asked.unit ? { unit: asked.unit } : {}), ...(asked.definition ? { definition: asked.definition } : {}), from: made.from, to: made.to, ...filter });
  const past = { from: made.before.from, to: made.before.to };
  return (
    <article class="lh-paper lh-report">
      <header class="lh-paper-head">
        <div>
          <p class="lh-paper-kind">{made.unit?.name ?? made.office}</p>
          <h1 class="lh-paper-title">{t("insights.reportOf", { month: made.month })}</h1>
          <p class="lh-paper-kind">{t("insights.asOf", { at: longTime(made.as_of), from: shortDay(made.from, made.to), to: shortDay(made.to) })}</p>
        </div>
      </header>
      <section class="lh-paper-part" aria-label={t("insights.figure")}>
        <table class="lh-paper-table" data-table="facts">
          <thead>
            <tr>
              <th scope="col">{t("insights.figure")}</th>
              <th scope="col">{t("insights.thisMonth")}</th>
              <th scope="col">{t("insights.monthBefore")}</th>
            </tr>
          </thead>
          <tbody>
            {(["started", "finished", "broken_off"] as const).map((name) => (
              <tr key={name}>
                <th scope="row">{label(name)}</th>
                <td>
                  <Counted value={made.cases[name]} href={of({ of: "cases", figure: name })} />
                </td>
                <td>
                  <Counted value={made.before.cases[name]} href={of({ of: "cases", figure: name, ...past })} />
                </td>
              </tr>
            ))}
            {(["done", "late", "returned", "redone"] as const).map((name) => (
              <tr key={name}>
                <th scope="row">{label(name)}</th>
                <td>
                  <Counted value={made.tasks[name]} href={of({ of: "tasks", figure: name })} />
                </td>
                <td>
                  <Counted value={made.before.tasks[name]} href={of({ of: "tasks", figure: name, ...past })} />
                </td>
              </tr>
            ))}
            <tr>
              <th scope="row">{label("kept")}</th>
              <td>{percent(made.tasks.kept, made.tasks.with_term)}</td>
              <td>{percent(made.before.tasks.kept, made.before.tasks.with_term)}</td>
            </tr>
            <tr>
              <th scope="row">{t("insights.nowOf", { name: label("open") })}</th>
              <td>
                <Counted value={made.cases.open} href={of({ of: "cases", figure: "open" })} />
              </td>
              <td />
            </tr>
            {(["overdue", "due_today"] as const).map((name) => (
              <tr key={name}>
                <th scope="row">{label(name)}</th>
                <td>
                  <Counted value={made.tasks[name]} href={of({ of: "tasks", figure: name })} />
                </td>
                <td />
              </tr>
            ))}
            {(["wait", "work"] as const).flatMap((what) =>
              (["office", "clock"] as const).map((clock) => (
                <tr key={`${what}/${clock}`}>
                  <th scope="row">
                    {label(what)} · {t(`insights.${clock}`)}
                    <span class="lh-paper-sub">{t("insights.spread")}</span>
                  </th>
                  {[made.times, made.before.times].map((times, n) => {
                    const spread = spreadOf(times, what, clock);
                    return <td key={n}>{spread ? [spread.p50, spread.p90, spread.mean].map(lengthOf).join(" / ") : "–"}</td>;
                  })}
                </tr>
              )),
            )}
          </tbody>
        </table>
      </section>
      <Lines
        title={t("insights.flow")}
        series={[
          { name: label("started"), tone: "info" },
          { name: label("finished"), tone: "brand" },
        ]}
        points={made.flow.map((one) => ({
          label: t("insights.days_from_to", { from: shortDay(one.from), to: shortDay(one.to) }),
          short: shortDay(one.from),
          values: [one.started, one.finished],
          hrefs: ["started", "finished"].map((figure) => of({ of: "cases", figure, from: one.from, to: one.to })),
        }))}
      />
      <Part title={t("insights.steps")} head={t("insights.step")} rows={made.steps.map((one) => ({ one, name: one.step ? t("step.named", { step: one.step, name: one.name }) : one.name, sub: one.definition_name, at: { definition: one.definition, element: one.element } }))} label={label} of={of} />
      <Part title={t("insights.units")} head={t("insights.unit")} rows={made.units.map((one) => ({ one, name: unitName(one), sub: "", at: { unit: one.of ?? "", reach: one.reach } }))} label={label} of={of} />
      <section class="lh-paper-part">
        <h2>{t("insights.meanings")}</h2>
        <dl class="lh-paper-lines" style={{ gridTemplateColumns: "1fr" }}>
          {made.meanings.map((one) => (
            <div key={one.name}>
              <dt>{one.label}</dt>
              <dd>{one.text}</dd>
            </div>
          ))}
        </dl>
      </section>
    </article>
  );
}

interface Row {
  one: StepFigures | UnitFigures;
  name: string;
  sub: string;
  at: Partial<ListFilter>;
}

function Part({ title, head, rows, label, of }: { title: string; head: string; rows: readonly Row[]; label: (name: string) => string; of: (filter: ListFilter) => string }) {
  if (rows.length === 0) return null;
  return (
    <section class="lh-paper-part">
      <h2>{title}</h2>
      <div class="lh-figures-scroll" tabIndex={0} role="group" aria-label={title}>
        <table class="lh-paper-table">
          <thead>
            <tr>
              <th scope="col">{head}</th>
              {["done", "kept", "returned", "redone", "wait", "work", "overdue"].map((name) => (
                <th key={name} scope="col">
                  {label(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ one, name, sub, at }) => (
              <tr key={JSON.stringify(at)}>
                <th scope="row">
                  {name}
                  {sub && <span class="lh-paper-sub">{sub}</span>}
                </th>
                <td>
                  <Counted value={one.done} href={of({ of: "tasks", figure: "done", ...at })} />
                </td>
                <td>{percent(one.kept, one.with_term)}</td>
                <td>
                  <Counted value={one.returned} href={of({ of: "tasks", figure: "returned", ...at })} />
                </td>
                <td>
                  <Counted value={one.redone} href={of({ of: "tasks", figure: "redone", ...at })} />
                </td>
                {(["wait", "work"] as const).map((what) => (
                  <td key={what}>{one.times === null && one.done > 0 && "people" in one ? t("insights.hidden") : lengthOf(spreadOf(one.times, what, "office")?.p50)}</td>
                ))}
                <td>
                  <Counted value={one.overdue} href={of({ of: "tasks", figure: "overdue", ...at })} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
