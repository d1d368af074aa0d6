/** What a completed step recorded is corrected by two persons: proposed in its form, agreed to or refused beside the case. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useMemo, useState } from "preact/hooks";
import { caseCorrections, correctionForm, decideCorrection, proposeCorrection } from "../contract/calls";
import { me } from "../contract/session";
import type { Correction, FormSchema } from "../contract/shapes";
import { OpinionSheet } from "../tasks/opinion";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { withAnswer } from "../ui/form/fit";
import { Form, plainText } from "../ui/form/form";
import { useReading } from "../ui/form/use-reading";
import { RefusalNotice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { toast } from "../ui/toast";

/** The form of a step that is done, to be filled in as it should have been. */
export function Correcting({ task, caseId, unit, onClose }: { task: string; caseId: string; unit: string | undefined; onClose: () => void }) {
  const queryClient = useQueryClient();
  const found = useQuery({ queryKey: ["correcting", task], queryFn: () => correctionForm(task), staleTime: 0 });
  const today = useStore(me)?.today;
  const [changed, setChanged] = useState<Readonly<Record<string, unknown>>>({});
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const answers = useMemo(() => ({ ...found.data?.values, ...changed }), [found.data, changed]);
  const reading = useReading((found.data?.form ?? null) as FormSchema | null, answers, found.data?.context ?? {}, today);
  if (found.isPending) return <Skeleton lines={3} />;
  if (!found.data) return <RefusalNotice error={found.error} />;
  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await proposeCorrection(task, { answers: changed, reason });
      toast({ text: t("correct.proposed") });
      await queryClient.invalidateQueries({ queryKey: ["corrections", caseId] });
      onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="lh-stack">
      <p class="lh-plain lh-small lh-quiet">{t("correct.hint")}</p>
      {reading && (
        <Form
          unit={unit}
          shown={reading.shown}
          within={reading.within}
          onChange={(path, value) => {
            const top = path.split(/[.[]/)[0] ?? path;
            const next = withAnswer(answers, path, value);
            setChanged((before) => ({ ...before, [top]: next[top] }));
          }}
        />
      )}
      <div class="lh-row">
        {Object.keys(changed).length > 0 && (
          <Button look="primary" onClick={() => setAsking(true)} data="propose-correction">
            {t("correct.propose")}
          </Button>
        )}
        <Button onClick={onClose}>{t("act.cancel")}</Button>
      </div>
      {asking && (
        <OpinionSheet
          title={t("correct.propose")}
          kind="neutral"
          required
          label={t("correct.reason")}
          value={reason}
          busy={busy}
          fault={null}
          refusal={error}
          onInput={setReason}
          onSubmit={() => void submit()}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

/** The corrections of a case: those that wait for a second person first. */
export function Corrections({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["corrections", id], queryFn: () => caseCorrections(id), staleTime: 15_000, retry: false });
  return (
    <>
      {(found.data?.items ?? []).map((one) => (
        <OneCorrection key={one.id} found={one} caseId={id} />
      ))}
    </>
  );
}

const TONES = { proposed: "warn", made: "good", refused: "neutral" } as const;
const STATES = { proposed: "correct.waits", made: "correct.made", refused: "correct.refused" } as const;

function OneCorrection({ found, caseId }: { found: Correction; caseId: string }) {
  const queryClient = useQueryClient();
  const [deciding, setDeciding] = useState<boolean | null>(null);
  const [opinion, setOpinion] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const decide = async () => {
    setBusy(true);
    setError(null);
    try {
      await decideCorrection(found.id, { agree: deciding === true, opinion: opinion.trim() || null });
      setDeciding(null);
      await Promise.all(["corrections", "case", "trail", "clauses"].map((key) => queryClient.invalidateQueries({ queryKey: [key, caseId] })));
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const name = found.step ? t("step.named", { step: found.step, name: found.element_name }) : found.element_name;
  return (
    <section class="lh-card lh-pane" aria-label={t("correct.of", { name })} data-act="correction">
      <div class="lh-row lh-spread">
        <span class="lh-strong">{t("correct.of", { name })}</span>
        <Pill tone={TONES[found.status]}>{t(STATES[found.status])}</Pill>
      </div>
      <p class="lh-plain lh-small lh-quiet">
        {t("correct.by", { name: found.proposed_by.name, at: longTime(found.proposed_at) })}
        {found.decided_by && found.decided_at && ` · ${t("correct.decided", { name: found.decided_by.name, at: longTime(found.decided_at) })}`}
      </p>
      <p class="lh-quote">{found.reason}</p>
      {found.opinion && <p class="lh-quote">{found.opinion}</p>}
      <dl class="lh-facts">
        {found.changes.map((change) => (
          <>
            <dt key={change.field} class="lh-fact-name">
              {change.label}
            </dt>
            <dd class="lh-fact">
              <del>{plainText(change.before)}</del> → {plainText(change.value)}
            </dd>
          </>
        ))}
      </dl>
      {found.can.includes("confirm") && (
        <div class="lh-row" style={{ marginTop: "8px" }}>
          <Button look="primary" onClick={() => setDeciding(true)} data="agree-correction">
            {t("correct.agree")}
          </Button>
          <Button look="danger" onClick={() => setDeciding(false)} data="refuse-correction">
            {t("correct.refuse")}
          </Button>
        </div>
      )}
      {deciding !== null && (
        <OpinionSheet
          title={t(deciding ? "correct.agree" : "correct.refuse")}
          kind={deciding ? "agree" : "reject"}
          required={!deciding}
          value={opinion}
          busy={busy}
          fault={null}
          refusal={error}
          onInput={setOpinion}
          onSubmit={() => void decide()}
          onClose={() => setDeciding(null)}
        />
      )}
    </section>
  );
}
