/** One case: who has it, how far it has come, its diagram, its entries and what it knows. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation, useRoute } from "preact-iso";
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { attachmentsOf, caseTrail, commentsOf, diagram, oneCase, task as readTask, withdraw } from "../contract/calls";
import { me } from "../contract/session";
import type { Case, Entry, Step } from "../contract/shapes";
import { usePages } from "../contract/pages";
import { CaseDocuments } from "../documents/list";
import { FileList } from "../files/attachments";
import { PrintLink, Remind } from "../remarks/beside";
import { Comments } from "../remarks/comments";
import { CountersignPane } from "../tasks/countersign";
import { ReasonSheet } from "../tasks/opinion";
import { t, type Key } from "../texts";
import { Timeline } from "../trail/timeline";
import { Button } from "../ui/button";
import { longDay, longTime, span } from "../ui/dates";
import type { Access, Placed } from "../ui/form/fit";
import { Form, plainText } from "../ui/form/form";
import { useReading } from "../ui/form/use-reading";
import { Icon } from "../ui/icon";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { language } from "../ui/preferences";
import { DeadlinePill, Marks } from "../ui/pill";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { usePhone } from "../ui/media";
import { Drawn } from "../definitions/drawn";
import { ClausesTab } from "./clauses";
import { Correcting, Corrections } from "./correcting";
import { People, Related, WithWhom } from "./people";
import { CasePill } from "./list";
import { RecordActs, RecordNotices } from "./records";
import { StandingActs, SuspensionNotice } from "./standing";
import { mainSteps, progress } from "./steps";

const READ_ONLY: Readonly<Record<string, Access>> = { "*": "read" };

type Tab = "steps" | "diagram" | "trail" | "clauses" | "data" | "beside" | "people" | "related";
const tabs: readonly { name: Tab; text: Key }[] = [
  { name: "steps", text: "case.tabSteps" },
  { name: "diagram", text: "case.tabDiagram" },
  { name: "trail", text: "case.tabTrail" },
  { name: "clauses", text: "case.tabClauses" },
  { name: "data", text: "case.tabData" },
  { name: "beside", text: "case.tabBeside" },
  { name: "people", text: "case.tabPeople" },
  { name: "related", text: "case.tabRelated" },
];
/** On a phone what happened comes first: a diagram is hard to read there. */
const onPhone: readonly Tab[] = ["trail", "steps", "diagram", "clauses", "data", "people", "related"];

export function CasePage() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const found = useQuery({ queryKey: ["case", id], queryFn: () => oneCase(id) });
  useTitle(found.data ? `${found.data.title} · ${found.data.number}` : t("nav.cases"));
  return (
    <div class="lh-wide">
      {found.isPending ? (
        <Skeleton lines={9} />
      ) : found.data ? (
        <CaseView found={found.data} />
      ) : (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      )}
    </div>
  );
}

