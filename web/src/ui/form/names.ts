/**
 * Names behind the ids of persons and units in a form.
 *
 * Answers hold ids. Whoever chose one knows the name from the picker; whoever only reads it looks it up here: the
 * people of the task's own unit at once, the rest by the posts they hold.
 */
import { useEffect, useState } from "preact/hooks";
import { peopleOf, personByPosts, unitById } from "../../contract/calls";
import { store } from "../store";
import type { Placed } from "./fit";

const known = new Map<string, string>();
const asked = new Set<string>();
const learnt = store(0);

export function learn(id: string, name: string): void {
  if (known.get(id) === name) return;
  known.set(id, name);
  learnt.set(learnt.get() + 1);
}

/** The name, or the end of the id where the reader may not see it. */
export const nameOf = (id: string): string => known.get(id) ?? `…${id.slice(-6)}`;

function idsIn(placed: readonly Placed[], type: "person" | "unit"): string[] {
  return placed.flatMap((one) => [
    ...(one.component.type === type && typeof one.value === "string" && one.value !== "" ? [one.value] : []),
    ...idsIn(one.children, type),
    ...one.rows.flatMap((row) => idsIn(row, type)),
  ]);
}

const unasked = (ids: readonly string[]): string[] => ids.filter((id) => !known.has(id) && !asked.has(id));

async function look(people: readonly string[], units: readonly string[], unit: string | undefined): Promise<void> {
  for (const id of [...people, ...units]) asked.add(id);
  if (people.length > 0 && unit) {
    for (const person of (await peopleOf(unit)).items) learn(person.id, person.name);
  }
  for (const id of people.filter((one) => !known.has(one))) {
    const held = (await personByPosts(id)).items[0];
    if (held) learn(id, held.person.name);
  }
  for (const id of units) learn(id, (await unitById(id)).name);
}

/** Draws again when a name has arrived. */
export function useNames(placed: readonly Placed[], unit: string | undefined): void {
  const [, redraw] = useState(0);
  useEffect(() => learnt.watch(() => redraw(learnt.get())), []);
  useEffect(() => {
    const people = unasked(idsIn(placed, "person"));
    const units = unasked(idsIn(placed, "unit"));
    if (people.length + units.length === 0) return;
    look(people, units, unit).catch(() => {
      // A name that cannot be had leaves the end of the id; the next page asks again.
      for (const id of [...people, ...units]) asked.delete(id);
    });
  }, [placed, unit]);
}

/** The same for a person and a unit that an address names. */
export function useNamed(person: string | null, unit: string | null): void {
  const [, redraw] = useState(0);
  useEffect(() => learnt.watch(() => redraw(learnt.get())), []);
  useEffect(() => {
    const people = unasked(person ? [person] : []);
    const units = unasked(unit ? [unit] : []);
    if (people.length + units.length === 0) return;
    look(people, units, undefined).catch(() => {
      for (const id of [...people, ...units]) asked.delete(id);
    });
  }, [person, unit]);
}
