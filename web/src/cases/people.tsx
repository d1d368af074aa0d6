/** Who has a case and since when, who did what in it, and which cases belong to it. */
import { lain } from "../ahead/words";
import type { Act, Case } from "../contract/shapes";
import { t } from "../texts";
import { longTime, span } from "../ui/dates";
import { holdersText } from "../ui/holders";
import { Pill } from "../ui/pill";
import { CalledCases } from "./called";
import { CasePill } from "./list";
import "../ahead/ahead.css";

/** Where a case has lain for so many hours, it is said to be stuck there. */
const STUCK = 48;

export function WithWhom({ open, now }: { open: Case["open_tasks"][number]; now: string }) {
  if (open.people.length === 0) {
    return <span class="lh-sub">{open.holders.length > 0 ? `${t("case.withNobody")} · ${holdersText(open.holders)}` : t("case.withNobody")}</span>;
  }
  const names = open.people.map((one) => one.name).join(t("ahead.and"));
  const whole = open.more > 0 ? `${names} ${t("ahead.more", { n: open.more })}` : names;
  const said = { names: whole, span: lain(open.since, now) };
  const isStuck = Date.parse(now) - Date.parse(open.since) >= STUCK * 3_600_000;
  return (
    <span class="lh-sub" data-act="with-whom">
      {open.status === "held" ? t("ahead.waits", said) : t(isStuck ? "ahead.stuck" : "ahead.now", said)}
      {!open.claimed_by && open.holders.length > 0 && <span class="lh-quiet"> · {holdersText(open.holders)}</span>}
    </span>
  );
}

export function People({ acts }: { acts: readonly Act[] }) {
  const people = new Map<string, { name: string; acts: Act[] }>();
  for (const act of acts) {
    if (!act.by) continue;
    const key = act.by.id ?? "";
    const one = people.get(key) ?? { name: act.by.name, acts: [] };
    one.acts.push(act);
    people.set(key, one);
  }
  if (people.size === 0) {
    return (
      <section class="lh-card lh-pane">
        <p class="lh-plain lh-quiet">{t("case.peopleNone")}</p>
      </section>
    );
  }
  return (
    <div class="lh-stage-grid">
      {[...people].map(([key, one]) => (
        <section key={key} class="lh-card lh-pane" aria-label={one.name}>
          <h2 class="lh-h3">{one.name}</h2>
          <ul class="lh-act-list">
            {one.acts.map((act) => (
              <Done key={`${act.task} ${act.at}`} act={act} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Done({ act }: { act: Act }) {
  const beside = [
    act.acting_for && t("case.actedFor", { name: act.acting_for.name }),
    longTime(act.at),
    t("case.took", { span: span(act.opened_at, act.at) }),
    act.confirmed_by && t("case.confirmedBy", { name: act.confirmed_by.name }),
  ];
  return (
    <li class="lh-act">
      <span class="lh-row" style={{ gap: "8px" }}>
        <span class={act.is_void ? "lh-act-void" : "lh-strong"}>{act.step ? t("step.named", { step: act.step, name: act.name }) : act.name}</span>
        {act.decision_label && <Pill tone="brand">{act.decision_label}</Pill>}
        {act.status === "returned" && <Pill tone="warn">{t("case.actReturned")}</Pill>}
        {act.is_void && <Pill tone="neutral">{t("case.actVoid")}</Pill>}
      </span>
      <span class="lh-sub lh-numeric">{beside.filter(Boolean).join(" · ")}</span>
    </li>
  );
}

export function Related({ found }: { found: Case }) {
  return (
    <div class="lh-stack">
      {found.parent && (
        <section class="lh-card lh-pane lh-row lh-spread" aria-label={t("case.parent")}>
          <h2 class="lh-h3">{t("case.parent")}</h2>
          <a class="lh-link lh-numeric" href={`/cases/${found.parent.id}`}>
            {found.parent.number}
          </a>
          <CasePill status={found.parent.status} />
        </section>
      )}
      {found.called.length > 0 && <CalledCases found={found} />}
    </div>
  );
}
