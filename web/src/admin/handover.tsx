/** 离任移交: what somebody holds, to whom each task goes, why somebody may not take it; tried, then proposed. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useRef, useState } from "preact/hooks";
import { me } from "../contract/session";
import type { Component } from "../contract/shapes";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Picker } from "../ui/form/picker";
import { Icon } from "../ui/icon";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { handoverNow, peopleForTask, planHandover, proposeHandover, type HandoverPlan, type HandoverTask, type HandoverWish } from "./calls";
import { Field } from "./field";
import { goesText, Holdings, PlanView, TaskWords } from "./plan";
import { tellDone } from "./proposed";

const PERSON = { type: "person", key: "person" } as Component;

export function HandoverPage({ id }: { id: string }) {
  const client = useQueryClient();
  const today = useStore(me)?.today ?? "";
  const [to, setTo] = useState<string | null>(null);
  const [own, setOwn] = useState<Readonly<Record<string, { to: string | null; leave: boolean }>>>({});
  const [until, setUntil] = useState(today);
  const [reason, setReason] = useState("");
  const [planned, setPlanned] = useState<HandoverPlan | null>(null);
  const [choosing, setChoosing] = useState<HandoverTask | null>(null);
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const [lies, setLies] = useState<string | null>(null);
  const problem = useRef<HTMLDivElement>(null);
  // The plan is asked for anew with every choice: the rules of separation answer in place.
  const found = useQuery({
    queryKey: ["handover", id, to, own, until],
    queryFn: () => (to === null && Object.keys(own).length === 0 ? handoverNow(id) : planHandover(id, wish())),
    placeholderData: (before) => before,
    staleTime: 5_000,
  });
  const name = found.data?.person.name;
  useTitle(name ? `${t("admin.handover")} · ${name}` : t("admin.handover"));
  const wish = (): HandoverWish => ({
    ...(to ? { to } : {}),
    tasks: Object.entries(own).map(([task, one]) => (one.leave ? { task, leave: true } : { task, to: one.to })),
    ...(until ? { posts_until: until } : {}),
    reason: reason.trim() || "—",
  });

  if (found.isPending) return <Skeleton lines={9} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const plan = found.data;
  const missing = reason.trim() === "";
  const change = (act: () => void) => {
    act();
    setPlanned(null);
  };
  const look = () => {
    setPlanned(plan);
    requestAnimationFrame(() => document.getElementById("after")?.scrollIntoView({ block: "start" }));
  };
  const propose = async () => {
    setChecked(true);
    if (missing) return;
    setBusy(true);
    setRefused(null);
    try {
      const answer = await proposeHandover(id, { ...wish(), reason: reason.trim() });
      tellDone(answer, t("admin.handedOver"));
      setLies(answer.id);
      for (const key of ["proposals", "handover"]) void client.invalidateQueries({ queryKey: [key] });
    } catch (error) {
      setRefused(error);
      setPlanned(null);
      requestAnimationFrame(() => problem.current?.focus());
    }
    setBusy(false);
  };

  return (
    <div class="lh-narrow lh-stack lh-touch" style={{ gap: "16px", marginInline: 0 }}>
      <header>
        <a class="lh-back" href={`/admin/people/${id}`}>
          <Icon name="back" small />
          {plan.person.name}
        </a>
        <h1 class="lh-h1">{t("admin.handover")}</h1>
        <p class="lh-plain lh-quiet">{t("admin.handoverHow", { name: plan.person.name })}</p>
      </header>
      {refused !== null && <RefusalNotice error={refused} focusRef={problem} />}
      {lies !== null && (
        <Notice tone="good" title={t("admin.liesThere")} alert>
          <a class="lh-link" href={`/admin/proposals/${lies}`}>
            {t("admin.seeProposal")}
          </a>
        </Notice>
      )}
      <section class="lh-card lh-pane lh-stack" aria-label={t("admin.before")} data-pane="before">
        <h2 class="lh-h3">{t("admin.before")}</h2>
        <Holdings plan={plan} />
      </section>
      {lies === null && (
        <>
          <section class="lh-card lh-pane lh-stack" aria-label={t("admin.toWhom")}>
            <h2 class="lh-h3">{t("admin.toWhom")}</h2>
            <Field label={t("admin.allTo")} hint={t("admin.allToHint")}>
              {(wiring) => <Picker component={PERSON} id={wiring.id} value={to} within={undefined} describedBy={wiring["aria-describedby"]} invalid={false} required={false} onChange={(person) => change(() => setTo(person))} />}
            </Field>
            {plan.refused > 0 && (
              <Notice tone="danger" title={t("admin.refusedTasks", { n: plan.refused })}>
                <p class="lh-plain lh-small">{t("admin.refusedTasksWhat")}</p>
              </Notice>
            )}
            {plan.tasks.length === 0 ? (
              <p class="lh-plain lh-quiet">{t("admin.noTasksHeld")}</p>
            ) : (
              <div aria-busy={found.isFetching ? "true" : undefined}>
                {plan.tasks.map((task) => {
                  const mine = own[task.id];
                  return (
                    <div key={task.id} class="lh-goes" data-task={task.number}>
                      <div>
                        <TaskWords task={task} />
                        {task.why && <p class="lh-error">{task.why}</p>}
                      </div>
                      <div class="lh-row lh-spread">
                        <span class={task.goes === "refused" || task.goes === "left" ? "lh-small lh-duty-gap" : "lh-small"}>{goesText(task)}</span>
                        <Button small onClick={() => setChoosing(task)} label={t("admin.chooseFor", { task: `${task.name} ${task.number}` })}>
                          {t(mine ? "picker.change" : "admin.choose")}
                        </Button>
                      </div>
                    </div>
                  );
                })}
              </div>
            )}
            {plan.tasks_total > plan.tasks.length && <p class="lh-plain lh-small lh-quiet">{t("admin.andMoreTo", { n: plan.tasks_total - plan.tasks.length })}</p>}
          </section>
          <section class="lh-card lh-pane lh-stack">
            <Field label={t("admin.firstDayWithout")} hint={t("admin.postsEnd", { n: plan.posts.length })}>
              {(wiring) => <input class="lh-input lh-date" type="date" {...wiring} value={until} onInput={(event) => change(() => setUntil(event.currentTarget.value))} />}
            </Field>
            <Field label={t("admin.reason")} required wrong={checked && missing ? t("fault.required") : undefined}>
              {(wiring) => <textarea class="lh-input lh-area" {...wiring} maxLength={2000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
            </Field>
            {planned === null && (
              <Button look="primary" busy={found.isFetching} onClick={look} data="plan-handover">
                {t("admin.lookAfter")}
              </Button>
            )}
          </section>
          {planned !== null && (
            <div id="after" class="lh-stack">
              <PlanView plan={planned} />
              <Notice icon="lock">{t("admin.handoverTwo")}</Notice>
              <Button look="primary" busy={busy} refused={planned.refused > 0 ? t("admin.refusedTasks", { n: planned.refused }) : null} onClick={() => void propose()} data="propose-handover">
                {t("admin.propose")}
              </Button>
            </div>
          )}
        </>
      )}
      {choosing && (
        <ChooseDialog
          person={id}
          task={choosing}
          onClose={() => setChoosing(null)}
          onDone={(chosen) => {
            change(() => setOwn({ ...own, [choosing.id]: chosen }));
            setChoosing(null);
          }}
        />
      )}
    </div>
  );
}

interface ChooseProps {
  person: string;
  task: HandoverTask;
  onClose: () => void;
  onDone: (chosen: { to: string | null; leave: boolean }) => void;
}

function ChooseDialog({ person, task, onClose, onDone }: ChooseProps) {
  const [q, setQ] = useState("");
  const [at, setAt] = useState<string | null>(null);
  const found = useQuery({ queryKey: ["handover", person, "task", task.id, q], queryFn: () => peopleForTask(person, task, q), staleTime: 10_000, placeholderData: (before) => before });
  // Those who may take it first; the others stay, with what keeps them from it.
  const takers = [...(found.data?.items ?? [])].sort((one, other) => Number(one.why !== null) - Number(other.why !== null));
  return (
    <Dialog
      title={`${task.name} · ${task.number}`}
      onClose={onClose}
      onSubmit={() => {
        if (at !== null) onDone(at === "leave" ? { to: null, leave: true } : { to: at, leave: false });
      }}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" refused={at === null ? t("fault.required") : null} data="choose-person">
            {t("admin.choose")}
          </Button>
        </>
      }
    >
      <label class="lh-search">
        <span class="lh-hidden-text">{t("picker.person")}</span>
        <Icon name="search" />
        <input class="lh-input" type="search" placeholder={t("picker.person")} value={q} onInput={(event) => setQ(event.currentTarget.value)} />
      </label>
      {found.isError && <RefusalNotice error={found.error} />}
      <fieldset class="lh-field">
        <legend class="lh-hidden-text">{t("admin.toWhom")}</legend>
        <label class="lh-check">
          <input class="lh-tick" type="radio" name="to" checked={at === "leave"} onChange={() => setAt("leave")} />
          <span>
            {t(task.candidates.length > 0 ? "admin.leaveToOthers" : "admin.leaveToNobody")}
            {task.candidates.length > 0 && <span class="lh-sub">{task.candidates.map((one) => one.name).join(t("form.and"))}</span>}
          </span>
        </label>
        {takers.map((one) => (
          <label key={one.id} class="lh-check">
            <input class="lh-tick" type="radio" name="to" disabled={one.why !== null} checked={at === one.id} onChange={() => setAt(one.id)} />
            <span>
              <span class={one.why === null ? undefined : "lh-quiet"}>
                {one.name} <span class="lh-small lh-quiet lh-numeric">{one.number}</span>
              </span>
              {one.why !== null && (
                <span class="lh-sub">
                  {one.why} {one.rule && !one.rule.startsWith("err_") && <span class="lh-mono">{one.rule}</span>}
                </span>
              )}
            </span>
          </label>
        ))}
        {found.data?.items.length === 0 && <p class="lh-plain lh-quiet">{t("picker.none")}</p>}
      </fieldset>
    </Dialog>
  );
}

