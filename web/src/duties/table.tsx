/** The rules of separation of one procedure: where each is enforced, and which units cannot keep it. */
import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { t } from "../texts";
import { Button } from "../ui/button";
import { LoadFailure, Notice } from "../ui/notice";
import { Skeleton } from "../ui/states";
import { dutiesOf, type DutyBound, type DutyGap } from "./calls";
import { RuleCell, TermsCell } from "./enforcement";
import "./duties.css";

export function Duties({ definitionKey }: { definitionKey: string }) {
  const [tried, setTried] = useState(false);
  const [all, setAll] = useState(false);
  const found = useQuery({ queryKey: ["duties", definitionKey, tried], queryFn: () => dutiesOf(definitionKey, tried), staleTime: 60_000, placeholderData: (before) => before });
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const gaps = [...found.data.rules.flatMap((rule) => rule.gaps), ...found.data.other_gaps];
  const bound = found.data.rules.filter((rule) => all || rule.elements.length > 0);
  return (
    <div class="lh-stack">
      {found.data.findings.map((finding) => (
        <Notice key={`${finding.rule}/${finding.element ?? ""}`} tone={finding.severity === "error" ? "danger" : "warn"} title={finding.message}>
          <p class="lh-plain">{finding.remedy}</p>
        </Notice>
      ))}
      <div class="lh-row">
        <Button busy={found.isFetching} onClick={() => setTried(true)} data="try-units">
          {t("duties.tryUnits")}
        </Button>
        <label class="lh-row lh-small">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
          {t("duties.all", { n: found.data.rules.length })}
        </label>
      </div>
      {tried && !found.isFetching && gaps.length === 0 && (
        <Notice tone="good" alert>
          <p class="lh-plain">{t("duties.allUnits")}</p>
        </Notice>
      )}
      {found.data.other_gaps.map((gap) => (
        <GapLine key={gap.elements.map((one) => one.element).join()} gap={gap} />
      ))}
      <div class="lh-card" style={{ overflowX: "auto" }} role="region" aria-label={t("definitions.duties")} tabIndex={0}>
        <table class="lh-table">
          <thead>
            <tr>
              <th class="lh-th" scope="col">
                {t("duties.rule")}
              </th>
              <th class="lh-th" scope="col">
                {t("duties.enforcement")}
              </th>
              <th class="lh-th" scope="col">
                {t("definitions.enforcedBy")}
              </th>
            </tr>
          </thead>
          <tbody>
            {bound.map((rule) => (
              <Line key={rule.id} rule={rule} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Line({ rule }: { rule: DutyBound }) {
  const steps = rule.elements.map((one) => (one.step ? t("step.named", { step: one.step, name: one.name }) : one.name));
  return (
    <tr class="lh-tr lh-tr-top">
      <RuleCell rule={rule} wide>
        {!rule.is_offices && ` · ${t("duties.own")}`}
      </RuleCell>
      <TermsCell terms={rule.terms} />
      <td class="lh-td">
        {steps.length === 0 ? (
          <span class="lh-quiet">{t("duties.notHere")}</span>
        ) : steps.length <= 4 ? (
          steps.join(t("form.and"))
        ) : (
          <details class="lh-details">
            <summary class="lh-summary">{t("definitions.steps", { n: steps.length })}</summary>
            {steps.join(t("form.and"))}
          </details>
        )}
        {rule.gaps.map((gap) => (
          <GapLine key={gap.elements.map((one) => one.element).join()} gap={gap} />
        ))}
      </td>
    </tr>
  );
}

function GapLine({ gap }: { gap: DutyGap }) {
  const steps = gap.elements.map((one) => one.name).join(t("form.and"));
  const units = gap.units.map((unit) => unit.code).join(t("form.and"));
  return (
    <p class="lh-plain lh-small lh-duty-gap">
      {t(gap.is_vacant ? "duties.vacant" : "duties.tooFew", { steps, units, n: gap.count })}
    </p>
  );
}
