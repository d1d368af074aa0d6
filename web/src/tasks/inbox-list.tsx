/** The rows of a box: cards on a phone and beside a task, a table where there is room for one. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Box } from "../contract/calls";
import { me } from "../contract/session";
import type { TaskItem } from "../contract/shapes";
import { t } from "../texts";
import { daysBetween, shortDay } from "../ui/dates";
import { DeadlinePill, Marks, Pill } from "../ui/pill";
import { useStore } from "../ui/store";

export const hrefOf = (item: TaskItem, name: Box): string => (name === "started" || name === "copied" ? `/cases/${item.case.id}` : `/tasks/${item.id}`);

export interface Choosing {
  chosen: ReadonlySet<string>;
  onChoose: (id: string, on: boolean) => void;
}

interface ListProps {
  items: readonly TaskItem[];
  name: Box;
  /** The row the keys are at. */
  at: number;
  /** The task in the pane. */
  shown: string;
  as: "cards" | "table";
  /** Tick boxes, where something can be done in a batch. */
  choosing: Choosing | null;
  onOpen: (item: TaskItem) => void;
}

export function List({ items, name, at, shown, as, choosing, onOpen }: ListProps) {
  const rows = useRef<(HTMLElement | null)[]>([]);
  const today = useStore(me)?.today ?? "";
  useLayoutEffect(() => {
    if (at >= 0) rows.current[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const pressed = (event: MouseEvent, item: TaskItem) => {
    // With a key held down, it is the browser's own way to open something elsewhere.
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation(); // or else the router follows the link besides
    onOpen(item);
  };
  if (as === "cards") {
    return (
      <ul class="lh-cards">
        {items.map((item, n) => (
          <li
            key={item.id}
            class={`lh-card lh-inbox-card${n === at ? " lh-inbox-at" : ""}`}
            aria-current={item.id === shown ? "true" : undefined}
            ref={(element) => void (rows.current[n] = element)}
          >
            {choosing && <Tick item={item} {...choosing} />}
            <a class="lh-task-card" href={hrefOf(item, name)} onClick={(event) => pressed(event, item)}>
              <span class="lh-row lh-spread lh-inbox-head">
                <span class="lh-strong lh-two-lines">
                  {item.is_unread && <Unread />}
                  {item.case.title}
                </span>
                <State item={item} name={name} today={today} />
              </span>
              <span class="lh-sub">
                {item.step && <span class="lh-strong">{t("step.short", { step: item.step })} </span>}
                {item.name}
                {item.unit && ` · ${item.unit.name}`}
              </span>
              <span class="lh-sub lh-sub-row">
                <span class="lh-numeric">{item.case.number}</span>
                <span>{arrived(item, today)}</span>
                <Flags item={item} />
              </span>
            </a>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <div class="lh-card lh-inbox-table">
      <table class="lh-table">
        <thead>
          <tr>
            {choosing && (
              <th class="lh-th" scope="col">
                <span class="lh-hidden-text">{t("batch.pick")}</span>
              </th>
            )}
            <th class="lh-th" scope="col">
              {t("inbox.colCase")}
            </th>
            <th class="lh-th" scope="col">
              {t("inbox.colStep")}
            </th>
            <th class="lh-th" scope="col">
              {t("inbox.colUnit")}
            </th>
            <th class="lh-th" scope="col">
              {t(name === "done" ? "inbox.colDone" : "inbox.colArrived")}
            </th>
            <th class="lh-th" scope="col">
              {t(name === "done" ? "inbox.colResult" : "inbox.colDue")}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item, n) => (
            <tr
              key={item.id}
              class={n === at ? "lh-tr lh-tr-link lh-tr-current" : "lh-tr lh-tr-link"}
              ref={(element) => void (rows.current[n] = element)}
              aria-current={n === at ? "true" : undefined}
              onClick={(event) => {
                if (!(event.target instanceof Element) || event.target.closest("a, label, input") || getSelection()?.toString()) return;
                onOpen(item);
              }}
            >
              {choosing && (
                <td class="lh-td lh-inbox-tick-cell">
                  <Tick item={item} {...choosing} />
                </td>
              )}
              <td class="lh-td">
                <span class="lh-row" style={{ gap: "2px 8px" }}>
                  <a class="lh-title" href={hrefOf(item, name)} onClick={(event) => pressed(event, item)}>
                    {item.is_unread && <Unread />}
                    {item.case.title}
                  </a>
                  <Flags item={item} />
                </span>
                <span class="lh-sub lh-numeric">
                  {item.case.number} · {item.definition_name}
                </span>
              </td>
              <td class="lh-td">
                {item.name}
                {item.step && <span class="lh-sub">{t("step.nth", { step: item.step })}</span>}
              </td>
              <td class="lh-td">{item.unit?.name}</td>
              <td class="lh-td lh-numeric" style={{ whiteSpace: "nowrap" }}>
                {name === "done" && item.completed_at ? shortDay(item.completed_at, today) : shortDay(item.opened_at, today)}
                <span class="lh-sub">{ago(item, name, today)}</span>
              </td>
              <td class="lh-td" style={{ whiteSpace: "nowrap" }}>
                <State item={item} name={name} today={today} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Unread() {
  return (
    <span class="lh-unread">
      <span class="lh-hidden-text">{t("inbox.unread")} </span>
    </span>
  );
}

/** A task that is not done in a batch says why instead of being ticked. */
function Tick({ item, chosen, onChoose }: { item: TaskItem } & Choosing) {
  const refused = item.batch_refusal;
  const why = refused === null ? undefined : t("batch.cannot", { reason: refused });
  return (
    <label class="lh-inbox-tick" title={why}>
      <input
        class="lh-tick"
        type="checkbox"
        aria-label={t("batch.choose", { title: item.case.title })}
        aria-disabled={refused === null ? undefined : "true"}
        aria-description={why}
        checked={chosen.has(item.id)}
        onClick={(event) => {
          if (refused !== null) event.preventDefault();
        }}
        onChange={(event) => onChoose(item.id, event.currentTarget.checked)}
      />
    </label>
  );
}

function ago(item: TaskItem, name: Box, today: string): string {
  const days = name === "done" && item.completed_at ? daysBetween(item.completed_at, today) : daysBetween(item.opened_at, today);
  return days <= 0 ? t("ago.today") : t("ago.days", { n: days });
}

const arrived = (item: TaskItem, today: string): string => t("inbox.arrived", { ago: ago(item, "todo", today) });

function State({ item, name, today }: { item: TaskItem; name: Box; today: string }) {
  if (name === "done" && item.decision_label) return <Pill tone="brand">{item.decision_label}</Pill>;
  if (item.status === "completed") {
    return (
      <Pill tone="good" icon="check">
        {t("task.completed")}
      </Pill>
    );
  }
  if (item.status === "signed" || item.status === "given_back" || item.status === "transferred") return <Pill>{t(`verb.was.${item.status}`)}</Pill>;
  if (item.status === "cancelled") return <Pill>{t("task.cancelled")}</Pill>;
  return <DeadlinePill task={item} today={today} />;
}

function Flags({ item }: { item: TaskItem }) {
  return (
    <>
      {item.purpose === "confirm" && (
        <Pill tone="info" icon="people">
          {t("task.toConfirm")}
        </Pill>
      )}
      {item.status === "confirming" && item.purpose === "act" && <Pill tone="info">{t("task.confirming")}</Pill>}
      {(item.part === "sign" || item.part === "entrust") && (
        <Pill tone="info" icon="people">
          {t(item.part === "sign" ? "verb.add_signer" : "verb.entrust")}
        </Pill>
      )}
      {item.status === "waiting" && (
        <Pill tone="held" icon="pause">
          {t("verb.waiting")}
        </Pill>
      )}
      {item.acting_for && (
        <Pill tone="info" icon="people">
          {t("inbox.for", { name: item.acting_for.name })}
        </Pill>
      )}
      {item.claimed_by && <span class="lh-small lh-quiet">{t("task.claimedBy", { name: item.claimed_by.name })}</span>}
      <Marks marks={item.marks} labels={item.mark_labels} />
    </>
  );
}
