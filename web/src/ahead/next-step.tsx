/** Under the buttons of a task: what comes next and who gets it, before anything is sent. */
import { previewTask } from "../contract/calls";
import type { Answers, Task } from "../contract/shapes";
import { capital } from "../texts";
import { Icon } from "../ui/icon";
import { useAhead } from "./use-ahead";
import { nextText } from "./words";
import "./ahead.css";

interface NextStepProps {
  task: Task;
  answers: Answers;
  reason: string;
  opinion: string;
  /** The form is complete enough to be judged. */
  ready: boolean;
}

/** A word that stands for an opinion or a reason that is asked for only when the button is pressed. */
const LATER = "…";

export function NextStep({ task, answers, reason, opinion, ready }: NextStepProps) {
  const offered = task.outcome_computed ? [] : task.outcomes.filter((one) => one.enabled);
  const likely = offered.find((one) => one.kind === "agree") ?? offered.find((one) => one.kind === "neutral") ?? null;
  const body = {
    answers,
    ...(likely ? { decision: likely.value } : {}),
    opinion: opinion.trim() || (likely?.opinion === "required" ? LATER : null),
    reason: reason.trim() || LATER,
  };
  const isAsked = ready && (offered.length === 0 || likely !== null);
  const seen = useAhead(isAsked ? JSON.stringify([task.id, task.rev, body]) : null, () => previewTask(task.id, body));
  if (!seen.value) return null;
  const several = offered.length > 1 && likely ? capital(likely.label) : null;
  return (
    <p class="lh-plain lh-next" data-act="next-step" data-busy={seen.busy ? "" : undefined}>
      <Icon name="next" small />
      <span>{nextText(seen.value, several)}</span>
    </p>
  );
}
