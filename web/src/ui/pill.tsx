import type { ComponentChildren } from "preact";
import { t, type Key } from "../texts";
import { daysBetween, longDay, longTime, shortDay } from "./dates";
import { Icon, type IconName } from "./icon";

export type PillTone = "neutral" | "danger" | "warn" | "good" | "info" | "brand" | "held";

export function Pill({ tone = "neutral", icon, title, children }: { tone?: PillTone; icon?: IconName; title?: string; children: ComponentChildren }) {
  return (
    <span class={tone === "neutral" ? "lh-pill" : `lh-pill lh-pill-${tone}`} title={title}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}

interface Deadline {
  due_on: string | null;
  /** What the server says of the term; it counts working days and stands still where the term does. */
  due?: { state?: string; remaining?: string | null; text?: string | null; at?: string | null; provisional?: boolean } | null;
  is_late: boolean;
  status: string;
}

/** Words, shape and colour together; nothing where there is no deadline. `today` is the office's date. */
export function DeadlinePill({ task, today }: { task: Deadline; today: string }) {
  if (task.status === "held") {
    return (
      <Pill tone="held" icon="pause">
        {t("due.held")}
      </Pill>
    );
  }
  if (task.due_on === null || task.status === "completed" || task.status === "cancelled") return null;
  const days = daysBetween(today, task.due_on);
  const until = task.due?.at ? longTime(task.due.at) : longDay(task.due_on);
  const title = [t("due.title", { date: until }), task.due?.text ?? ""].filter(Boolean).join("\n");
  const mark = task.due?.provisional ? ` · ${t("term.provisional")}` : "";
  const state = task.due?.state;
  if (task.due?.remaining && (state === "late" || state === "near" || state === "paused")) {
    const tone = state === "late" ? "danger" : state === "near" ? "warn" : "held";
    return (
      <Pill tone={tone} icon={state === "late" ? "warn" : state === "near" ? "clock" : "pause"} title={title}>
        {task.due.remaining}
        {mark}
      </Pill>
    );
  }
  if (task.is_late || days < 0) {
    return (
      <Pill tone="danger" icon="warn" title={title}>
        {days < 0 ? t("due.late", { n: -days }) : t("due.lateNow")}
      </Pill>
    );
  }
  if (days <= 3) {
    return (
      <Pill tone="warn" icon="clock" title={title}>
        {days === 0 ? t("due.today") : t("due.left", { n: days })}
      </Pill>
    );
  }
  return (
    <Pill icon="calendar" title={title}>
      {t("due.by", { date: shortDay(task.due_on, today) })}
      {mark}
    </Pill>
  );
}

const known: Partial<Record<string, Key>> = {
  late_entry: "mark.late_entry",
  late: "mark.late",
  extended: "mark.extended",
  corrected: "mark.corrected",
  exception: "mark.exception",
  returned: "mark.returned",
  imported: "mark.imported",
  delegated: "mark.delegated",
};

export function Marks({ marks, labels }: { marks: readonly string[]; labels: Readonly<Record<string, string>> }) {
  return (
    <>
      {marks.map((mark) => {
        const key = known[mark];
        return (
          <span key={mark} class="lh-mark">
            {key ? t(key) : (labels[mark] ?? mark)}
          </span>
        );
      })}
    </>
  );
}
