/** Many tasks at once: what they share and where they differ, one decision and opinion, and what became of each. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useEffect, useState } from "preact/hooks";
import { batchPreview, completeMany, undo } from "../contract/calls";
import type { BatchAnswer, BatchPreview } from "../contract/shapes";
import { capital, t } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { plainText } from "../ui/form/form";
import { Icon } from "../ui/icon";
import { Must } from "../ui/must";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Skeleton } from "../ui/states";
import { toast } from "../ui/toast";

interface BatchProps {
  ids: readonly string[];
  /** Which of them are still to do. */
  onDone: (left: readonly string[]) => void;
  onClose: () => void;
}

export function BatchSheet({ ids, onDone, onClose }: BatchProps) {
  const [wanted] = useState(ids);
  const queryClient = useQueryClient();
  const found = useQuery({ queryKey: ["batch", wanted], queryFn: () => batchPreview(wanted), staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false });
  const [decision, setDecision] = useState<string | null>(null);
  const [opinion, setOpinion] = useState("");
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [answers, setAnswers] = useState<readonly BatchAnswer[] | null>(null);

  const allowed = found.data?.items.filter((one) => one.allowed) ?? [];
  const outcomes = found.data?.outcomes ?? [];
  const chosen = outcomes.find((one) => one.value === decision) ?? outcomes.find((one) => one.kind === "agree") ?? outcomes[0];

  const send = async () => {
    if (busy || !chosen) return;
    if (chosen.opinion === "required" && opinion.trim() === "") {
      setMissing(true);
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      const said = opinion.trim();
      const done = await completeMany(allowed.map(({ task }) => ({ task: task.id, decision: chosen.value, rev: task.rev, ...(said ? { opinion: said } : {}) })));
      setAnswers(done.items);
      onDone(done.items.filter((one) => one.status !== 200).map((one) => one.task));
      await queryClient.invalidateQueries({ queryKey: ["tasks"] });
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };

  if (answers && found.data) return <Answers answers={answers} preview={found.data} onClose={onClose} />;
  return (
    <Dialog
      title={t("batch.title", { n: wanted.length })}
      onClose={onClose}
      onSubmit={() => void send()}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          {chosen && (
            <Button type="submit" look={chosen.kind === "reject" || chosen.kind === "return" ? "danger" : "primary"} busy={busy} data="batch-send">
              {capital(chosen.label)} · {t("batch.send", { n: allowed.length })}
            </Button>
          )}
        </>
      }
    >
      {failure !== null && <RefusalNotice error={failure} />}
      {found.isPending ? <Skeleton lines={4} /> : !found.data ? <LoadFailure error={found.error} onRetry={() => void found.refetch()} /> : <Compared preview={found.data} />}
      {found.data && !chosen && (
        <Notice tone="warn" icon="warn">
          <p class="lh-plain">{t("batch.none")}</p>
        </Notice>
      )}
      {chosen && outcomes.length > 1 && (
        <fieldset class="lh-field">
          <legend class="lh-label">{t("batch.decision")}</legend>
          <div class="lh-row">
            {outcomes.map((one) => (
              <label key={one.value} class="lh-choice">
                <input type="radio" name="batch-decision" checked={one.value === chosen.value} onChange={() => setDecision(one.value)} />
                {capital(one.label)}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      {chosen && chosen.opinion !== "none" && (
        <div class="lh-field">
          <label class="lh-label" for="batch-opinion">
            {t("batch.words")}
            {chosen.opinion === "required" && <Must />}
          </label>
          <textarea
            id="batch-opinion"
            class="lh-input lh-area"
            rows={2}
            value={opinion}
            aria-required={chosen.opinion === "required" ? "true" : undefined}
            aria-invalid={missing && opinion.trim() === "" ? "true" : undefined}
            aria-describedby={missing && opinion.trim() === "" ? "batch-opinion-error" : undefined}
            onInput={(event) => setOpinion(event.currentTarget.value)}
          />
          {missing && opinion.trim() === "" && (
            <p class="lh-error" id="batch-opinion-error">
              <Icon name="warn" />
              <span>{t("opinion.missing")}</span>
            </p>
          )}
        </div>
      )}
    </Dialog>
  );
}

function Compared({ preview }: { preview: BatchPreview }) {
  return (
    <div class="lh-stack">
      {preview.sums.length > 0 && (
        <dl class="lh-facts">
          {preview.sums.map((sum) => (
            <>
              <dt key={sum.label} class="lh-fact-name">
                {t("batch.sum", { label: sum.label })}
              </dt>
              <dd class="lh-fact lh-numeric">{plainText(sum.value)}</dd>
            </>
          ))}
        </dl>
      )}
      {preview.items.length > 1 && <p class="lh-plain lh-small lh-quiet">{t("batch.differs")}</p>}
      <ul class="lh-batch">
        {preview.items.map((item) => (
          <li key={item.task.id} class={item.allowed ? "lh-batch-item" : "lh-batch-item lh-batch-out"}>
            <span class="lh-strong">{item.task.case.title}</span>
            <span class="lh-sub lh-numeric">
              {item.task.case.number} · {item.task.name}
            </span>
            <span class="lh-batch-lines">
              {item.values.map((line) => (
                <span key={line.label} class={line.differs ? "lh-batch-line lh-batch-differs" : "lh-batch-line"}>
                  {line.label} <b>{plainText(line.value)}</b>
                </span>
              ))}
            </span>
            {item.reason && <span class="lh-error">{t("batch.left", { reason: item.reason })}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Answers({ answers, preview, onClose }: { answers: readonly BatchAnswer[]; preview: BatchPreview; onClose: () => void }) {
  const queryClient = useQueryClient();
  const done = answers.flatMap((one) => (one.done ? [one.done] : []));
  const failed = answers.filter((one) => !one.done);
  const [left, setLeft] = useState(() => secondsOf(done[0]));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    if (left <= 0) return;
    const wait = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(wait);
  }, [left]);
  const takeBack = async () => {
    setBusy(true);
    setFailure(null);
    try {
      for (const one of done) await undo(one.task.id);
      toast({ text: t("batch.undone", { n: done.length }), icon: "back" });
      onClose();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
      await queryClient.invalidateQueries({ queryKey: ["tasks"] });
    }
  };
  const title = (id: string) => preview.items.find((item) => item.task.id === id)?.task.case.title ?? id;
  return (
    <Dialog
      title={t("batch.answers")}
      onClose={onClose}
      foot={
        <>
          {done.length > 0 && left > 0 && (
            <Button icon="back" busy={busy} onClick={() => void takeBack()} data="batch-undo">
              {t("batch.undo")}
            </Button>
          )}
          <Button look="primary" onClick={onClose} data="batch-close">
            {t("batch.close")}
          </Button>
        </>
      }
    >
      {failure !== null && <RefusalNotice error={failure} />}
      <div role="status" class="lh-stack">
        {done.length > 0 && (
          <Notice tone="good">
            <p class="lh-plain">{t("batch.done", { n: done.length })}</p>
            {left > 0 && <p class="lh-plain lh-small">{t("batch.undoHint", { n: left })}</p>}
          </Notice>
        )}
        {failed.length > 0 && (
          <Notice tone="warn" icon="warn">
            <p class="lh-plain">{t("batch.failed", { n: failed.length })}</p>
          </Notice>
        )}
      </div>
      <ul class="lh-batch">
        {answers.map((one) => (
          <li key={one.task} class="lh-batch-item">
            <span class="lh-row lh-inbox-head">
              <Icon name={one.done ? "check" : "warn"} />
              <span class="lh-strong">{title(one.task)}</span>
            </span>
            {one.problem && <span class="lh-sub">{one.problem.detail}</span>}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** How long it can be undone, by the server's own two times. */
function secondsOf(done: BatchAnswer["done"] | undefined): number {
  if (!done?.task.undo_until || !done.task.completed_at) return 0;
  return Math.max(0, Math.floor((Date.parse(done.task.undo_until) - Date.parse(done.task.completed_at)) / 1000));
}
