/** Doing a task: its form, its decisions, and everything that may stand in the way. */
import { useQueryClient } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { claim, complete, confirm, draft, giveBack, release, takeBack, type Back } from "../contract/calls";
import { Refusal } from "../contract/client";
import { me } from "../contract/session";
import type { Answers, Clause, Completed, Outcome, OutcomeKind, Signed, Task } from "../contract/shapes";
import { capital, t } from "../texts";
import { Button } from "../ui/button";
import { longDay, longTime } from "../ui/dates";
import { holdersText } from "../ui/holders";
import { Icon } from "../ui/icon";
import { fieldId, Form, type FieldFault } from "../ui/form/form";
import { withAnswer, type Access } from "../ui/form/fit";
import { sentence } from "../ui/form/sentences";
import { useReading } from "../ui/form/use-reading";
import { Must } from "../ui/must";
import { Citation, Notice, RefusalNotice, sentenceOf } from "../ui/notice";
import { useStore } from "../ui/store";
import { toast } from "../ui/toast";
import { FaultSummary, isToldByFields } from "./fault-summary";
import { Enclosures } from "../files/attachments";
import { Sign } from "../files/sign";
import { forgetDraft, recallDraft, serverDraft, useDraft, type Typed } from "./draft";
import { OpinionSheet } from "./opinion";
import { NextStep } from "../ahead/next-step";
import { SuspensionNotice } from "../cases/standing";
import { HandOver, mayHandOver } from "./hand-over";
import { consent, giveBackWork } from "./handing-calls";
import { ReturnTo } from "./return-to";
import { Away, OwnPart, Parts } from "./signers";

const READ_ONLY: Readonly<Record<string, Access>> = { "*": "read" };
const NO_LABELS: Readonly<Record<string, string>> = {};
const NOTHING: Readonly<Record<string, Access>> = {};

/** What a person is about to do, and the sheet that asks for the words. */
interface Act {
  kind: OutcomeKind;
  title: string;
  opinion: Outcome["opinion"];
  hint?: string;
  run: (opinion: string | undefined, back: Back, signature: Signed | null) => Promise<Completed>;
  done: string;
  /** The outcome that is chosen with it; kept with the draft. */
  decision?: string;
  /** The form need not be filled in completely. */
  isPartial?: boolean;
  /** Asks for a signature. */
  isSigned?: boolean;
  /** Asks where to return to. */
  asksWhere?: true;
  /** Lets whoever was entrusted propose a decision. */
  proposes?: true;
}

export function clauseOf(task: Task, id: string | null | undefined): Clause | null {
  return (id && task.clauses.find((clause) => clause.id === id)) || null;
}

function openingAnswers(task: Task): Answers {
  return { ...(task.form?.values ?? {}), ...task.values };
}

