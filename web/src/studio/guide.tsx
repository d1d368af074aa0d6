/** The guided first procedure: four steps that look for themselves whether they are done. */
import { useQuery } from "@tanstack/preact-query";
import { Icon } from "../ui/icon";
import { begin, checklist } from "./calls";
import { s, type Word } from "./texts";

const KEPT = "liuhen.guide";

/** A draft of one's own to follow the guide with. */
export async function beginGuide(): Promise<string> {
  const own = Array.from(crypto.getRandomValues(new Uint8Array(3)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const draft = await begin({ nothing: { key: `my_leave_${own}`, name_zh: "请假（练习）", name_en: "Leave request (practice)" } });
  try {
    localStorage.setItem(KEPT, draft.id);
  } catch {
    // Where nothing may be kept, the guide stands on this page for as long as it is open.
  }
  return draft.id;
}

export function isGuided(id: string): boolean {
  try {
    return localStorage.getItem(KEPT) === id;
  } catch {
    return false;
  }
}

/** Steps of approval that a diagram has. */
const tasks = (xml: string) => (xml.match(/<(?:\w+:)?userTask\b/g) ?? []).length;

export function Guide({ id, xml, state }: { id: string; xml: string; state: string }) {
  const list = useQuery({ queryKey: ["draft", id, "checklist"], queryFn: () => checklist(id), enabled: state !== "published" });
  const isPublished = state === "published";
  const hasStep = tasks(xml) > 1;
  const steps: readonly { word: Word; how: Word; done: boolean }[] = [
    { word: "guideDraft", how: "guideDraftHow", done: true },
    { word: "guideStep", how: "guideStepHow", done: hasStep },
    { word: "guideRehearse", how: "guideRehearseHow", done: isPublished || (hasStep && list.data?.rehearsals?.passed === true) },
    { word: "guidePublish", how: "guidePublishHow", done: isPublished },
  ];
  return (
    <section class="lh-card lh-card-pad lh-stack" aria-labelledby="guide">
      <h2 class="lh-h3" id="guide">
        {s("guide")}
      </h2>
      <ol class="lh-guide">
        {steps.map((step) => (
          <li key={step.word} data-step={step.word} data-done={step.done ? "true" : "false"}>
            <Icon name={step.done ? "check" : "next"} />
            <span>
              <strong>{s(step.word)}</strong> <span class="lh-small lh-quiet">{s(step.done ? "guideDone" : "guideTodo")}</span>
              <span class="lh-sub">{s(step.how)}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
