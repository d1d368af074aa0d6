/** What somebody holds who leaves, and where each of it goes: looked at, not changed. */
import { t } from "../texts";
import { longDay } from "../ui/dates";
import type { HandedOver, HandoverPlan, HandoverTask } from "./calls";

export function goesText(task: HandoverTask): string {
  if (task.goes === "to" && task.to) return t("admin.goesTo", { name: task.to.name });
  if (task.goes === "stays") return t("admin.goesStays", { names: task.candidates.map((one) => one.name).join(t("form.and")) });
  return t(`admin.goes.${task.goes}`);
}

export function Holdings({ plan }: { plan: HandoverPlan }) {
  const and = t("form.and");
  return (
    <dl class="lh-facts">
      <dt class="lh-fact-name">{t("admin.posts")}</dt>
      <dd class="lh-fact">{plan.posts.length > 0 ? plan.posts.map((post) => `${post.unit.name} · ${post.role_name}`).join(t("holders.and")) : t("admin.none")}</dd>
      <dt class="lh-fact-name">{t("admin.openTasks")}</dt>
      <dd class="lh-fact lh-numeric">{t("admin.tasks", { n: plan.tasks_total })}</dd>
      <dt class="lh-fact-name">{t("admin.delegations")}</dt>
      <dd class="lh-fact">{plan.delegations.length > 0 ? plan.delegations.map((one) => `${one.from.name} → ${one.to.name}（${longDay(one.to_on)}）`).join(and) : t("admin.none")}</dd>
      <dt class="lh-fact-name">{t("admin.keys")}</dt>
      <dd class="lh-fact">{plan.keys.length > 0 ? plan.keys.map((one) => one.name).join(and) : t("admin.none")}</dd>
      {plan.channels.length > 0 && (
        <>
          <dt class="lh-fact-name">{t("nav.channels")}</dt>
          <dd class="lh-fact">{plan.channels.map((one) => one.name).join(and)}</dd>
        </>
      )}
      {plan.drafts + plan.views > 0 && (
        <>
          <dt class="lh-fact-name">{t("admin.ownThings")}</dt>
          <dd class="lh-fact">{t("admin.ownThingsOf", { drafts: plan.drafts, views: plan.views })}</dd>
        </>
      )}
      <dt class="lh-fact-name">{t("admin.account")}</dt>
      <dd class="lh-fact">{plan.account ? `${plan.account.name} · ${t(`admin.account.${plan.account.state}`)}` : t("admin.account.none")}</dd>
    </dl>
  );
}

/** What is no more afterwards. */
function Endings({ plan }: { plan: HandoverPlan }) {
  const and = t("form.and");
  const ends = [
    ...(plan.posts.length > 0 ? [t("admin.ends.posts", { posts: plan.posts.map((post) => `${post.unit.name} · ${post.role_name}`).join(and), day: longDay(plan.posts_until) })] : []),
    ...(plan.delegations.length > 0 ? [t("admin.ends.delegations", { n: plan.delegations.length })] : []),
    ...(plan.keys.length > 0 ? [t("admin.ends.keys", { keys: plan.keys.map((one) => one.name).join(and) })] : []),
    ...(plan.account ? [t("admin.ends.account", { name: plan.account.name })] : []),
  ];
  return (
    <ul class="lh-bullets">
      {ends.map((one) => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  );
}

export function TaskWords({ task }: { task: HandoverTask }) {
  return (
    <span>
      <span class="lh-strong">{task.name}</span> <span class="lh-numeric">{task.number}</span>
      {task.is_only && (
        <>
          {" "}
          <span class="lh-mark">{t("admin.isOnly")}</span>
        </>
      )}
      <span class="lh-sub">
        {task.definition_name} · {task.unit.name}
        {task.due_on && ` · ${t("due.by", { date: longDay(task.due_on) })}`}
      </span>
    </span>
  );
}

export function PlanView({ plan }: { plan: HandoverPlan }) {
  return (
    <section class="lh-card lh-pane lh-stack" aria-label={t("admin.plan")} data-pane="plan">
      <h2 class="lh-h3">{t("admin.plan")}</h2>
      <Endings plan={plan} />
      {plan.tasks.length > 0 && (
        <ul class="lh-days">
          {plan.tasks.map((task) => (
            <li key={task.id}>
              <span>
                <TaskWords task={task} />
                <span class={task.goes === "refused" || task.goes === "left" ? "lh-sub lh-duty-gap" : "lh-sub"}>
                  {goesText(task)}
                  {task.why && ` · ${task.why}`}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {plan.tasks_total > plan.tasks.length && <p class="lh-plain lh-small lh-quiet">{t("admin.andMore", { n: plan.tasks_total - plan.tasks.length })}</p>}
    </section>
  );
}

/** The list after: what became of every task, once it has been done. */
export function HandedOverView({ tasks }: { tasks: readonly HandedOver[] }) {
  return (
    <section class="lh-card lh-pane lh-stack" aria-label={t("admin.handedOverList")} data-pane="handed-over">
      <h2 class="lh-h3">{t("admin.handedOverList")}</h2>
      {tasks.length === 0 && <p class="lh-plain lh-quiet">{t("admin.noTasksHeld")}</p>}
      <ul class="lh-days">
        {tasks.map((task) => (
          <li key={task.id}>
            <span>
              <span class="lh-strong">{task.name}</span> <span class="lh-numeric">{task.number}</span>
              <span class="lh-sub">{task.unit.name}</span>
              <span class={task.goes === "left" ? "lh-sub lh-duty-gap" : "lh-sub"}>{task.to ? t("admin.goesTo", { name: task.to.name }) : t(`admin.goes.${task.goes}`)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