export function Work({ task, onDone }: { task: Task; onDone?: (done: Completed) => void }) {
  const { route } = useLocation();
  const queryClient = useQueryClient();
  const today = useStore(me)?.today;
  const mayAct = task.can.includes("complete");
  const mayConfirm = task.can.includes("confirm");
  const isEntrusted = task.can.includes("give_back");
  const mayWrite = mayAct || isEntrusted;
  const pending = task.pending;

  const [kept] = useState(() => (mayWrite ? recallDraft(task.id, task.rev) : null));
  const [elsewhere] = useState(() => (mayWrite && kept === null ? serverDraft(task, openingAnswers(task)) : null));
  const [typed, setTyped] = useState<Typed>(() => kept ?? elsewhere ?? { answers: openingAnswers(task), opinion: "", reason: "" });
  const [changed, setChanged] = useState(kept !== null);
  const [isRestored, setRestored] = useState(kept !== null || elsewhere !== null);
  const [signature, setSignature] = useState<Signed | null>(null);
  const [unsigned, setUnsigned] = useState<string | null>(null);
  const [act, setAct] = useState<Act | null>(null);
  const [back, setBack] = useState<Back>({});
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [serverFaults, setServerFaults] = useState<readonly FieldFault[]>([]);
  const [isTried, setTried] = useState(false);
  const isWarned = mayAct && task.duties.some((duty) => duty.why && duty.enforcement === "warn");
  const [asksReason, setAsksReason] = useState(isWarned);
  const top = useRef<HTMLDivElement>(null);

  // The second person reads what the first one wrote; nobody else changes it any more.
  const answers = pending ? pending.values : typed.answers;
  // What a field that only shows keeps is what the server put into it, never what was typed.
  const context = useMemo(() => ({ ...task.context, ...openingAnswers(task), ...pending?.values }), [task, pending]);
  const reading = useReading(task.form, answers, context, today, mayWrite && !pending ? NOTHING : READ_ONLY);
  const saved = useDraft(task.id, task.rev, typed, reading?.answers ?? {}, changed, mayWrite && task.can.includes("draft"));

  const change = (next: Partial<Typed>) => {
    setTyped((before) => ({ ...before, ...next }));
    setChanged(true);
  };
  const setAnswer = (path: string, value: unknown) => {
    setTyped((before) => ({ ...before, answers: withAnswer(before.answers, path, value) }));
    setChanged(true);
    setServerFaults((before) => before.filter((fault) => fault.path !== path && !fault.path.startsWith(`${path}[`)));
  };

  const business = task.business_date;
  const actedOn = business ? typed.answers[business.field] : undefined;
  const isLate = Boolean(business?.late_before && typeof actedOn === "string" && actedOn !== "" && actedOn < business.late_before);
  const needsReason = mayAct && (isLate || asksReason);

  const ownFaults: FieldFault[] = isTried && reading ? reading.faults.map((fault) => ({ path: fault.path, message: sentence(fault) })) : [];
  const reasonFault: FieldFault[] = isTried && needsReason && typed.reason.trim() === "" ? [{ path: "reason", message: t("late.missing") }] : [];
  const faults = [...ownFaults, ...serverFaults.filter((fault) => !ownFaults.some((own) => own.path === fault.path)), ...reasonFault];
  const limits = useMemo(
    () => (business ? { [business.field]: { min: business.earliest ?? undefined, max: business.latest ?? undefined } } : {}),
    [business],
  );

  const hints = business && mayAct && !pending ? { [business.field]: dateHint(business) } : {};

  const toTop = () => requestAnimationFrame(() => top.current?.focus());

  /** Before any words are asked for, the form itself has to fit. */
  const begin = (next: Act) => {
    setRefusal(null);
    const isWhole = next.kind !== "return" && next.isPartial !== true; // what goes back or is dropped need not be filled in
    if (isWhole) setTried(true);
    const gaps = (reading?.faults.length ?? 0) + (needsReason && typed.reason.trim() === "" ? 1 : 0);
    if (gaps > 0 && isWhole) {
      toTop();
      return;
    }
    ask(next);
  };

  const ask = (next: Act) => {
    setSignature(null);
    setUnsigned(null);
    if (next.decision) change({ decision: next.decision });
    setAct(next);
  };

  const run = async (what: Act) => {
    if (busy) return;
    if (what.isSigned && !signature) {
      setUnsigned(t("sign.missing"));
      return;
    }
    setBusy(true);
    setRefusal(null);
    try {
      const done = await what.run((what.opinion !== "none" && typed.opinion.trim()) || undefined, what.asksWhere ? back : {}, what.isSigned ? signature : null);
      forgetDraft(task.id);
      setChanged(false);
      const where = done.next_task ? "" : done.now_with.length > 0 ? t("done.nowWith", { names: holdersText(done.now_with) }) : done.case.status === "running" ? "" : t("done.ended");
      toast({
        text: [what.done, where].filter(Boolean).join(" "),
        link: { href: `/cases/${done.case.id}?tab=trail`, text: done.receipt ? t("done.receipt", { seq: done.receipt.seq }) : done.case.number },
      });
      await queryClient.invalidateQueries({ queryKey: ["tasks"] });
      queryClient.removeQueries({ queryKey: ["task", task.id] });
      void queryClient.invalidateQueries({ queryKey: ["case", task.case.id] });
      if (onDone) onDone(done);
      else route(done.next_task ? `/tasks/${done.next_task.id}` : "/");
    } catch (error) {
      const problem = error instanceof Refusal ? error.problem : null;
      const found = (problem?.errors ?? []).map((one): FieldFault => ({
        path: one.field,
        message: one.message,
        clause: clauseOf(task, one.clause) ?? (problem?.clause?.id === one.clause ? problem.clause : null),
        earliest: one.earliest ?? null,
      }));
      setServerFaults(found);
      if (found.some((fault) => fault.path === "reason")) setAsksReason(true);
      const unfit = found.find((fault) => fault.path === "signature")?.message ?? (what.isSigned && SIGNING.has(problem?.code ?? "") ? sentenceOf(error) : null);
      setUnsigned(unfit);
      // A missing opinion or signature is asked for where it is given; everything else belongs to the page.
      if (unfit === null && !found.some((fault) => fault.path === "opinion")) {
        setAct(null);
        setRefusal(error);
        toTop();
      }
    } finally {
      setBusy(false);
    }
  };

  const signs = (decision: string | undefined) =>
    task.demands.signature.length > 0 && (task.demands.signed_outcomes.length === 0 || (decision !== undefined && task.demands.signed_outcomes.includes(decision)));

  const body = (decision: string | undefined, opinion: string | undefined, signed: Signed | null) => ({
    answers: reading?.answers ?? {},
    ...(signed ? { signature: signed } : {}),
    ...(decision ? { decision } : {}),
    ...(opinion ? { opinion } : {}),
    ...(needsReason && typed.reason.trim() ? { reason: typed.reason.trim() } : {}),
    rev: task.rev,
  });

  const choose = (outcome: Outcome) =>
    begin({
      kind: outcome.kind,
      title: capital(outcome.label),
      opinion: outcome.opinion,
      done: t("done.decided", { decision: outcome.label }),
      decision: outcome.value,
      isPartial: outcome.is_partial,
      isSigned: signs(outcome.value),
      run: (opinion, _back, signed) => complete(task.id, body(outcome.value, opinion, signed)),
    });

  const submit = () => {
    const plain: Act = {
      kind: "agree",
      title: t("act.submit"),
      opinion: "optional",
      done: t("done.submitted", { name: task.name }),
      isSigned: task.demands.signature.length > 0,
      run: (opinion, _back, signed) => complete(task.id, body(undefined, opinion, signed)),
    };
    setRefusal(null);
    setTried(true);
    if ((reading?.faults.length ?? 0) > 0 || (needsReason && typed.reason.trim() === "")) toTop();
    else if (plain.isSigned) ask(plain);
    else void run(plain);
  };

  const asker = task.own_part?.asked_by?.name ?? "";
  const signAs = (agree: boolean) =>
    ask({
      kind: agree ? "agree" : "reject",
      title: t(agree ? "sign.agree" : "sign.disagree"),
      opinion: agree ? "optional" : "required",
      hint: agree ? t("sign.agreeWhat") : t("sign.disagreeWhat", { name: asker }),
      done: agree ? t("verb.done.agree") : t("verb.done.disagree", { names: asker }),
      run: (opinion) => consent(task.id, agree, opinion),
    });
  const latest = useRef(typed.decision);
  latest.current = typed.decision;
  const finish = () =>
    begin({
      kind: "neutral",
      title: t("verb.give_back"),
      opinion: "optional",
      hint: t("entrusted.what", { name: asker }),
      done: t("verb.done.give_back", { names: asker }),
      proposes: true,
      run: (opinion) => giveBackWork(task.id, reading?.answers ?? {}, latest.current, opinion),
    });
  /** What was typed so far is what whoever is entrusted goes on from. */
  const keep = async () => {
    if (changed && task.can.includes("draft")) await draft(task.id, { answers: reading?.answers ?? {} });
  };
  const gone = (done: Completed, said: string) => {
    forgetDraft(task.id);
    toast({ text: said, link: { href: `/tasks/${task.id}`, text: t("verb.openIt") } });
    void queryClient.invalidateQueries({ queryKey: ["tasks"] });
    queryClient.removeQueries({ queryKey: ["task", task.id] });
    void queryClient.invalidateQueries({ queryKey: ["case", task.case.id] });
    if (onDone) onDone(done);
    else route(done.next_task && done.next_task.id !== task.id ? `/tasks/${done.next_task.id}` : "/");
  };

  const beside = needsReason ? { reason: t(isWarned ? "duties.reason" : "late.reason") } : NO_LABELS;
  const claimed = useClaim(task);
  const title = task.status === "held" ? null : task.name;
  const chosen = task.outcomes.filter((outcome) => !task.outcome_computed || outcome.enabled);
  const canReturnTo = task.can.includes("return_to");
  const canReturn = task.can.includes("return") && !canReturnTo && !task.outcomes.some((outcome) => outcome.kind === "return");

  return (
    <>
      <div class="lh-card">
        <div class="lh-card-pad lh-stack" style={{ gap: "18px" }}>
          <div ref={top} tabIndex={-1} class="lh-news">
            {refusal !== null && !isToldByFields(serverFaults, reading?.shown ?? [], beside) && <Refused error={refusal} />}
            {faults.length > 0 && <FaultSummary faults={faults} shown={reading?.shown ?? []} extra={beside} />}
          </div>
          <SuspensionNotice found={task.suspension} />
          {task.status === "held" && <HeldNotice task={task} />}
          <OwnPart task={task} />
          <Away task={task} />
          {pending && <PendingNotice task={task} mayConfirm={mayConfirm} />}
          {isRestored && (
            <Notice tone="info" icon="clock">
              <p class="lh-plain">
                {elsewhere && task.draft ? t("draft.elsewhere", { at: longTime(task.draft.at) }) : t("draft.restored")}{" "}
                {typed.decision && labelOf(task, typed.decision) && t("draft.chosen", { decision: labelOf(task, typed.decision) ?? "" })}
              </p>
              <button
                type="button"
                class="lh-plain lh-link"
                onClick={() => {
                  forgetDraft(task.id);
                  setTyped({ answers: openingAnswers(task), opinion: "", reason: "" });
                  setChanged(false);
                  setRestored(false);
                  if (elsewhere) void draft(task.id, { answers: {} }).finally(() => void queryClient.resetQueries({ queryKey: ["task", task.id] }));
                }}
              >
                {t("draft.discard")}
              </button>
            </Notice>
          )}
          {title && (
            <div>
              <h2 class="lh-h2">{title}</h2>
              {task.documentation && <p class="lh-text lh-quiet" style={{ marginTop: "4px" }}>{task.documentation}</p>}
            </div>
          )}
          <div class="lh-row lh-spread" style={{ alignItems: "flex-start" }}>
            <Clauses clauses={task.clauses} />
            {task.can.includes("claim") && (
              <span class="lh-row lh-small lh-quiet" style={{ gap: "4px" }}>
                {t("claim.open")}
                <Button small look="quiet" icon="people" busy={claimed.busy} onClick={() => claimed.run(claim)} data="claim">
                  {t("claim.take")}
                </Button>
              </span>
            )}
            {task.can.includes("release") && (
              <span class="lh-row lh-small lh-quiet" style={{ gap: "4px" }}>
                {t("claim.mine")}
                <Button small look="quiet" busy={claimed.busy} onClick={() => claimed.run(release)} data="release">
                  {t("claim.giveBack")}
                </Button>
              </span>
            )}
          </div>
          {claimed.error !== null && <RefusalNotice error={claimed.error} />}
          {task.form && reading && (
            <Form shown={reading.shown} unit={task.unit?.id} faults={faults} limits={limits} hints={hints} within={reading.within} onChange={setAnswer} readOnly={!mayWrite || pending !== null} />
          )}
          {needsReason && <Reason label={t(isWarned ? "duties.reason" : "late.reason")} value={typed.reason} fault={faults.find((fault) => fault.path === "reason")?.message ?? null} before={isLate ? (business?.late_before ?? null) : null} onInput={(reason) => change({ reason })} />}
          {(task.can.includes("attach") || task.attachments.length > 0) && (
            <Enclosures
              path={task.can.includes("attach") ? `/tasks/${task.id}/attachments` : undefined}
              items={task.attachments}
              types={task.demands.types}
              least={task.can.includes("attach") ? task.demands.least : 0}
              leastFor={task.demands.least_for}
              most={task.demands.most}
              fault={serverFaults.find((fault) => fault.path === "attachments")?.message ?? null}
              onChange={(change) => {
                queryClient.setQueryData(["task", task.id], (before: Task | undefined) => before && { ...before, attachments: change(before.attachments) });
                setServerFaults((before) => before.filter((fault) => fault.path !== "attachments"));
                setRefusal(null);
              }}
            />
          )}
          <Parts task={task} />
          {!mayWrite && !pending && <Decided task={task} />}
          {!mayAct && mayHandOver(task) && (
            <div class="lh-row">
              <HandOver task={task} keep={keep} onGone={gone} />
            </div>
          )}
          {task.can_withdraw && (
            <p class="lh-plain">
              <Button
                look="quiet"
                icon="back"
                busy={busy}
                data="take-back"
                onClick={() =>
                  setAct({
                    kind: "neutral",
                    title: t("act.takeBack"),
                    opinion: "required",
                    hint: t("takeBack.hint"),
                    done: t("done.takenBack"),
                    run: (opinion) => takeBack(task.id, opinion ?? ""),
                  })
                }
              >
                {t("act.takeBack")}
              </Button>
            </p>
          )}
        </div>
      </div>
      {mayAct && !pending && (
        <div class="lh-actions" role="group" aria-label={t("task.actions")}>
          {task.outcome_computed || chosen.length === 0 ? (
            <Button look="primary" busy={busy} onClick={submit} data="submit-task">
              {t("act.submit")}
            </Button>
          ) : (
            chosen.map((outcome) => (
              <Button
                key={outcome.value}
                look={outcome.kind === "agree" ? "primary" : outcome.kind === "neutral" ? "plain" : "danger"}
                busy={busy}
                refused={outcome.enabled ? null : (outcome.reason ?? t("task.notAllowed"))}
                onClick={() => choose(outcome)}
                data={`outcome-${outcome.value}`}
              >
                {capital(outcome.label)}
              </Button>
            ))
          )}
          {canReturn && (
            <Button
              look="danger"
              busy={busy}
              data="return"
              onClick={() =>
                begin({ kind: "return", title: t("act.return"), opinion: "required", done: t("done.returned"), run: (opinion) => giveBack(task.id, opinion ?? "") })
              }
            >
              {t("act.return")}
            </Button>
          )}
          {canReturnTo && (
            <Button
              look="danger"
              busy={busy}
              data="return-to"
              onClick={() =>
                begin({
                  kind: "return",
                  title: t("act.return"),
                  opinion: "required",
                  done: t("done.returned"),
                  run: (opinion, where) => giveBack(task.id, opinion ?? "", where),
                  asksWhere: true,
                })
              }
            >
              {t("act.returnTo")}
            </Button>
          )}
          <HandOver task={task} keep={keep} onGone={gone} />
          <span class="lh-actions-note" role="status">
            {task.outcome_computed ? t("task.computed") : saved === "no" ? "" : t(`draft.${saved}`)}
          </span>
        </div>
      )}
      {mayAct && !pending && <NextStep task={task} answers={reading?.answers ?? {}} reason={typed.reason} opinion={typed.opinion} ready={!busy && (reading?.faults.length ?? 0) === 0} />}
      {mayConfirm && pending && (
        <div class="lh-actions" role="group" aria-label={t("task.actions")}>
          <Button
            look="primary"
            busy={busy}
            data="agree"
            onClick={() => setAct({ kind: "agree", title: t("confirm.agree"), opinion: "optional", hint: t("confirm.agreeHint", { name: pending.by.name }), done: t("done.confirmed"), run: (opinion) => confirm(task.id, true, opinion) })}
          >
            {t("confirm.agree")}
          </Button>
          <Button
            look="danger"
            busy={busy}
            data="refuse"
            onClick={() => setAct({ kind: "return", title: t("confirm.refuse"), opinion: "required", hint: t("confirm.refuseHint", { name: pending.by.name }), done: t("done.refused"), run: (opinion) => confirm(task.id, false, opinion) })}
          >
            {t("confirm.refuse")}
          </Button>
        </div>
      )}
      {isEntrusted && (
        <div class="lh-actions" role="group" aria-label={t("task.actions")}>
          <Button look="primary" busy={busy} data="give-back" onClick={finish}>
            {t("verb.give_back")}
          </Button>
          <span class="lh-actions-note" role="status">
            {saved === "no" ? "" : t(`draft.${saved}`)}
          </span>
        </div>
      )}
      {task.can.includes("consent") && (
        <div class="lh-actions" role="group" aria-label={t("task.actions")}>
          <Button look="primary" busy={busy} data="consent" onClick={() => signAs(true)}>
            {t("sign.agree")}
          </Button>
          <Button look="danger" busy={busy} data="dissent" onClick={() => signAs(false)}>
            {t("sign.disagree")}
          </Button>
        </div>
      )}
      {act && (
        <OpinionSheet
          title={act.title}
          kind={act.kind}
          required={act.opinion === "required"}
          hint={act.hint}
          silent={act.opinion === "none" ? t(task.countersign?.is_secret ? "count.noOpinion" : "opinion.none") : undefined}
          value={typed.opinion}
          busy={busy}
          fault={serverFaults.find((fault) => fault.path === "opinion")?.message ?? null}
          onInput={(opinion) => {
            change({ opinion });
            setServerFaults((before) => before.filter((fault) => fault.path !== "opinion"));
          }}
          onSubmit={() => void run(act)}
          onClose={() => setAct(null)}
        >
          {act.proposes && task.outcomes.length > 0 && <Proposal outcomes={task.outcomes} chosen={typed.decision} onChoose={(decision) => change({ decision })} />}
          {act.asksWhere && <ReturnTo task={task.id} chosen={back} onChoose={setBack} />}
          {act.isSigned && (
            <Sign
              ways={task.demands.signature}
              fault={unsigned}
              onChange={(next) => {
                setSignature(next);
                setUnsigned(null);
              }}
            />
          )}
        </OpinionSheet>
      )}
    </>
  );
}

