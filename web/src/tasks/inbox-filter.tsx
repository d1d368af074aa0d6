/** What of a box is wanted, as the address of the page says it; and the sheet in which it is chosen. */
import { useState } from "preact/hooks";
import type { Box, BoxFilter, Sort } from "../contract/calls";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";

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

const NAMES = ["q", "definition", "sort", "unit", "below", "arrived_from", "arrived_to", "due_from", "due_to", "overdue", "claimed"] as const;
type Name = (typeof NAMES)[number];
/** Those that are chosen in the sheet. */
const MORE: readonly Name[] = ["unit", "arrived_from", "arrived_to", "due_from", "due_to", "overdue", "claimed"];

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
  const { below, overdue, claimed, sort, ...plain } = wanted;
  const known = sorts.find((one) => one.value === sort)?.value;
  return {
    ...plain,
    ...(known ? { sort: known } : {}),
    ...(below === "true" && plain.unit ? { below: true } : {}),
    ...(overdue === "true" ? { overdue: true } : {}),
    ...(claimed === "mine" || claimed === "free" ? { claimed } : {}),
  };
}

export const isFiltered = (wanted: Wanted): boolean => NAMES.some((name) => name !== "sort" && name !== "below" && Boolean(wanted[name]));

export const moreCount = (wanted: Wanted): number => MORE.filter((name) => wanted[name]).length;

export function FilterSheet({ wanted, onChoose, onClose }: { wanted: Wanted; onChoose: (wanted: Wanted) => void; onClose: () => void }) {
  const [chosen, setChosen] = useState<Wanted>(wanted);
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
      <div class="lh-field">
        <label class="lh-label" for="filter-unit">
          {t("filter.unit")}
        </label>
        <input id="filter-unit" class="lh-input" value={chosen.unit ?? ""} onInput={(event) => set("unit", event.currentTarget.value.trim())} />
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
