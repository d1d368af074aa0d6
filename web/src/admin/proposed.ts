/** What a door answers with that either does something or lets it wait for a second person. */
import { t } from "../texts";
import { toast } from "../ui/toast";
import type { Proposal } from "./calls";

export const isProposal = (answer: unknown): answer is Proposal => typeof answer === "object" && answer !== null && "proposed_at" in answer;

/** Says what became of it: done, or before whom it lies now. */
export function tellDone(answer: unknown, done: string): void {
  if (!isProposal(answer)) {
    toast({ text: done });
    return;
  }
  toast({
    icon: "clock",
    text: t("admin.proposed", { who: answer.confirmers.join(t("form.and")) }),
    link: { href: `/admin/proposals/${answer.id}`, text: t("admin.seeProposal") },
  });
}
