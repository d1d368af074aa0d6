/** The sheet in which a search is narrowed, and what it is narrowed to, each with a cross. */
import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { definitions } from "../contract/calls";
import type { Component } from "../contract/shapes";
import { kinds } from "../trail/audit";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { nameOf, useNamed } from "../ui/form/names";
import { Picker } from "../ui/form/picker";
import { choices, meant, type Name, type Wanted } from "./search-calls";

const PERSON = { type: "person", key: "person" } as Component;
const UNIT = { type: "unit", key: "unit" } as Component;
export const HOWS: readonly { value: string; text: Key }[] = [
  { value: "did", text: "search.how.did" },
  { value: "could", text: "search.how.could" },
  { value: "saw", text: "search.how.saw" },
  { value: "about", text: "search.how.about" },
  { value: "started", text: "search.how.started" },
];
export const STATUSES: readonly { value: string; text: Key }[] = [
  { value: "running", text: "case.running" },
  { value: "ended", text: "case.ended" },
  { value: "cancelled", text: "case.cancelled" },
  { value: "suspended", text: "case.suspended" },
  { value: "failed", text: "case.failed" },
];
export const MARKS: readonly { value: string; text: Key }[] = [
  { value: "late", text: "mark.late" },
  { value: "late_entry", text: "mark.late_entry" },
  { value: "returned", text: "mark.returned" },
  { value: "imported", text: "mark.imported" },
];

const worded = (list: readonly { value: string; text: Key }[], value: string): string => {
  const found = list.find((one) => one.value === value);
  return found ? t(found.text) : value;
};

/** What the search is narrowed to, in words; `of` are the names that go with it. */
export function narrowed(wanted: Wanted, names: { definition: string | undefined; step: string | undefined }): { said: string; of: Name[] }[] {
  const found: { said: string; of: Name[] }[] = [];
  const { person, unit, definition, from, to } = wanted;
  if (person) found.push({ said: `${worded(HOWS, wanted.how ?? "did")} · ${nameOf(person)}`, of: ["person", "how"] });
  if (unit) found.push({ said: wanted.below === "false" ? nameOf(unit) : t("search.unitBelow", { name: nameOf(unit) }), of: ["unit", "below"] });
  if (definition) {
    const said = names.definition ?? definition;
    found.push({ said: wanted.version ? t("search.versionOf", { name: said, n: wanted.version }) : said, of: ["definition", "version", "step"] });
  }
  if (wanted.step) found.push({ said: names.step ?? wanted.step, of: ["step"] });
  const kind = kinds.find((one) => one.kind === wanted.kind);
  if (wanted.kind) found.push({ said: kind ? t(kind.text) : wanted.kind, of: ["kind"] });
  if (from ?? to) {
    const days = t("search.days", { from: from ?? "…", to: to ?? "…" });
    found.push({ said: wanted.when === "ended" ? t("search.endedIn", { days }) : days, of: ["from", "to", "when"] });
  }
  if (wanted.status) found.push({ said: worded(STATUSES, wanted.status), of: ["status"] });
  if (wanted.mark) found.push({ said: worded(MARKS, wanted.mark), of: ["mark"] });
  if (wanted.decision) found.push({ said: t("search.decided", { decision: wanted.decision }), of: ["decision"] });
  if (wanted.field) {
    const bounds = wanted.min || wanted.max ? `${wanted.min ?? "…"} – ${wanted.max ?? "…"}` : "";
    found.push({ said: [wanted.field, wanted.value, bounds].filter(Boolean).join(" · "), of: ["field", "value", "min", "max"] });
  }
  return found;
}