function CaseView({ found }: { found: Case }) {
  const { query, route } = useLocation();
  const today = useStore(me)?.today ?? "";
  const phone = usePhone();
  const shown = phone ? onPhone.flatMap((name) => tabs.filter((one) => one.name === name)) : tabs;
  const offered = shown.filter(
    (one) =>
      (one.name !== "related" || found.parent !== null || found.called.length > 0) && (one.name !== "clauses" || found.can.includes("read_clauses")),
  );
  const tab = offered.find((one) => one.name === query["tab"])?.name ?? offered[0]?.name ?? "steps";
  const [withdrawing, setWithdrawing] = useState(false);
  return (
    <>
      <header class="lh-head">
        <div class="lh-head-main">
          <a class="lh-back" href="/cases">
            <Icon name="back" small />
            {t("nav.cases")}
          </a>
          <h1 class="lh-h1">{found.title}</h1>
          <div class="lh-meta">
            <span class="lh-numeric">{found.number}</span>
            <span>{t("case.version", { name: found.definition_name, n: found.version })}</span>
            {found.unit && <span>{found.unit.name}</span>}
            <span>
              {found.started_for
                ? t("case.startedFor", { name: found.started_by.name, other: found.started_for.name, at: longTime(found.started_at) })
                : t("case.startedBy", { name: found.started_by.name, at: longTime(found.started_at) })}
            </span>
          </div>
        </div>
        <div class="lh-row">
          <Marks marks={found.marks} labels={found.mark_labels} />
          <CasePill status={found.status} />
        </div>
      </header>
      <div class="lh-stack" style={{ marginBottom: "16px" }}>
        {found.ended_at && (
          <Notice tone={found.status === "ended" ? "good" : "info"}>
            <p class="lh-plain">
              {found.outcome_label && <span class="lh-strong">{t("case.outcome", { outcome: found.outcome_label })} </span>}
              {t("case.endedAt", { at: longTime(found.ended_at), span: span(found.started_at, found.ended_at) })}
            </p>
          </Notice>
        )}
        <SuspensionNotice found={found.suspension} />
        <RecordNotices found={found} />
        {found.can.includes("read_clauses") && <Corrections id={found.id} />}
        {found.countersigns.map((one) => (
          <CountersignPane key={one.element} found={one} />
        ))}
        {found.open_tasks.map((open) => (
          <div key={open.id} class="lh-card lh-pane lh-row lh-spread">
            <div style={{ minWidth: 0, flex: "1 1 260px" }}>
              <span class="lh-strong">{open.step ? t("step.named", { step: open.step, name: open.name }) : open.name}</span>
              <WithWhom open={open} now={found.now} />
            </div>
            <DeadlinePill task={open} today={today} />
            {!open.mine && open.status !== "held" && found.status === "running" && <Remind task={open.id} />}
            {open.mine && (
              <a class={open.status === "held" || found.suspension ? "lh-button" : "lh-button lh-button-primary"} href={`/tasks/${open.id}`}>
                {t(open.status === "held" || found.suspension ? "case.seeIt" : "case.doIt")}
              </a>
            )}
          </div>
        ))}
        <CaseDocuments id={found.id} />
      </div>
      <nav class="lh-tabs" aria-label={t("case.parts")}>
        {offered.map((one) => (
          <a
            key={one.name}
            class="lh-tab"
            href={`/cases/${found.id}?tab=${one.name}`}
            aria-current={one.name === tab ? "page" : undefined}
            onClick={(event) => {
              event.preventDefault();
              route(`/cases/${found.id}?tab=${one.name}`, true);
            }}
          >
            {t(one.text)}
          </a>
        ))}
      </nav>
      {tab === "steps" && (
        <div class="lh-stack">
          {found.summary.length > 0 && (
            <section class="lh-card lh-pane" aria-label={t("task.summary")}>
              <Facts facts={found.summary} />
            </section>
          )}
          <Steps steps={found.steps} />
        </div>
      )}
      {tab === "diagram" && <DiagramTab id={found.id} />}
      {tab === "trail" && <TrailTab id={found.id} />}
      {tab === "clauses" && <ClausesTab id={found.id} />}
      {tab === "data" && <Data found={found} />}
      {tab === "beside" && <BesideTab id={found.id} />}
      {tab === "people" && <People acts={found.acts} />}
      {tab === "related" && <Related found={found} />}
      <div class="lh-row" style={{ marginTop: "24px" }}>
        <RecordActs found={found} />
        <StandingActs found={found} />
        {found.can.includes("withdraw") && (
          <Button look="danger" onClick={() => setWithdrawing(true)} data="withdraw">
            {t("case.withdraw")}
          </Button>
        )}
      </div>
      {withdrawing && <Withdrawal found={found} onClose={() => setWithdrawing(false)} />}
    </>
  );
}

/** What lies beside the steps: every file of the case, and what was said. */
function BesideTab({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["attachments", id], queryFn: () => attachmentsOf(id) });
  const comments = useQuery({ queryKey: ["comments", id], queryFn: () => commentsOf(id), retry: false });
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <div class="lh-stack">
      <section class="lh-card lh-pane">
        <h2 class="lh-h3">{t("file.title")}</h2>
        {found.data.items.length === 0 ? <p class="lh-plain lh-quiet">{t("file.none")}</p> : <FileList items={found.data.items} />}
      </section>
      {/* The person whom the case is about sees their own part, and no comments. */}
      {!comments.isPending && comments.data && (
        <>
          <Comments caseId={id} may />
          <div class="lh-row">
            <PrintLink id={id} />
          </div>
        </>
      )}
    </div>
  );
}

