import type { clauses as zh } from "../zh/clauses";

export const clauses: Readonly<Record<keyof typeof zh, string>> = {
  "case.tabClauses": "Clauses",
  "clauses.show": "Which clauses to show",
  "clauses.all": "All {n}",
  "clauses.met": "Met",
  "clauses.exception": "Exception",
  "clauses.open": "Open",
  "clauses.notApplicable": "Not applicable",
  "clauses.national": "national",
  "clauses.local": "local",
  "clauses.policy": "policy of the office",
  "clauses.steps": "Enforced by {steps}",
  "clauses.and": ", ",
  "clauses.departures": "{n} entry departs from it|{n} entries depart from it",
  "clauses.evidence": "{n} entry shows it|{n} entries show it",
  "clauses.more": "{n} more, in the trail.",
};
