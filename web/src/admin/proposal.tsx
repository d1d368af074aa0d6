/** One dangerous act that somebody proposes: its effect in words, and the second person's word. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useRef, useState } from "preact/hooks";
import { Refusal } from "../contract/client";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { confirmProposal, proposal, refuseProposal, tryOut, withdrawProposal, type Change, type ProposalWhole } from "./calls";
import { Field } from "./field";
import { OutlookView } from "./outlook";
import { HandedOverView, PlanView } from "./plan";
import { ProposalPill } from "./proposals";

type Answer = "confirm" | "refuse" | "withdraw";

export function ProposalPage({ id }: { id: string }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState<Exclude<Answer, "confirm"> | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const problem = useRef<HTMLDivElement>(null);
  const found = useQuery({ queryKey: ["proposals", "one", id], queryFn: () => proposal(id), staleTime: 5_000 });
  useTitle(found.data?.summary);
  if (found.isPending) return <Skeleton lines={8} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const one = found.data;
  const settled = (answer: ProposalWhole, what: Answer) => {
    setAsking(null);
    setRefused(null);
    client.setQueryData(["proposals", "one", id], answer);
    for (const key of ["proposals", "accounts", "unit", "units", "handover", "posts"]) void client.invalidateQueries({ queryKey: [key] });
    toast({ text: t(`admin.answered.${what}`) });
  };
  const confirm = async () => {
    setBusy(true);
    try {
      settled(await confirmProposal(id, one.mark), "confirm");
    } catch (error) {
      setRefused(error);
      // What was looked at is not what would be done: it is shown anew, and has to be looked at again.
      if (error instanceof Refusal && error.status === 409) void found.refetch();
      requestAnimationFrame(() => problem.current?.focus());
    }
    setBusy(false);
  };
  const can = one.can;
  return (
    <div class="lh-narrow lh-stack lh-touch" style={{ gap: "16px", marginInline: 0 }}>
      <header>
        <a class="lh-back" href="/admin/proposals">
          <Icon name="back" small />
          {t("admin.proposals")}
        </a>
        <div class="lh-row lh-spread">
          <h1 class="lh-h1">{one.summary}</h1>
          <ProposalPill of={one} />
        </div>
        <div class="lh-meta">
          <span>{one.kind_name}</span>
          <span>{t("admin.proposedBy", { name: one.proposed_by.name, at: longTime(one.proposed_at) })}</span>
          {one.status === "proposed" && <span>{t("admin.until", { at: longTime(one.expires_at) })}</span>}
        </div>
      </header>
      {refused !== null && <RefusalNotice error={refused} focusRef={problem} />}
      {one.status === "proposed" && one.is_changed && (
        <Notice tone="warn" title={t("admin.effectChanged")} alert>
          <p class="lh-plain">{t("admin.effectChangedWhat")}</p>
        </Notice>
      )}
      {one.status === "proposed" && one.hindrance && (
        <Notice tone="danger" title={t("admin.hindrance")}>
          <p class="lh-plain">{one.hindrance}</p>
        </Notice>
      )}
      <section class="lh-card lh-pane lh-stack" aria-label={t("admin.effect")}>
        <h2 class="lh-h3">{t("admin.effect")}</h2>
        <dl class="lh-facts">
          {one.lines.map((line) => (
            <div key={line.label} style={{ display: "contents" }}>
              <dt class="lh-fact-name">{line.label}</dt>
              <dd class="lh-fact">{line.value}</dd>
            </div>
          ))}
        </dl>
        <blockquote class="lh-quote">{one.reason}</blockquote>
      </section>
      {one.kind === "organisation.change" && one.status === "proposed" && <Tried changes={(one.plan as { changes: Change[] }).changes} />}
      {one.handed_over ? <HandedOverView tasks={one.handed_over} /> : one.handover && <PlanView plan={one.handover} />}
      {one.decided_at && (
        <Notice tone={one.status === "confirmed" ? "good" : "info"} title={one.status_name}>
          <p class="lh-plain lh-small">
            {one.decided_by ? t("admin.decidedBy", { name: one.decided_by.name, at: longTime(one.decided_at) }) : longTime(one.decided_at)}
          </p>
          {one.opinion && <p class="lh-plain">{one.opinion}</p>}
        </Notice>
      )}
      {can.length > 0 ? (
        <div class="lh-row">
          {can.includes("confirm") && (
            <Button look="primary" icon="check" busy={busy} onClick={() => void confirm()} data="confirm-proposal">
              {t("admin.confirm")}
            </Button>
          )}
          {can.includes("refuse") && (
            <Button look="danger" onClick={() => setAsking("refuse")} data="refuse-proposal">
              {t("admin.refuse")}
            </Button>
          )}
          {can.includes("withdraw") && (
            <Button onClick={() => setAsking("withdraw")} data="withdraw-proposal">
              {t("admin.withdraw")}
            </Button>
          )}
        </div>
      ) : (
        one.status === "proposed" && <Notice icon="lock">{t("admin.waitsFor", { who: one.confirmers.join(t("form.and")) })}</Notice>
      )}
      {one.status === "proposed" && can.includes("withdraw") && !can.includes("confirm") && (
        <p class="lh-plain lh-small lh-quiet">{t("admin.waitsFor", { who: one.confirmers.join(t("form.and")) })}</p>
      )}
      {asking && <Reason id={id} what={asking} onClose={() => setAsking(null)} onDone={(answer) => settled(answer, asking)} />}
    </div>
  );
}

/** What a change of the organisation would lead to as things stand now. */
function Tried({ changes }: { changes: Change[] }) {
  const found = useQuery({ queryKey: ["proposals", "trial", changes], queryFn: () => tryOut(changes), staleTime: 10_000 });
  if (found.isPending) return <Skeleton lines={3} />;
  if (!found.data) return <RefusalNotice error={found.error} />;
  return <OutlookView found={found.data} />;
}

interface ReasonProps {
  id: string;
  what: "refuse" | "withdraw";
  onClose: () => void;
  onDone: (answer: ProposalWhole) => void;
}

function Reason({ id, what, onClose, onDone }: ReasonProps) {
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const missing = what === "refuse" && reason.trim() === "";
  const send = async () => {
    setChecked(true);
    if (missing) return;
    setBusy(true);
    try {
      onDone(await (what === "refuse" ? refuseProposal : withdrawProposal)(id, reason.trim()));
    } catch (error) {
      setRefused(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t(what === "refuse" ? "admin.refuse" : "admin.withdraw")}
      onClose={onClose}
      onSubmit={() => void send()}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="danger" type="submit" busy={busy} data="send-answer">
            {t(what === "refuse" ? "admin.refuse" : "admin.withdraw")}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <Field label={t("admin.reason")} required={what === "refuse"} wrong={checked && missing ? t("fault.required") : undefined}>
        {(wiring) => <textarea class="lh-input lh-area" {...wiring} maxLength={2000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
      </Field>
    </Dialog>
  );
}
