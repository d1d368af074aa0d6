/** Tasks that a meeting decides, to be chosen: those of one kind of meeting and one unit together. */
import type { Candidate } from "./calls";
import { t } from "../texts";
import { longDay } from "../ui/dates";

interface ChooseProps {
  items: readonly Candidate[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

/** What can go along with what was chosen first. */
export function groupOf(items: readonly Candidate[], chosen: ReadonlySet<string>): string | null {
  return items.find((one) => chosen.has(one.task.id))?.group ?? null;
}

export function Choose({ items, chosen, onChoose }: ChooseProps) {
  const group = groupOf(items, chosen);
  const groups = [...new Set(items.map((one) => one.group))];
  return (
    <div class="lh-stack">
      {groups.map((key) => {
        const own = items.filter((one) => one.group === key);
        const first = own[0];
        if (!first) return null;
        return (
          <fieldset key={key} class="lh-meeting-group">
            <legend class="lh-legend">
              {first.name} · {first.meets.name}
            </legend>
            {own.map((one) => {
              const out = one.agenda !== null || (group !== null && group !== key);
              return (
                <label key={one.task.id} class="lh-choice lh-meeting-candidate" data-task={one.task.id}>
                  <input
                    type="checkbox"
                    class="lh-tick"
                    checked={chosen.has(one.task.id)}
                    disabled={out}
                    onChange={(event) => {
                      const next = new Set(chosen);
                      if (event.currentTarget.checked) next.add(one.task.id);
                      else next.delete(one.task.id);
                      onChoose(next);
                    }}
                  />
                  <span class="lh-meeting-what">
                    <span class="lh-strong">{one.task.case.title}</span>
                    <span class="lh-sub">
                      <span class="lh-numeric">{one.task.case.number}</span> · {one.task.step ? t("step.named", { step: one.task.step, name: one.task.name }) : one.task.name}
                    </span>
                    {one.agenda && <span class="lh-sub">{t("meetings.onAgenda", { date: longDay(one.agenda.held_on), name: one.agenda.name, recorder: one.agenda.recorder.name })}</span>}
                  </span>
                </label>
              );
            })}
          </fieldset>
        );
      })}
    </div>
  );
}