export function FilterSheet({ wanted, onChoose, onClose }: { wanted: Wanted; onChoose: (wanted: Wanted) => void; onClose: () => void }) {
  const [chosen, setChosen] = useState<Wanted>(wanted);
  useNamed(chosen.person ?? null, chosen.unit ?? null);
  const library = useQuery({ queryKey: ["definitions"], queryFn: definitions, staleTime: 300_000 });
  const known = useQuery({ queryKey: ["search choices", chosen.definition ?? ""], queryFn: () => choices(chosen.definition), staleTime: 60_000 });
  const set = (name: Name, value: string) => setChosen((before) => ({ ...before, [name]: value }));
  const select = (name: Name, text: Key, options: readonly { value: string; said: string }[], none: Key = "filter.any") => (
    <div class="lh-field">
      <label class="lh-label" for={`search-${name}`}>
        {t(text)}
      </label>
      <select id={`search-${name}`} class="lh-input lh-select" value={chosen[name] ?? ""} onChange={(event) => set(name, event.currentTarget.value)}>
        <option value="">{t(none)}</option>
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.said}
          </option>
        ))}
      </select>
    </div>
  );
  const typed = (name: Name, text: Key, more: Record<string, string> = {}) => (
    <label class="lh-field">
      <span class="lh-label">{t(text)}</span>
      <input class="lh-input" value={chosen[name] ?? ""} onInput={(event) => set(name, event.currentTarget.value)} {...more} />
    </label>
  );
  const said = (list: readonly { value: string; text: Key }[]) => list.map((one) => ({ value: one.value, said: t(one.text) }));
  return (
    <Dialog
      title={t("search.narrow")}
      onClose={onClose}
      onSubmit={() => onChoose(meant(chosen))}
      foot={
        <>
          <Button onClick={() => setChosen(chosen.q ? { q: chosen.q } : {})}>{t("inbox.clear")}</Button>
          <Button look="primary" type="submit" data="show">
            {t("filter.show")}
          </Button>
        </>
      }
    >
      <div class="lh-field">
        <label class="lh-label" for="search-person">
          {t("search.person")}
        </label>
        <Picker component={PERSON} id="search-person" value={chosen.person ?? null} within={undefined} describedBy={undefined} invalid={false} required={false} onChange={(person) => set("person", person ?? "")} />
      </div>
      {chosen.person && (
        <div class="lh-field">
          <label class="lh-label" for="search-how">
            {t("search.how")}
          </label>
          <select id="search-how" class="lh-input lh-select" value={chosen.how ?? "did"} onChange={(event) => set("how", event.currentTarget.value)}>
            {HOWS.map((one) => (
              <option key={one.value} value={one.value}>
                {t(one.text)}
              </option>
            ))}
          </select>
        </div>
      )}
      <div class="lh-field">
        <label class="lh-label" for="search-unit">
          {t("filter.unit")}
        </label>
        <Picker component={UNIT} id="search-unit" value={chosen.unit ?? null} within={undefined} describedBy={undefined} invalid={false} required={false} onChange={(unit) => set("unit", unit ?? "")} />
        {chosen.unit && (
          <label class="lh-choice lh-filter-choice">
            <input class="lh-tick" type="checkbox" checked={chosen.below !== "false"} onChange={(event) => set("below", event.currentTarget.checked ? "" : "false")} />
            {t("filter.below")}
          </label>
        )}
      </div>
      {select("definition", "inbox.definition", library.data?.items.map((one) => ({ value: one.key, said: one.name })) ?? [], "inbox.allDefinitions")}
      {chosen.definition && (
        <div class="lh-search-two">
          {select("step", "filter.step", known.data?.steps.map((one) => ({ value: one.element, said: one.name })) ?? [])}
          {typed("version", "search.version", { type: "number", min: "1", inputMode: "numeric" })}
        </div>
      )}
      {select("kind", "audit.kind", kinds.map((one) => ({ value: one.kind, said: t(one.text) })), "audit.anyKind")}
      <fieldset class="lh-field">
        <legend class="lh-label">{t("search.period")}</legend>
        <div class="lh-search-two">
          {typed("from", "filter.from", { type: "date" })}
          {typed("to", "filter.to", { type: "date" })}
        </div>
        {(chosen.from || chosen.to) && (
          <label class="lh-choice lh-filter-choice">
            <input class="lh-tick" type="checkbox" checked={chosen.when === "ended"} onChange={(event) => set("when", event.currentTarget.checked ? "ended" : "")} />
            {t("search.whenEnded")}
          </label>
        )}
      </fieldset>
      <div class="lh-search-two">
        {select("status", "cases.status", said(STATUSES), "cases.anyStatus")}
        {select("mark", "filter.mark", said(MARKS))}
      </div>
      {typed("decision", "search.decision")}
      {select("field", "search.field", known.data?.fields.map((one) => ({ value: one.field, said: one.label === one.field ? one.field : `${one.label} (${one.field})` })) ?? [])}
      {chosen.field && (
        <>
          {typed("value", "search.value")}
          <div class="lh-search-two">
            {typed("min", "search.min", { inputMode: "decimal" })}
            {typed("max", "search.max", { inputMode: "decimal" })}
          </div>
        </>
      )}
    </Dialog>
  );
}
