import type { Step } from "../contract/shapes";

/** The numbered steps, and of the rest (corrections, extensions) those that this case came to. */
export function mainSteps(steps: readonly Step[]): readonly Step[] {
  return steps.some((step) => step.step !== null) ? steps.filter((step) => step.step !== null || step.status !== "pending") : steps;
}

/** How many of the procedure's own steps there are, and how many are done; "15a" is a part of step 15. */
export function progress(steps: readonly Step[]): { done: number; total: number } {
  const whole = steps.filter((step) => step.step !== null && /^\d+$/.test(step.step));
  const counted = whole.length > 0 ? whole : steps;
  return { done: counted.filter((step) => step.status === "done").length, total: counted.length };
}
