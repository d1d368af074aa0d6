/** What of a box is wanted, as the address of the page says it; and the sheet in which it is chosen. */
import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { definition, type Box, type BoxFilter, type Sort } from "../contract/calls";
import type { Component } from "../contract/shapes";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { useNamed } from "../ui/form/names";
import { Picker } from "../ui/form/picker";

export const boxes: readonly { name: Box; text: Key }[] = [
  { name: "todo", text: "box.todo" },
  { name: "done", text: "box.done" },
  { name: "started", text: "box.started" },
  { name: "copied", text: "box.copied" },
  { name: "delegated", text: "box.delegated" },
  { name: "drafts", text: "box.drafts" },
];

export const sorts: readonly { value: Sort; text: Key }[] = [
  { value: "due", text: "sort.due" },
  { value: "opened", text: "sort.opened" },
];

const NAMES = ["q", "definition", "sort", "step", "stage", "starter", "mark", "unit", "below", "arrived_from", "arrived_to", "due_from", "due_to", "overdue", "claimed"] as const;
type Name = (typeof NAMES)[number];
/** Those that are chosen in the sheet. */
const MORE: readonly Name[] = ["step", "stage", "starter", "mark", "unit", "arrived_from", "arrived_to", "due_from", "due_to", "overdue", "claimed"];

/** The address in words: names and values, none of them empty. */
export type Wanted = Partial<Record<Name, string>>;

export interface Place {
  name: Box;
  wanted: Wanted;
  /** The task in the pane beside the list. */
  task: string;
}

export function placeOf(query: Readonly<Record<string, string>>): Place {
  const name = boxes.find((one) => one.name === query["box"])?.name ?? "todo";
  const wanted: Wanted = {};
  for (const one of NAMES) {
    const value = query[one];
    if (value) wanted[one] = value;
  }
  return { name, wanted, task: query["task"] ?? "" };
}

export function addressOf(place: Place): string {
  const query = new URLSearchParams();
  if (place.name !== "todo") query.set("box", place.name);
  for (const one of NAMES) if (place.wanted[one]) query.set(one, place.wanted[one]);
  if (place.task) query.set("task", place.task);
  const text = query.toString();
  return text ? `/?${text}` : "/";
}

/** The same for the API. A date half typed into the address is none. */
export function askedFor(wanted: Wanted): BoxFilter {
  const { below, overdue, claimed, sort, step, stage, ...plain } = wanted;
  const known = sorts.find((one) => one.value === sort)?.value;
  return {
    ...plain,
    // Numbers of steps say something only within a procedure.
    ...(plain.definition && step ? { step } : {}),
    ...(plain.definition && stage ? { stage } : {}),
    ...(known ? { sort: known } : {}),
    ...(below === "true" && plain.unit ? { below: true } : {}),
    ...(overdue === "true" ? { overdue: true } : {}),
    ...(claimed === "mine" || claimed === "free" ? { claimed } : {}),
  };
}

export const isFiltered = (wanted: Wanted): boolean => NAMES.some((name) => name !== "sort" && name !== "below" && Boolean(wanted[name]));

export const moreCount = (wanted: Wanted): number => MORE.filter((name) => wanted[name]).length;

const PERSON = { type: "person", key: "starter" } as Component;
const UNIT = { type: "unit", key: "unit" } as Component;
const MARKS = ["late_entry", "late", "extended"] as const;

