/** One task: what it is about, why it is mine, the work itself, and how the case came here. */
import { useQuery } from "@tanstack/preact-query";
import { useRoute } from "preact-iso";
import { useEffect } from "preact/hooks";
import { caseTrail, oneCase, task as readTask } from "../contract/calls";
import { me } from "../contract/session";
import type { Case, Completed, Task } from "../contract/shapes";
import { t } from "../texts";
import { Timeline } from "../trail/timeline";
import { plainText } from "../ui/form/form";
import { longTime } from "../ui/dates";
import { Icon } from "../ui/icon";
import { LoadFailure } from "../ui/notice";
import { DeadlinePill, Marks, Pill } from "../ui/pill";
import { useShortcuts } from "../ui/shortcuts";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { TermPane } from "../calendars/term";
import { DutyNotice, DutyPane } from "../duties/on-task";
import { MeetingNotice } from "../meetings/on-task";
import { BesidePane } from "../remarks/beside";
import { Comments } from "../remarks/comments";
import { mainSteps, progress } from "../cases/steps";
import { CountersignPane } from "./countersign";
import { useActing, Work } from "./work";

export function TaskPage() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  // What somebody is typing into must not change under their hands: a task is read once, and again when asked.
  const found = useQuery({ queryKey: ["task", id], queryFn: () => readTask(id), staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false, gcTime: 0 });
  useTitle(found.data ? `${found.data.name} · ${found.data.case.title}` : t("nav.inbox"));

  if (found.isPending) {
    return (
      <div class="lh-wide">
        <Skeleton lines={9} />
      </div>
    );
  }
  if (!found.data) {
    return (
      <div class="lh-wide">
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      </div>
    );
  }
  return <TaskView key={id} task={found.data} />;
}

/** In a pane beside the list, `back` is where the list alone is, and `onDone` moves on. */
export function TaskView({ task, back = "/", onDone }: { task: Task; back?: string; onDone?: (done: Completed) => void }) {
  const today = useStore(me)?.today ?? "";
  const whole = useQuery({ queryKey: ["case", task.case.id], queryFn: () => oneCase(task.case.id), staleTime: 30_000 });
  const acting = (task.can.includes("complete") && !task.pending) || ["confirm", "consent", "give_back"].some((verb) => task.can.includes(verb));
  useActing(acting);
  useShortcuts({
    a: () => document.querySelector<HTMLElement>(".lh-actions .lh-button-primary")?.click(),
    r: () => document.querySelector<HTMLElement>(".lh-actions .lh-button-danger")?.click(),
    t: () => document.querySelector<HTMLElement>("[data-action=transfer], [data-action=more-verbs]")?.click(),
    u: () => history.back(),
  });
  // A page that was taken from the browser's own store may be older than the case.
  const isPane = onDone !== undefined;
  useEffect(() => {
    if (!isPane) window.scrollTo(0, 0);
  }, [task.id, isPane]);

  return (
    <div class="lh-wide">
      <header class="lh-head">
        <div class="lh-head-main">
          <a class="lh-back" href={back}>
            <Icon name="back" small />
            {t("nav.inbox")}
          </a>
          <h1 class="lh-h1">{task.case.title}</h1>
          <div class="lh-meta">
            <CopyNumber number={task.case.number} />
            <span>{task.definition_name}</span>
            {task.step && <span class="lh-strong">{t("step.nth", { step: task.step })}</span>}
            {task.unit && <span>{task.unit.name}</span>}
            <span>{t("task.arrivedAt", { at: longTime(task.opened_at) })}</span>
          </div>
        </div>
        <div class="lh-row">
          {task.purpose === "confirm" && (
            <Pill tone="info" icon="people">
              {t("task.toConfirm")}
            </Pill>
          )}
          <Marks marks={task.marks} labels={task.mark_labels} />
          <DeadlinePill task={task} today={today} />
        </div>
      </header>
      <div class="lh-columns">
        <div>
          <DutyNotice task={task} />
          <MeetingNotice task={task} />
          <Work task={task} {...(onDone ? { onDone } : {})} />
        </div>
        <aside class="lh-rail" aria-label={t("task.about")}>
          {task.countersign && <CountersignPane found={task.countersign} />}
          <SummaryPane task={task} />
          <TermPane task={task} />
          <WhyPane task={task} />
          <DutyPane task={task} />
          {whole.data && <StepsPane found={whole.data} task={task} />}
          <TrailPane task={task} />
          {task.can.includes("comment") && <Comments caseId={task.case.id} taskId={task.id} may />}
          <BesidePane task={task} />
        </aside>
      </div>
    </div>
  );
}

