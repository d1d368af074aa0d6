/** What a figure counts: the cases or tasks behind a number, as many as the number says. */
import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import { CasePill } from "../cases/list";
import { usePages } from "../contract/pages";
import type { CaseStatus } from "../contract/shapes";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longDay, longTime } from "../ui/dates";
import { Icon } from "../ui/icon";
import { LoadFailure } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { address, countedCases, countedTasks, listOf, type CountedCase, type CountedTask, type ListFilter } from "./calls";
import { lengthOf } from "./words";
import "./insights.css";

const FIGURES: Readonly<Record<string, Key>> = {
  started: "insights.started",
  finished: "insights.finished",
  broken_off: "insights.broken_off",
  open: "insights.open",
  done: "insights.done",
  waited: "insights.waited",
  handled: "insights.handled",
  with_term: "insights.with_term",
  kept: "insights.kept",
  late: "insights.late",
  returned: "insights.returned",
  redone: "insights.redone",
  overdue: "insights.overdue",
  due_today: "insights.due_today",
};

const taskStatus: Readonly<Record<string, Key>> = {
  held: "stepStatus.held",
  open: "stepStatus.open",
  confirming: "task.confirming",
  waiting: "insights.waiting",
  completed: "task.completed",
  returned: "mark.returned",
};

export function InsightsListPage() {
  const { query } = useLocation();
  const filter = listOf(query);
  const title = filter.of === "tasks" && filter.figure === "open" ? t("insights.openTasks") : t(FIGURES[filter.figure] ?? "insights.open");
  useTitle(title);
  const { definition, version, unit, from, to } = filter;
  const back = address("/insights", { definition, version, unit: filter.reach && filter.reach !== "below" ? "" : unit, from, to });
  return (
    <div class="lh-wide">
      <header class="lh-head">
        <div class="lh-head-main">
          <a class="lh-back" href={back}>
            <Icon name="back" small />
            {t("nav.insights")}
          </a>
          <h1 class="lh-h1">{title}</h1>
        </div>
      </header>
      {filter.of === "cases" ? <Cases filter={filter} /> : <Tasks filter={filter} />}
    </div>
  );
}

/** One page after the other, with how many there are in all. */
function Listed({ filter, found, count, total, heads, children }: { filter: ListFilter; found: ReturnType<typeof usePages>["found"]; count: number; total: number | undefined; heads: readonly Key[]; children: ComponentChildren }) {
  if (found.isPending) return <Skeleton lines={8} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  if (count === 0) return <Empty title={t("insights.nothing")} />;
  return (
    <>
      <p class="lh-plain lh-small lh-quiet lh-numeric" role="status" data-total={total}>
        {[t("insights.counted", { n: total ?? count }), filter.from && filter.to && t("insights.days_from_to", { from: longDay(filter.from), to: longDay(filter.to) })].filter(Boolean).join(" · ")}
      </p>
      <div class="lh-card lh-figures-scroll" tabIndex={0} role="group" aria-label={t("insights.list")}>
        <table class="lh-figures lh-figures-list">
          <thead>
            <tr>
              {heads.map((key) => (
                <th key={key} scope="col">
                  {t(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
      {found.hasNextPage && (
        <div class="lh-row" style={{ marginTop: "12px" }}>
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()} data="more">
            {t("act.more")}
          </Button>
        </div>
      )}
    </>
  );
}

function CaseCell({ of, sub }: { of: { id: string; number: string; title: string | null }; sub: string }) {
  return (
    <th scope="row">
      {of.title === null ? (
        <span title={t("insights.notToSee")}>{of.number}</span>
      ) : (
        <a class="lh-link" href={`/cases/${of.id}`}>
          {of.title}
        </a>
      )}
      <span class="lh-sub">{[of.title === null ? t("insights.notToSee") : of.number, sub].filter(Boolean).join(" · ")}</span>
    </th>
  );
}

function Cases({ filter }: { filter: ListFilter }) {
  const { found, items } = usePages<CountedCase, (string | ListFilter)[]>(["insights", "cases", filter], (cursor) => countedCases(filter, cursor));
  const total = (found.data?.pages[0] as { total?: number } | undefined)?.total;
  return (
    <Listed filter={filter} found={found} count={items.length} total={total} heads={["inbox.colCase", "inbox.colUnit", "cases.status", "cases.colStarted", "insights.ended"]}>
      {items.map((one) => (
        <tr key={one.id}>
          <CaseCell of={one} sub={one.definition_name} />
          <td>{one.unit.name}</td>
          <td>
            <CasePill status={one.status as CaseStatus} />
            {one.outcome_label && <span class="lh-sub">{one.outcome_label}</span>}
          </td>
          <td>{longTime(one.started_at)}</td>
          <td>{one.ended_at ? longTime(one.ended_at) : "–"}</td>
        </tr>
      ))}
    </Listed>
  );
}

function Tasks({ filter }: { filter: ListFilter }) {
  const { found, items } = usePages<CountedTask, (string | ListFilter)[]>(["insights", "tasks", filter], (cursor) => countedTasks(filter, cursor));
  const total = (found.data?.pages[0] as { total?: number } | undefined)?.total;
  return (
    <Listed filter={filter} found={found} count={items.length} total={total} heads={["inbox.colCase", "inbox.colStep", "inbox.colUnit", "inbox.colArrived", "inbox.colDue", "inbox.colDone", "insights.wait", "insights.work"]}>
      {items.map((one) => (
        <tr key={one.id}>
          <CaseCell of={one.case} sub={one.definition_name} />
          <td>
            {one.step ? t("step.named", { step: one.step, name: one.name }) : one.name}
            <span class="lh-sub">{taskStatus[one.status] ? t(taskStatus[one.status] as Key) : one.status}</span>
          </td>
          <td>{one.unit.name}</td>
          <td>{longTime(one.opened_at)}</td>
          <td>
            {one.due_on ? longDay(one.due_on) : "–"} {one.is_late && <Pill tone="danger">{t("due.lateNow")}</Pill>}
          </td>
          <td>{one.completed_at ? longTime(one.completed_at) : "–"}</td>
          <td>{lengthOf(one.wait_seconds)}</td>
          <td>{lengthOf(one.work_seconds)}</td>
        </tr>
      ))}
    </Listed>
  );
}
