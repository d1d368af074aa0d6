/** What a change would lead to: who would be left without anybody, before it is made. */
import { t } from "../texts";
import { longDay } from "../ui/dates";
import { Notice } from "../ui/notice";
import type { Outlook } from "./calls";

export function OutlookView({ found }: { found: Outlook }) {
  const and = t("form.and");
  const quiet = found.tasks.total + found.steps.total + found.duties.total + found.delegations.total === 0;
  const names = (people: readonly { name: string }[]) => (people.length > 0 ? people.map((one) => one.name).join(and) : t("admin.nobodyLeft"));
  return (
    <div class="lh-stack" data-pane="outlook" role="status">
      {quiet ? (
        <Notice tone="good" title={t("admin.nothingLost")}>
          <p class="lh-plain lh-small">{t("admin.asOfDay", { day: longDay(found.on) })}</p>
        </Notice>
      ) : (
        <Notice tone={found.left > 0 || found.steps.total > 0 ? "danger" : "warn"} title={t(found.left > 0 ? "admin.leaves" : "admin.touches", { n: found.left > 0 ? found.left : found.tasks.total })}>
          <p class="lh-plain lh-small">{t("admin.asOfDay", { day: longDay(found.on) })}</p>
        </Notice>
      )}
      {found.tasks.total > 0 && (
        <List title={t("admin.touchedTasks", { n: found.tasks.total })} more={found.tasks.total - found.tasks.items.length}>
          {found.tasks.items.map((task) => (
            <li key={task.id}>
              <span>
                <span class="lh-strong">{task.name}</span> <span class="lh-numeric">{task.number}</span> · {task.unit.name}
                <span class="lh-sub">
                  {names(task.before)} → <span class={task.is_left ? "lh-duty-gap" : undefined}>{names(task.after)}</span>
                </span>
              </span>
            </li>
          ))}
        </List>
      )}
      {found.steps.total > 0 && (
        <List title={t("admin.touchedSteps", { n: found.steps.total })} more={found.steps.total - found.steps.items.length}>
          {found.steps.items.map((step) => (
            <li key={`${step.definition}/${step.element}/${step.unit.id}`}>
              <span>
                <span class="lh-strong">{step.name}</span> · {step.definition_name}
                <span class="lh-sub">
                  {step.unit.name} · {step.holders.join(and)}
                </span>
              </span>
            </li>
          ))}
        </List>
      )}
      {found.duties.total > 0 && (
        <List title={t("admin.touchedDuties", { n: found.duties.total })} more={found.duties.total - found.duties.items.length}>
          {found.duties.items.map((duty) => (
            <li key={`${duty.definition}/${duty.element}/${duty.unit.id}/${duty.rule}`}>
              <span>
                <span class="lh-strong">{t("admin.twoSteps", { one: duty.name, other: duty.other })}</span>
                <span class="lh-sub">
                  {duty.definition_name} · {duty.unit.name} · <span class="lh-mono">{duty.rule}</span>
                </span>
              </span>
            </li>
          ))}
        </List>
      )}
      {found.delegations.total > 0 && (
        <List title={t("admin.touchedDelegations", { n: found.delegations.total })} more={found.delegations.total - found.delegations.items.length}>
          {found.delegations.items.map((one) => (
            <li key={one.id}>
              {one.from.name} → {one.to.name} · {longDay(one.until)}
            </li>
          ))}
        </List>
      )}
      {found.is_more && <p class="lh-plain lh-small lh-quiet">{t("admin.isMore")}</p>}
    </div>
  );
}

const SHOWN = 5;

function List({ title, more, children }: { title: string; more: number; children: readonly preact.JSX.Element[] }) {
  return (
    <details class="lh-outlook-list" open={children.length <= SHOWN}>
      <summary class="lh-summary">{title}</summary>
      <ul class="lh-days">
        {children}
        {more > 0 && <li class="lh-quiet lh-small">{t("admin.andMore", { n: more })}</li>}
      </ul>
    </details>
  );
}