function Withdrawal({ found, onClose }: { found: Case; onClose: () => void }) {
  const queryClient = useQueryClient();
  return (
    <ReasonSheet
      title={t("case.withdraw")}
      kind="reject"
      hint={t("case.withdrawHint")}
      run={(reason) => withdraw(found.id, reason)}
      onDone={(next) => {
        queryClient.setQueryData(["case", found.id], next);
        void queryClient.invalidateQueries({ queryKey: ["tasks"] });
        void queryClient.invalidateQueries({ queryKey: ["trail", found.id] });
        toast({ text: t("case.withdrawn") });
        onClose();
      }}
      onClose={onClose}
    />
  );
}

const stepText: Record<Step["status"], Key> = {
  done: "stepStatus.done",
  open: "stepStatus.open",
  held: "stepStatus.held",
  pending: "stepStatus.pending",
};

function Steps({ steps: all }: { steps: readonly Step[] }) {
  const steps = mainSteps(all);
  const stages = new Map<string, { name: string | null; steps: Step[] }>();
  for (const step of steps) {
    const key = step.stage ?? "";
    const stage = stages.get(key) ?? { name: step.stage_name, steps: [] };
    stage.steps.push(step);
    stages.set(key, stage);
  }
  return (
    <div class="lh-stage-grid">
      {[...stages.entries()].map(([key, stage]) => {
        const { done, total } = progress(stage.steps);
        return (
          <section key={key} class="lh-card lh-pane" aria-label={stage.name ?? t("case.tabSteps")}>
            {stage.name && (
              <div class="lh-row lh-spread" style={{ marginBottom: "8px" }}>
                <h2 class="lh-h3">{stage.name}</h2>
                <span class="lh-small lh-quiet lh-numeric">{t("step.of", { n: done, total })}</span>
              </div>
            )}
            <ol class="lh-steps">
              {stage.steps.map((step) => (
                <li key={step.element} class={`lh-step lh-step-${step.status}`}>
                  <span class="lh-step-dot" aria-hidden="true">
                    {step.status === "done" ? <Icon name="check" small /> : (step.step ?? "·")}
                  </span>
                  <span style={{ minWidth: 0 }}>
                    <span class="lh-step-name">{step.step ? t("step.named", { step: step.step, name: step.name }) : step.name}</span>
                    {step.times > 1 && <span class="lh-small lh-quiet lh-numeric"> ×{step.times}</span>}
                    <span class="lh-sub">
                      {step.status === "done" && step.done_on ? [longDay(step.done_on), step.done_by?.name].filter(Boolean).join(" · ") : t(stepText[step.status])}
                    </span>
                  </span>
                </li>
              ))}
            </ol>
          </section>
        );
      })}
    </div>
  );
}

function DiagramTab({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["diagram", id], queryFn: () => diagram(id), staleTime: 15_000 });
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <>
      <Drawn xml={found.data.xml} elements={found.data.elements} {...(language.get() === "en" ? { texts: found.data.texts } : {})} />
      <div class="lh-legend-row">
        <span>
          <span class="lh-swatch lh-swatch-done" />
          {t("diagram.done")}
        </span>
        <span>
          <span class="lh-swatch lh-swatch-open" />
          {t("diagram.open")}
        </span>
        <span>
          <span class="lh-swatch lh-swatch-held" />
          {t("diagram.held")}
        </span>
        <a class="lh-link" href={`/cases/${id}?tab=steps`}>
          {t("diagram.asText")}
        </a>
      </div>
    </>
  );
}

function TrailTab({ id }: { id: string }) {
  const { found, items } = usePages(["trail", id, "all"], (cursor) => caseTrail(id, cursor));
  const isAuditor = useStore(me)?.permissions.includes("trail.read_all") === true;
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <div class="lh-card lh-card-pad">
      <p class="lh-plain" style={{ marginBottom: "10px" }}>
        <a class="lh-link" href={`/cases/${id}/relive`}>
          {t("relive.link")}
        </a>
        {isAuditor && (
          <>
            {" · "}
            <a class="lh-link" href={`/cases/${id}/relive?tab=reads`}>
              {t("case.whoSaw")}
            </a>
          </>
        )}
      </p>
      <Timeline entries={items} />
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("act.more")}
        </Button>
      )}
    </div>
  );
}