/** Refusals of a signature that are no fault of a field. */
const SIGNING = new Set(["err_wrong_password", "err_throttled"]);

const labelOf = (task: Task, decision: string): string | undefined => task.outcomes.find((outcome) => outcome.value === decision)?.label;

function useClaim(task: Task) {
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = (verb: (id: string) => Promise<Task>) => {
    setBusy(true);
    setError(null);
    verb(task.id).then(
      (next) => {
        queryClient.setQueryData(["task", task.id], next);
        setBusy(false);
      },
      (refused: unknown) => {
        setError(refused);
        setBusy(false);
      },
    );
  };
  return { busy, error, run };
}

/** A refusal of the whole act. Whoever was too late learns who was first, and keeps what they typed. */
function Refused({ error }: { error: unknown }) {
  const queryClient = useQueryClient();
  const status = error instanceof Refusal ? error.status : 0;
  if (status !== 409) return <RefusalNotice error={error} />;
  return (
    <div class="lh-stack">
      <RefusalNotice error={error} />
      <div class="lh-row">
        <Button small onClick={() => void queryClient.invalidateQueries({ queryKey: ["task"] })}>
          {t("act.reload")}
        </Button>
        <span class="lh-small lh-quiet">{t("clash.kept")}</span>
      </div>
    </div>
  );
}

