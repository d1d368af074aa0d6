/** Units in the line of subordination, as far as they are offered: how deep each stands, and what is below it. */

export interface OfferedUnit {
  id: string;
  code: string;
  name: string;
  parent: string | null;
}

/** The units so that each follows the one above it, with how many of those offered stand above it. */
export function inLine(units: readonly OfferedUnit[]): { unit: OfferedUnit; depth: number }[] {
  const known = new Set(units.map((one) => one.id));
  const below = new Map<string, OfferedUnit[]>();
  for (const one of units) {
    const above = one.parent !== null && known.has(one.parent) ? one.parent : "";
    below.set(above, [...(below.get(above) ?? []), one]);
  }
  const walk = (id: string, depth: number): { unit: OfferedUnit; depth: number }[] =>
    (below.get(id) ?? []).flatMap((unit) => [{ unit, depth }, ...walk(unit.id, depth + 1)]);
  return walk("", 0);
}

/** A unit and everything offered below it. */
export function withAllBelow(units: readonly OfferedUnit[], id: string): string[] {
  const found = [id];
  for (const at of found) found.push(...units.filter((one) => one.parent === at).map((one) => one.id));
  return found;
}
