/** Why somebody cannot do a task, or needs a second person; and which rules of separation hold there. */
import type { Task } from "../contract/shapes";
import { t } from "../texts";
import { Notice } from "../ui/notice";
import { Enforcement } from "./enforcement";
import "./duties.css";

/** Above the work: the rules that hold for the reader. */
export function DutyNotice({ task }: { task: Task }) {
  const mine = task.duties.filter((duty) => duty.why);
  const blocks = mine.filter((duty) => duty.enforcement === "block");
  const shown = blocks.length > 0 ? blocks : mine.filter((duty) => duty.enforcement === "warn");
  if (shown.length === 0) return null;
  return (
    <div class="lh-duty-notice">
      <Notice tone={blocks.length > 0 ? "danger" : "warn"} icon={blocks.length > 0 ? "lock" : "warn"} title={t(blocks.length > 0 ? "duties.mayNot" : "duties.shouldNot")}>
        {shown.map((duty) => (
          <div key={duty.rule}>
            <p class="lh-plain">{duty.why}</p>
            <p class="lh-plain">{duty.text}</p>
            {duty.basis && <p class="lh-plain lh-small lh-quiet">{t("duties.basis", { basis: duty.basis, rule: duty.rule })}</p>}
          </div>
        ))}
        {blocks.length > 0 && <p class="lh-plain lh-small">{t("duties.others")}</p>}
      </Notice>
    </div>
  );
}

/** Beside the work: every rule that holds on the step. */
export function DutyPane({ task }: { task: Task }) {
  const others = task.duties.filter((duty) => !duty.why);
  if (others.length === 0) return null;
  return (
    <section class="lh-card lh-pane">
      <details class="lh-duties-more">
        <summary>{t("duties.here", { n: others.length })}</summary>
        <ul class="lh-duties">
          {others.map((duty) => (
            <li key={duty.rule}>
              <span class="lh-duty-head">
                <Enforcement of={duty.enforcement} />
                <span class="lh-mono lh-small">{duty.rule}</span>
              </span>
              <span>{duty.text}</span>
              {duty.basis && <span class="lh-sub">{duty.basis}</span>}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