function CopyNumber({ number }: { number: string }) {
  const copy = () => {
    // Without https the browser has no clipboard for pages; the number is then selected by hand.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    clipboard?.writeText(number).then(
      () => toast({ text: t("task.copied", { number }), icon: "copy" }),
      () => undefined,
    );
  };
  return (
    <button type="button" class="lh-plain lh-numeric lh-row lh-copy" style={{ gap: "4px", cursor: "pointer" }} aria-label={t("task.copy", { number })} onClick={copy}>
      {number}
      <Icon name="copy" small />
    </button>
  );
}

function SummaryPane({ task }: { task: Task }) {
  if (task.summary.length === 0) return null;
  return (
    <section class="lh-card lh-pane">
      <h2 class="lh-h3">{t("task.summary")}</h2>
      <dl class="lh-facts">
        {task.summary.map((line) => (
          <>
            <dt key={line.label} class="lh-fact-name">
              {line.label}
            </dt>
            <dd class="lh-fact">{plainText(line.value)}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function WhyPane({ task }: { task: Task }) {
  const mine = task.why_me;
  const others = task.why.filter((why) => why !== mine?.text);
  if (task.why.length === 0) return null;
  return (
    <section class="lh-card lh-pane">
      <h2 class="lh-h3">{t("task.why")}</h2>
      {(mine ? [mine.text] : task.why).map((why) => (
        <p key={why} class="lh-plain">
          {why}
        </p>
      ))}
      {mine && others.length > 0 && (
        <p class="lh-plain lh-small lh-quiet" style={{ marginTop: "6px" }}>
          {t("task.whyOthers", { posts: others.join(t("ahead.and")) })}
        </p>
      )}
    </section>
  );
}

function StepsPane({ found, task }: { found: Case; task: Task }) {
  const steps = mainSteps(found.steps);
  if (steps.length === 0) return null;
  const { done, total } = progress(steps);
  const at = steps.findIndex((step) => step.element === task.element);
  const near = steps.slice(Math.max(0, at - 1), Math.max(0, at - 1) + 4);
  return (
    <section class="lh-card lh-pane">
      <h2 class="lh-h3">{t("task.progress")}</h2>
      <p class="lh-plain lh-small lh-quiet lh-numeric">{t("step.of", { n: done, total })}</p>
      <div class="lh-progress" style={{ margin: "6px 0 10px" }}>
        <div class="lh-progress-bar" style={{ width: `${(100 * done) / Math.max(1, total)}%` }} />
      </div>
      <ol class="lh-steps">
        {near.map((step) => (
          <li key={step.element} class={`lh-step lh-step-${step.status}`}>
            <span class="lh-step-dot" aria-hidden="true">
              {step.status === "done" ? <Icon name="check" small /> : step.step}
            </span>
            <span class="lh-step-name">
              {step.name}
              <span class="lh-hidden-text"> {t(`stepStatus.${step.status}`)}</span>
            </span>
          </li>
        ))}
      </ol>
      <p class="lh-plain" style={{ marginTop: "6px" }}>
        <a class="lh-link lh-small" href={`/cases/${found.id}`}>
          {t("task.openCase")}
        </a>
      </p>
    </section>
  );
}

function TrailPane({ task }: { task: Task }) {
  const entries = useQuery({ queryKey: ["trail", task.case.id], queryFn: () => caseTrail(task.case.id, undefined), staleTime: 30_000 });
  if (!entries.data || entries.data.items.length === 0) return null;
  return (
    <section class="lh-card lh-pane">
      <h2 class="lh-h3">{t("task.trail")}</h2>
      <Timeline entries={entries.data.items.slice(-3)} brief />
      <a class="lh-link lh-small" href={`/cases/${task.case.id}?tab=trail`}>
        {t("task.wholeTrail")}
      </a>
    </section>
  );
}

