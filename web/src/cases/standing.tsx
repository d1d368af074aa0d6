/** A case stands still, goes on, or ends before its time: who says so, and what everybody else is told. */
import { useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { api, ask } from "../contract/client";
import type { components } from "../contract/schema";
import type { Case } from "../contract/shapes";
import { ReasonSheet } from "../tasks/opinion";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { Notice } from "../ui/notice";
import { toast } from "../ui/toast";

type Suspension = components["schemas"]["SuspensionShape"];
type Deed = "suspend" | "resume" | "cancel";

const DEEDS: readonly Deed[] = ["resume", "suspend", "cancel"];
const TITLE: Record<Deed, Key> = { suspend: "standing.suspend", resume: "standing.resume", cancel: "standing.cancel" };
const HINT: Record<Deed, Key> = { suspend: "standing.suspendHint", resume: "standing.resumeHint", cancel: "standing.cancelHint" };
const DONE: Record<Deed, Key> = { suspend: "standing.suspended", resume: "standing.resumed", cancel: "standing.cancelled" };

const send: Record<Deed, (id: string, reason: string) => Promise<unknown>> = {
  suspend: (id, reason) => ask(api.POST("/api/v1/cases/{case_id}/suspension", { params: { path: { case_id: id } }, body: { reason } })),
  resume: (id, reason) => ask(api.POST("/api/v1/cases/{case_id}/resumption", { params: { path: { case_id: id } }, body: { reason } })),
  cancel: (id, reason) => ask(api.POST("/api/v1/cases/{case_id}/cancellation", { params: { path: { case_id: id } }, body: { reason } })),
};

/** Above a case, or one of its tasks, while it stands still. */
export function SuspensionNotice({ found }: { found: Suspension | null }) {
  if (!found) return null;
  return (
    <Notice tone="warn" icon="lock" title={t("standing.banner")}>
      <p class="lh-plain">{t("standing.by", { name: found.by?.name ?? "", at: longTime(found.at) })}</p>
      {found.reason !== null && <p class="lh-plain">{t("standing.reason", { reason: found.reason })}</p>}
      {found.through !== null && <p class="lh-plain">{t("standing.through", { number: found.through })}</p>}
    </Notice>
  );
}

/** At the foot of a case, for whoever may. */
export function StandingActs({ found }: { found: Case }) {
  const [deed, setDeed] = useState<Deed | null>(null);
  const queryClient = useQueryClient();
  const offered = DEEDS.filter((one) => found.can.includes(one) && !(one === "resume" && found.suspension?.through));
  return (
    <>
      {offered.map((one) => (
        <Button key={one} look={one === "cancel" ? "danger" : "plain"} onClick={() => setDeed(one)} data={one}>
          {t(TITLE[one])}
        </Button>
      ))}
      {deed && (
        <ReasonSheet
          title={t(TITLE[deed])}
          kind={deed === "cancel" ? "reject" : "neutral"}
          label={t("standing.label")}
          hint={t(HINT[deed])}
          run={(reason) => send[deed](found.id, reason)}
          onDone={async () => {
            toast({ text: t(DONE[deed]) });
            setDeed(null);
            await Promise.all(
              [["case", found.id], ["trail", found.id], ["diagram", found.id], ["task"], ["tasks"], ["cases"]].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
            );
          }}
          onClose={() => setDeed(null)}
        />
      )}
    </>
  );
}
