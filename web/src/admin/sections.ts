/** Which parts of the administration are whose: nobody is shown a door that does not open for them. */
import type { Me } from "../contract/shapes";
import { proposals } from "./calls";

export const SECTIONS = ["units", "people", "proposals", "duties", "keys", "parameters"] as const;
export type SectionName = (typeof SECTIONS)[number];

const needs: Readonly<Record<SectionName, readonly string[]>> = {
  units: ["directory.manage", "permissions.read", "trail.verify"],
  people: ["accounts.manage"],
  proposals: ["directory.manage", "accounts.manage", "keys.manage", "duties.publish", "definitions.publish", "administration.confirm", "security.confirm", "trail.read_administration"],
  duties: ["duties.publish", "permissions.read", "trail.verify"],
  keys: ["keys.manage"],
  parameters: ["definitions.publish", "directory.manage", "permissions.read", "trail.verify"],
};

/** Whoever holds one of these finds something in the area. */
export const ADMINISTRATORS: readonly string[] = ["directory.manage", "accounts.manage", "keys.manage", "permissions.read", "trail.verify", "definitions.publish"];

const holds = (who: Me, some: readonly string[]): boolean => some.some((one) => who.permissions.includes(one));

export const sectionsOf = (who: Me): readonly SectionName[] => SECTIONS.filter((name) => holds(who, needs[name]));

export const isTheirs = (who: Me, section: string): boolean => sectionsOf(who).some((name) => name === section);

export const may = (who: Me | null | undefined, permission: string): boolean => who?.permissions.includes(permission) ?? false;

/** How many proposals wait for whoever is signed in; the list is short, since nothing waits for long. */
export const waitingCount = async (): Promise<number> => (await proposals({ waiting: true })).items.length;