/** What was written, form by form; and below, what the procedure made of it. */
function Data({ found }: { found: Case }) {
  const entries = useQuery({ queryKey: ["trail", found.id], queryFn: () => caseTrail(found.id, undefined), staleTime: 30_000 });
  const started = entries.data?.items.find((entry) => entry.kind === "case.started" && entry.changes.length > 0);
  const done = entries.data?.items.filter((entry) => DONE.has(entry.kind) && entry.task !== null) ?? [];
  const known = Object.entries(found.data).filter(([, value]) => value !== null);
  return (
    <div class="lh-stack">
      {found.summary.length > 0 && (
        <section class="lh-card lh-pane">
          <h2 class="lh-h3">{t("task.summary")}</h2>
          <Facts facts={found.summary} />
        </section>
      )}
      {started && (
        <WrittenPane title={started.element_name ?? started.sentence} note={noteOf(started)}>
          <Facts facts={started.changes} />
        </WrittenPane>
      )}
      {done.map((entry) => (
        <WrittenPane key={entry.hash} title={titleOf(entry)} note={noteOf(entry)}>
          <WrittenForm id={entry.task ?? ""} caseId={found.id} />
        </WrittenPane>
      ))}
      {found.summary.length + done.length + known.length === 0 && !started && !entries.isPending && (
        <section class="lh-card lh-pane">
          <p class="lh-plain lh-quiet">{t("case.noValues")}</p>
        </section>
      )}
      {known.length > 0 && (
        <WrittenPane title={t("case.values", { n: known.length })} note="">
          <Facts facts={known.map(([label, value]) => ({ label, value }))} />
        </WrittenPane>
      )}
    </div>
  );
}

const DONE = new Set(["task.completed", "task.confirmed"]);

const titleOf = (entry: Entry): string =>
  entry.element_name === null ? entry.sentence : entry.step ? t("step.named", { step: entry.step, name: entry.element_name }) : entry.element_name;

const noteOf = (entry: Entry): string => [entry.actor?.name, longTime(entry.at)].filter(Boolean).join(" · ");

/** One form, opened when somebody wants to read it. */
function WrittenPane({ title, note, children }: { title: string; note: string; children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="lh-card lh-pane" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="lh-fold">
        <Icon name={open ? "down" : "next"} small />
        <span class="lh-h3">{title}</span>
        <span class="lh-small lh-quiet lh-numeric">{note}</span>
      </summary>
      {open && <div class="lh-folded">{children}</div>}
    </details>
  );
}

function WrittenForm({ id, caseId }: { id: string; caseId: string }) {
  const [correcting, setCorrecting] = useState(false);
  const found = useQuery({ queryKey: ["written", id], queryFn: () => readTask(id), staleTime: 60_000 });
  const today = useStore(me)?.today;
  const form = found.data?.form ?? null;
  const values = useMemo(() => ({ ...found.data?.context, ...found.data?.values }), [found.data]);
  const reading = useReading(form, values, values, today, READ_ONLY);
  if (found.isPending) return <Skeleton lines={3} />;
  if (!found.data) return <RefusalNotice error={found.error} />;
  if (correcting) return <Correcting task={id} caseId={caseId} unit={found.data.unit?.id} onClose={() => setCorrecting(false)} />;
  return (
    <div class="lh-stack">
      {found.data.decision_label && <p class="lh-plain lh-strong">{found.data.decision_label}</p>}
      {reading ? <Form shown={reading.shown.filter((one) => one.children.length > 0 || isWritten(one, values))} readOnly unit={found.data.unit?.id} /> : !form && <p class="lh-plain lh-quiet">{t("case.noForm")}</p>}
      {found.data.can.includes("correct") && (
        <div class="lh-row">
          <Button onClick={() => setCorrecting(true)} data="correct">
            {t("correct.act")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** What the step only showed was not written by it, and is not kept with it. */
const isWritten = (one: Placed, values: Readonly<Record<string, unknown>>): boolean =>
  (one.component.key ?? one.component.path ?? "") in values || one.component.type === "text" || one.component.type === "separator";

function Facts({ facts }: { facts: readonly { label: string; value: unknown }[] }) {
  return (
    <dl class="lh-facts">
      {facts.map((fact) => (
        <>
          <dt key={fact.label} class="lh-fact-name">
            {fact.label}
          </dt>
          <dd class="lh-fact">{plainText(fact.value)}</dd>
        </>
      ))}
    </dl>
  );
}
