import type { Step } from "../contract/shapes";

/** The numbered steps, and of the rest (corrections, extensions) those that this case came to. */
export function mainSteps(steps: readonly Step[]): readonly Step[] {
  return steps.some((step) => step.step !== null) ? steps.filter((step) => step.step !== null || step.status !== "pending") : steps;
}
