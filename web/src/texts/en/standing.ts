import type { standing as zh } from "../zh/standing";

export const standing: Record<keyof typeof zh, string> = {
  "standing.suspend": "Suspend the case",
  "standing.suspendHint": "Until it goes on its tasks are seen and cannot be done, and its terms stand still; they move by that time afterwards.",
  "standing.suspended": "The case is suspended",
  "standing.resume": "Let the case go on",
  "standing.resumeHint": "Work goes on, terms move by the time it stood still, and days that have come meanwhile are acted on at once.",
  "standing.resumed": "The case goes on",
  "standing.cancel": "Cancel the case",
  "standing.cancelHint": "The case ends here, its open tasks are withdrawn and its file is kept.",
  "standing.cancelled": "The case is cancelled",
  "standing.banner": "This case is suspended: nothing can be done until it goes on",
  "standing.by": "Suspended by {name}, {at}",
  "standing.through": "Suspended along with {number}: let that case go on.",
  "standing.reason": "Reason: {reason}",
  "standing.label": "Reason",
};