/** The numbered steps of the chosen procedure, and the stages they lie in. */
function Steps({ definition: key, chosen, set }: { definition: string; chosen: Wanted; set: (name: Name, value: string) => void }) {
  const found = useQuery({ queryKey: ["definition", key], queryFn: () => definition(key), staleTime: 300_000 });
  const steps = found.data?.steps ?? [];
  const stages = [...new Map(steps.flatMap((step) => (step.stage ? [[step.stage, step.stage_name ?? step.stage] as const] : [])))];
  if (steps.length === 0) return null;
  return (
    <div class="lh-filter-days">
      {stages.length > 0 && (
        <div class="lh-field">
          <label class="lh-label" for="filter-stage">
            {t("filter.stage")}
          </label>
          <select id="filter-stage" class="lh-input lh-select" value={chosen.stage ?? ""} onChange={(event) => {
              set("stage", event.currentTarget.value);
              set("step", "");
            }}>
            <option value="">{t("filter.any")}</option>
            {stages.map(([stage, name]) => (
              <option key={stage} value={stage}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
      <div class="lh-field">
        <label class="lh-label" for="filter-step">
          {t("filter.step")}
        </label>
        <select id="filter-step" class="lh-input lh-select" value={chosen.step ?? ""} onChange={(event) => set("step", event.currentTarget.value)}>
          <option value="">{t("filter.any")}</option>
          {steps
            .filter((step) => !chosen.stage || step.stage === chosen.stage)
            .map((step) => (
              <option key={step.step} value={step.step}>
                {t("step.named", { step: step.step, name: step.name })}
              </option>
            ))}
        </select>
      </div>
    </div>
  );
}

export function FilterSheet({ wanted, onChoose, onClose }: { wanted: Wanted; onChoose: (wanted: Wanted) => void; onClose: () => void }) {
  const [chosen, setChosen] = useState<Wanted>(wanted);
  useNamed(chosen.starter ?? null, chosen.unit ?? null);
  const set = (name: Name, value: string) => setChosen((before) => ({ ...before, [name]: value }));
  const day = (name: Name, text: Key, of: Key) => (
    <label class="lh-filter-day">
      <span class="lh-hint">{t(text)}</span>
      <input class="lh-input" type="date" aria-label={`${t(of)} ${t(text)}`} value={chosen[name] ?? ""} onInput={(event) => set(name, event.currentTarget.value)} />
    </label>
  );
  return (
    <Dialog
      title={t("filter.more")}
      onClose={onClose}
      onSubmit={() => onChoose(Object.fromEntries(Object.entries(chosen).filter(([, value]) => value)))}
      foot={
        <>
          <Button
            onClick={() => {
              const { q, definition, sort } = chosen;
              setChosen({ ...(q ? { q } : {}), ...(definition ? { definition } : {}), ...(sort ? { sort } : {}) });
            }}
          >
            {t("inbox.clear")}
          </Button>
          <Button look="primary" type="submit">
            {t("filter.show")}
          </Button>
        </>
      }
    >
      <fieldset class="lh-field">
        <legend class="lh-label">{t("filter.arrived")}</legend>
        <div class="lh-filter-days">
          {day("arrived_from", "filter.from", "filter.arrived")}
          {day("arrived_to", "filter.to", "filter.arrived")}
        </div>
      </fieldset>
      <fieldset class="lh-field">
        <legend class="lh-label">{t("filter.due")}</legend>
        <div class="lh-filter-days">
          {day("due_from", "filter.from", "filter.due")}
          {day("due_to", "filter.to", "filter.due")}
        </div>
        <label class="lh-choice lh-filter-choice">
          <input class="lh-tick" type="checkbox" checked={chosen.overdue === "true"} onChange={(event) => set("overdue", event.currentTarget.checked ? "true" : "")} />
          {t("filter.overdue")}
        </label>
      </fieldset>
      {chosen.definition && <Steps definition={chosen.definition} chosen={chosen} set={set} />}
      <div class="lh-field">
        <label class="lh-label" for="filter-starter">
          {t("filter.starter")}
        </label>
        <Picker component={PERSON} id="filter-starter" value={chosen.starter ?? null} within={undefined} describedBy={undefined} invalid={false} required={false} onChange={(person) => set("starter", person ?? "")} />
      </div>
      <div class="lh-field">
        <label class="lh-label" for="filter-mark">
          {t("filter.mark")}
        </label>
        <select id="filter-mark" class="lh-input lh-select" value={chosen.mark ?? ""} onChange={(event) => set("mark", event.currentTarget.value)}>
          <option value="">{t("filter.any")}</option>
          {MARKS.map((mark) => (
            <option key={mark} value={mark}>
              {t(`mark.${mark}`)}
            </option>
          ))}
        </select>
      </div>
      <div class="lh-field">
        <label class="lh-label" for="filter-unit">
          {t("filter.unit")}
        </label>
        <Picker component={UNIT} id="filter-unit" value={chosen.unit ?? null} within={undefined} describedBy={undefined} invalid={false} required={false} onChange={(unit) => set("unit", unit ?? "")} />
        <label class="lh-choice lh-filter-choice">
          <input class="lh-tick" type="checkbox" checked={chosen.below === "true"} onChange={(event) => set("below", event.currentTarget.checked ? "true" : "")} />
          {t("filter.below")}
        </label>
      </div>
      <div class="lh-field">
        <label class="lh-label" for="filter-claimed">
          {t("filter.claimed")}
        </label>
        <select id="filter-claimed" class="lh-input lh-select" value={chosen.claimed ?? ""} onChange={(event) => set("claimed", event.currentTarget.value)}>
          <option value="">{t("filter.claimedAny")}</option>
          <option value="mine">{t("filter.claimedMine")}</option>
          <option value="free">{t("filter.claimedFree")}</option>
        </select>
      </div>
    </Dialog>
  );
}
