/** Many tasks at once: what they share and where they differ, one decision and opinion, and what became of each. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { batchPreview, completeMany, task as readTask, undo } from "../contract/calls";
import { me } from "../contract/session";
import type { Answers, BatchAnswer, BatchPreview, Task } from "../contract/shapes";
import { capital, t } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { withAnswer } from "../ui/form/fit";
import { Form, plainText, type FieldFault } from "../ui/form/form";
import { sentence } from "../ui/form/sentences";
import { useReading } from "../ui/form/use-reading";
import { Icon } from "../ui/icon";
import { Must } from "../ui/must";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
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

  const items = found.data?.items;
  const allowed = useMemo(() => items?.filter((one) => one.allowed) ?? [], [items]);
  const outcomes = found.data?.outcomes ?? [];
  const isPlain = found.data?.is_plain ?? false;
  const shared = useRef<Shared>(NOTHING_SHARED);
  const [tried, setTried] = useState(false);
  const chosen = outcomes.find((one) => one.value === decision) ?? outcomes.find((one) => one.kind === "agree") ?? outcomes[0];

  const send = async () => {
    if (busy || !(chosen || isPlain) || allowed.length === 0) return;
    setTried(true);
    if (chosen?.opinion === "required" && opinion.trim() === "") {
      setMissing(true);
      return;
    }
    if (found.data?.shared && !shared.current.isReady) return;
    if (shared.current.hasGaps && chosen?.kind !== "return") return;
    setBusy(true);
    setFailure(null);
    try {
      const said = opinion.trim();
      const reason = shared.current.reason.trim();
      const done = await completeMany(
        allowed.map(({ task, opening }) => ({
          task: task.id,
          answers: { ...opening, ...shared.current.answers },
          rev: task.rev,
          ...(chosen ? { decision: chosen.value } : {}),
          ...(said ? { opinion: said } : {}),
          ...(reason ? { reason } : {}),
        })),
      );
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
          {(chosen || isPlain) && (
            <Button type="submit" look={chosen?.kind === "reject" || chosen?.kind === "return" ? "danger" : "primary"} busy={busy} data="batch-send">
              {chosen && `${capital(chosen.label)} · `}
              {t("batch.send", { n: allowed.length })}
            </Button>
          )}
        </>
      }
    >
      {failure !== null && <RefusalNotice error={failure} />}
      {found.isPending ? <Skeleton lines={4} /> : !found.data ? <LoadFailure error={found.error} onRetry={() => void found.refetch()} /> : <Compared preview={found.data} />}
      {found.data?.shared && <SharedForm task={found.data.shared} items={allowed} tried={tried} onChange={(next) => (shared.current = next)} />}
      {found.data && !chosen && !isPlain && (
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

/** What is filled in once for all tasks of a batch. */
interface Shared {
  /** What goes to each task over what its own form has from the beginning. */
  answers: Answers;
  reason: string;
  hasGaps: boolean;
  isReady: boolean;
}

const NOTHING_SHARED: Shared = { answers: {}, reason: "", hasGaps: false, isReady: false };

interface SharedFormProps {
  task: string;
  items: readonly BatchPreview["items"][number][];
  tried: boolean;
  onChange: (shared: Shared) => void;
}

/** The form of the step, once. A field in which the tasks differ stands empty and is left alone where nothing is typed. */
function SharedForm({ task, items, tried, onChange }: SharedFormProps) {
  const found = useQuery({ queryKey: ["batch-form", task], queryFn: () => readTask(task), staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false });
  if (found.isPending) return <Skeleton lines={2} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return <SharedFields task={found.data} items={items} tried={tried} onChange={onChange} />;
}

function SharedFields({ task, items, tried, onChange }: Omit<SharedFormProps, "task"> & { task: Task }) {
  const today = useStore(me)?.today;
  const openings = useMemo(() => items.map((one) => one.opening ?? {}), [items]);
  const names = useMemo(() => [...new Set(openings.flatMap((one) => Object.keys(one)))], [openings]);
  const varied = useMemo(() => new Set(names.filter((name) => new Set(openings.map((one) => JSON.stringify(one[name] ?? null))).size > 1)), [names, openings]);
  const [answers, setAnswers] = useState<Answers>(() => Object.fromEntries(names.filter((name) => !varied.has(name)).map((name) => [name, openings[0]?.[name]])));
  const [typed, setTyped] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState("");
  const form = useMemo(() => {
    if (!task.form) return null;
    return { ...task.form, components: task.form.components.filter((one) => one.type !== "expression" && one.readonly !== true) };
  }, [task.form]);
  const reading = useReading(form, answers, task.context, today);
  const isOwn = (path: string) => varied.has(topOf(path)) && !typed.has(topOf(path));
  const faults = (reading?.faults ?? []).filter((fault) => !isOwn(fault.path)).map((fault): FieldFault => ({ path: fault.path, message: sentence(fault) }));
  const given = reading ? Object.fromEntries(Object.entries(reading.answers).filter(([name]) => !isOwn(name))) : {};
  const tell = useRef(onChange);
  tell.current = onChange;
  const said = JSON.stringify(given);
  useEffect(() => {
    tell.current({ answers: JSON.parse(said) as Answers, reason, hasGaps: faults.length > 0, isReady: reading !== null });
  }, [said, reason, faults.length, reading]);
  if (!form || !reading || form.components.length === 0) return null;
  const hints = Object.fromEntries([...varied].map((name) => [name, t("batch.own")]));
  return (
    <div class="lh-stack" role="group" aria-label={t("batch.form")} data-pane="batch-form">
      <p class="lh-plain lh-small lh-quiet">{t("batch.formWhat", { n: items.length })}</p>
      <Form
        shown={reading.shown}
        unit={task.unit?.id}
        faults={tried ? faults : []}
        hints={hints}
        within={reading.within}
        onChange={(path, value) => {
          setAnswers((before) => withAnswer(before, path, value));
          setTyped((before) => new Set([...before, topOf(path)]));
        }}
      />
      {task.business_date && (
        <div class="lh-field">
          <label class="lh-label" for="batch-reason">{t("late.reason")}</label>
          <textarea class="lh-input lh-area" id="batch-reason" rows={2} maxLength={20000} value={reason} aria-describedby="batch-reason-hint" onInput={(event) => setReason(event.currentTarget.value)} />
          <p class="lh-hint" id="batch-reason-hint">{t("batch.reasonWhen")}</p>
        </div>
      )}
    </div>
  );
}

const topOf = (path: string) => path.split(/[.[]/, 1)[0] ?? path;

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
  const undoable = done.filter((one) => one.task.undo_until !== null);
  const failed = answers.filter((one) => !one.done);
  const [left, setLeft] = useState(() => secondsOf(undoable[0]));
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
      for (const one of undoable) await undo(one.task.id);
      toast({ text: t("batch.undone", { n: undoable.length }), icon: "back" });
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
          {undoable.length > 0 && left > 0 && (
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
            {one.problem && one.problem.errors.length > 1 && (
              <ul class="lh-bullets lh-sub">
                {one.problem.errors.map((gap) => (
                  <li key={`${gap.field}/${gap.code}`}>{gap.message}</li>
                ))}
              </ul>
            )}
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