function HeldNotice({ task }: { task: Task }) {
  return (
    <Notice tone="warn" icon="lock" title={t("held.title", { name: task.name })}>
      <ul class="lh-bullets">
        {task.held.map((gate) => (
          <li key={gate.code}>
            {gate.message}
            {gate.earliest && <span class="lh-strong"> {t("error.earliest", { date: longDay(gate.earliest) })}</span>}
            <Citation clause={gate.clause as Clause | null} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function PendingNotice({ task, mayConfirm }: { task: Task; mayConfirm: boolean }) {
  const pending = task.pending;
  if (!pending) return null;
  return (
    <Notice tone="info" icon="people" title={mayConfirm ? t("confirm.please") : t("confirm.waiting")}>
      <p class="lh-plain">{t("confirm.by", { name: pending.by.name, at: longTime(pending.at) })}</p>
      {pending.decision_label && <p class="lh-plain lh-strong">{t("confirm.decision", { decision: pending.decision_label })}</p>}
      {pending.opinion && <p class="lh-quote">{pending.opinion}</p>}
      {pending.reason && <p class="lh-quote">{t("late.given", { reason: pending.reason })}</p>}
    </Notice>
  );
}

function Proposal({ outcomes, chosen, onChoose }: { outcomes: readonly Outcome[]; chosen: string | undefined; onChoose: (decision: string) => void }) {
  return (
    <fieldset class="lh-plain lh-field">
      <legend class="lh-label">{t("entrusted.propose")}</legend>
      <div class="lh-choices">
        {outcomes.map((outcome) => (
          <label key={outcome.value} class="lh-choice">
            <input class="lh-tick" type="radio" name="proposal" checked={chosen === outcome.value} onChange={() => onChoose(outcome.value)} />
            {capital(outcome.label)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Decided({ task }: { task: Task }) {
  if (!task.decision_label && !task.completed_at) return null;
  return (
    <Notice tone="good">
      <p class="lh-plain">
        {task.completed_at && t("task.completedAt", { at: longTime(task.completed_at) })} {task.decision_label && <span class="lh-strong">{task.decision_label}</span>}
      </p>
    </Notice>
  );
}

function Clauses({ clauses }: { clauses: readonly Clause[] }) {
  if (clauses.length === 0) return null;
  return (
    <details class="lh-details">
      <summary class="lh-summary">
        <Icon name="library" small />
        {t("task.clauses", { n: clauses.length })}
      </summary>
      {clauses.map((clause) => (
        <Citation key={clause.id} clause={clause} />
      ))}
    </details>
  );
}

function dateHint(business: NonNullable<Task["business_date"]>): string {
  return [
    business.earliest && t("date.earliest", { date: longDay(business.earliest) }),
    business.late_before && t("date.late", { date: longDay(business.late_before) }),
  ]
    .filter(Boolean)
    .join(" ");
}

function Reason({ value, fault, before, label, onInput }: { value: string; fault: string | null; before: string | null; label: string; onInput: (value: string) => void }) {
  return (
    <div class="lh-field lh-group">
      <label class="lh-label" for={fieldId("reason")}>
        {label}
        <Must />
      </label>
      <p class="lh-hint" id="reason-hint">
        {before ? t("late.why", { date: longDay(before) }) : t("late.whyPlain")}
      </p>
      <textarea
        id={fieldId("reason")}
        class="lh-input lh-area"
        rows={3}
        value={value}
        aria-required="true"
        aria-invalid={fault ? "true" : undefined}
        aria-describedby={fault ? "reason-hint reason-error" : "reason-hint"}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {fault && (
        <p class="lh-error" id="reason-error">
          <Icon name="warn" />
          <span>{fault}</span>
        </p>
      )}
    </div>
  );
}

/** Tells the shell that a bar of actions stands where a phone has its menu. */
export function useActing(on: boolean): void {
  useEffect(() => {
    document.body.classList.toggle("lh-acting", on);
    return () => document.body.classList.remove("lh-acting");
  }, [on]);
}

