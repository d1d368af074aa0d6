/** Where it is slow, late, busy or done again: the diagram in shades, and the same numbers beside it. */
import { useQuery } from "@tanstack/preact-query";
import { useMemo, useState } from "preact/hooks";
import { Drawn } from "../definitions/drawn";
import { t } from "../texts";
import { LoadFailure } from "../ui/notice";
import { Skeleton } from "../ui/states";
import { drawing, type StepFigures } from "./calls";
import { lengthOf, spreadOf, type Clock } from "./words";

const MEASURES = ["wait", "overdue", "count", "rework"] as const;
type Measure = (typeof MEASURES)[number];

/** What a step has of a measure, and how it is said. */
function heatOf(step: StepFigures, measure: Measure, clock: Clock): [value: number, said: string] {
  if (measure === "wait") {
    const mean = spreadOf(step.times, "wait", clock)?.mean ?? 0;
    return [mean, lengthOf(step.times ? mean : null)];
  }
  const value = measure === "overdue" ? step.overdue : measure === "count" ? step.done + step.open : step.returned + step.redone;
  return [value, String(value)];
}

export function HeatMap({ definition, version, items, clock }: { definition: string; version: string | undefined; items: readonly StepFigures[]; clock: Clock }) {
  const [measure, setMeasure] = useState<Measure>("wait");
  const found = useQuery({ queryKey: ["insights", "diagram", definition, version], queryFn: () => drawing(definition, version), staleTime: 600_000 });
  const rows = useMemo(() => items.filter((step) => step.definition === definition).map((step) => ({ step, heat: heatOf(step, measure, clock) })), [items, definition, measure, clock]);
  const heat = useMemo(() => {
    const most = Math.max(1, ...rows.map(({ heat: [value] }) => value));
    return Object.fromEntries(rows.filter(({ heat: [value] }) => value > 0).map(({ step, heat: [value, said] }) => [step.element, { level: Math.max(1, Math.ceil((4 * value) / most)), said }]));
  }, [rows]);
  return (
    <section class="lh-card lh-card-pad lh-stack" aria-labelledby="insights-heat">
      <div class="lh-row lh-spread">
        <h2 class="lh-h2" id="insights-heat">
          {t("insights.heat")}
        </h2>
        <div class="lh-segment lh-insights-switch" role="group" aria-label={t("insights.heatBy")}>
          {MEASURES.map((one) => (
            <button key={one} type="button" class="lh-segment-item" aria-pressed={measure === one} onClick={() => setMeasure(one)} data-heat={one}>
              {t(`insights.heat_${one}`)}
            </button>
          ))}
        </div>
      </div>
      {found.isPending ? <Skeleton /> : found.isError ? <LoadFailure error={found.error} onRetry={() => void found.refetch()} /> : <Drawn xml={found.data.xml} texts={found.data.texts} heat={heat} />}
      <div class="lh-figures-scroll" tabIndex={0} role="group" aria-label={t("insights.heatTable")}>
        <table class="lh-figures" data-table="heat">
          <thead>
            <tr>
              <th scope="col">{t("insights.step")}</th>
              <th scope="col">{t(`insights.heat_${measure}`)}</th>
            </tr>
          </thead>
          <tbody>
            {[...rows]
              .sort((a, b) => b.heat[0] - a.heat[0])
              .map(({ step, heat: [, said] }) => (
                <tr key={step.element}>
                  <th scope="row">{step.step ? t("step.named", { step: step.step, name: step.name }) : step.name}</th>
                  <td>{said}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
