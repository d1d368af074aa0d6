/** One case on the agenda: who leaves for it, the votes with their arithmetic, the result, and what else its form asks. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { task as readTask } from "../contract/calls";
import { me } from "../contract/session";
import type { Answers, Task } from "../contract/shapes";
import { Enclosures } from "../files/attachments";
import { capital, t, type Key } from "../texts";
import { Button } from "../ui/button";
import { Form, plainText, type FieldFault } from "../ui/form/form";
import { withAnswer } from "../ui/form/fit";
import { useReading } from "../ui/form/use-reading";
import { Icon } from "../ui/icon";
import { Citation, LoadFailure, Notice } from "../ui/notice";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { decide, SIDES, takeOff, type ItemChange, type Meeting, type MeetingItem } from "./calls";
import type { Saving } from "./save";

const VOTES: Readonly<Record<(typeof SIDES)[number], Key>> = {
  for: "meetings.vote.for",
  against: "meetings.vote.against",
  abstain: "meetings.vote.abstain",
  invalid: "meetings.vote.invalid",
};

interface ItemProps {
  meeting: Meeting;
  item: MeetingItem;
  saving: Saving;
  mayEdit: boolean;
  faults: readonly FieldFault[];
  /** One item is open at a time: an agenda is long. */
  isOpen: boolean;
  onToggle: () => void;
  onMove: (task: string, by: 1 | -1) => void;
}

export function Item({ meeting, item, saving, mayEdit, faults, isOpen, onToggle, onMove }: ItemProps) {
  const write = (body: ItemChange) => void saving.save(() => decide(meeting.id, item.task, body));
  const { counted } = item;
  const tone = !counted.is_quorate || counted.is_carried === false ? "lh-meeting-bad" : counted.is_carried ? "lh-meeting-good" : "";
  return (
    <li class="lh-card lh-card-pad lh-stack lh-meeting-item" data-item={item.task} id={`item-${item.number}`}>
      <div class="lh-row lh-spread" style={{ alignItems: "flex-start" }}>
        <div class="lh-meeting-what">
          <h3 class="lh-h3">
            <button type="button" class="lh-plain lh-meeting-open" aria-expanded={isOpen} aria-controls={`item-${item.number}-inside`} onClick={onToggle} data-action="open-item">
              <Icon name={isOpen ? "up" : "down"} small />
              <span>
                {item.number}. {item.case.title}
              </span>
            </button>
          </h3>
          <span class="lh-sub">
            <a class="lh-link lh-numeric" href={`/cases/${item.case.id}`}>{item.case.number}</a> · {item.step ? t("step.named", { step: item.step, name: item.name }) : item.name}
          </span>
        </div>
        {!isOpen && item.decision_label && <span class="lh-strong">{item.decision_label}</span>}
        {mayEdit && (
          <span class="lh-row lh-meeting-moves">
            {meeting.items.length > 1 && (
              <>
                <Button look="quiet" small icon="up" label={t("meetings.moveUp", { n: item.number })} refused={item.number === 1 ? t("meetings.moveEnd") : null} onClick={() => onMove(item.task, -1)} data="move-up" />
                <Button look="quiet" small icon="down" label={t("meetings.moveDown", { n: item.number })} refused={item.number === meeting.items.length ? t("meetings.moveEnd") : null} onClick={() => onMove(item.task, 1)} data="move-down" />
              </>
            )}
            {isOpen && <Button look="quiet" small icon="close" label={t("meetings.takeOffOne", { n: item.number })} onClick={() => void saving.save(() => takeOff(meeting.id, item.task))} data="take-off" />}
          </span>
        )}
      </div>
      {item.hindrance && <Notice tone="danger">{item.hindrance}</Notice>}
      <p class={`lh-plain lh-meeting-sum ${tone}`} role="status" data-counts="item">
        {counted.text}
        {item.clause && <Citation clause={item.clause} />}
      </p>
      <div class="lh-stack" id={`item-${item.number}-inside`} hidden={!isOpen}>
        {isOpen && <Inside meeting={meeting} item={item} mayEdit={mayEdit} write={write} faults={faults} />}
      </div>
    </li>
  );
}

function Inside({ meeting, item, mayEdit, write, faults }: Pick<ItemProps, "meeting" | "item" | "mayEdit" | "faults"> & { write: (body: ItemChange) => void }) {
  return (
    <>
      <Recusals meeting={meeting} item={item} mayEdit={mayEdit} onChange={(recused) => write({ recused })} />
      <Votes item={item} mayEdit={mayEdit} onChange={(votes) => write({ votes })} fault={faults.find((one) => one.path.startsWith("votes"))?.message ?? null} />
      <Result item={item} mayEdit={mayEdit} write={write} faults={faults} />
      {mayEdit ? (
        <Rest item={item} write={write} faults={faults} />
      ) : (
        item.lines.length > 0 && (
          <dl class="lh-facts">
            {item.lines.map((line) => (
              <>
                <dt key={line.label} class="lh-fact-name">{line.label}</dt>
                <dd class="lh-fact">{plainText(line.value)}</dd>
              </>
            ))}
          </dl>
        )
      )}
    </>
  );
}

function Recusals({ meeting, item, mayEdit, onChange }: { meeting: Meeting; item: MeetingItem; mayEdit: boolean; onChange: (recused: { person: string; reason: string }[]) => void }) {
  const [person, setPerson] = useState("");
  const [reason, setReason] = useState("");
  const [open, setOpen] = useState(false);
  const given = item.recused.filter((one) => one.is_given).map((one) => ({ person: one.person.id ?? "", reason: one.reason ?? "" }));
  const others = meeting.attendance.filter((one) => one.has_vote && !item.recused.some((gone) => gone.person.id === one.person.id));
  const id = `aside-${item.number}`;
  return (
    <div class="lh-stack" style={{ gap: "8px" }}>
      {item.recused.length > 0 && (
        <ul class="lh-meeting-aside" aria-label={t("meetings.aside")}>
          {item.recused.map((one) => (
            <li key={one.person.id}>
              <span>{t("meetings.leaves", { name: one.person.name, why: one.why })}</span>
              {mayEdit && one.is_given && (
                <Button look="quiet" small icon="close" label={t("meetings.takeOff")} onClick={() => onChange(given.filter((other) => other.person !== one.person.id))} />
              )}
            </li>
          ))}
        </ul>
      )}
      {mayEdit && others.length > 0 && !open && (
        <div>
          <Button look="quiet" small icon="leave" onClick={() => setOpen(true)} data="add-aside">
            {t("meetings.asideAdd")}
          </Button>
        </div>
      )}
      {mayEdit && open && (
        <div class="lh-meeting-fields">
          <div class="lh-field">
            <label class="lh-label" for={id}>{t("meetings.aside")}</label>
            <select class="lh-input lh-select" id={id} value={person} onChange={(event) => setPerson(event.currentTarget.value)}>
              <option value="">{t("meetings.chairChoose")}</option>
              {others.map((one) => (
                <option key={one.person.id} value={one.person.id ?? ""}>{one.person.name}</option>
              ))}
            </select>
          </div>
          <div class="lh-field">
            <label class="lh-label" for={`${id}-why`}>{t("meetings.asideWhy")}</label>
            <input class="lh-input" id={`${id}-why`} type="text" maxLength={300} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
          </div>
          <Button
            refused={person === "" || reason.trim() === "" ? t("meetings.asideWhy") : null}
            onClick={() => {
              onChange([...given, { person, reason: reason.trim() }]);
              setPerson("");
              setReason("");
              setOpen(false);
            }}
          >
            {t("meetings.asideAdd")}
          </Button>
        </div>
      )}
    </div>
  );
}

type Tally = Partial<Record<(typeof SIDES)[number], number | null>>;

function Votes({ item, mayEdit, onChange, fault }: { item: MeetingItem; mayEdit: boolean; onChange: (votes: Tally) => void; fault: string | null }) {
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(() => Object.fromEntries(SIDES.map((side) => [side, item.votes[side]?.toString() ?? ""])));
  const wait = useRef<ReturnType<typeof setTimeout>>();
  const latest = useRef(typed);
  const send = () => {
    clearTimeout(wait.current);
    wait.current = undefined;
    onChange(Object.fromEntries(SIDES.map((side) => [side, /^\d{1,5}$/.test(latest.current[side] ?? "") ? Number(latest.current[side]) : null])));
  };
  if (!mayEdit) {
    return (
      <p class="lh-plain lh-numeric">
        {SIDES.filter((side) => typeof item.votes[side] === "number")
          .map((side) => `${t(VOTES[side])} ${item.votes[side]}`)
          .join(" · ")}
      </p>
    );
  }
  return (
    <fieldset class="lh-field">
      <legend class="lh-label">
        {t("meetings.votes")} {item.is_secret && <span class="lh-small lh-quiet">{t("meetings.secret")}</span>}
      </legend>
      <div class="lh-meeting-votes">
        {SIDES.map((side) => (
          <label key={side} class="lh-meeting-vote">
            <span class="lh-small">{t(VOTES[side])}</span>
            <input
              class="lh-input lh-numeric"
              type="number"
              inputMode="numeric"
              min={0}
              max={99999}
              step={1}
              value={typed[side]}
              aria-invalid={fault !== null ? "true" : undefined}
              data-side={side}
              onInput={(event) => {
                latest.current = { ...latest.current, [side]: event.currentTarget.value };
                setTyped(latest.current);
                clearTimeout(wait.current);
                wait.current = setTimeout(send, 400);
              }}
              onBlur={() => {
                if (wait.current !== undefined) send();
              }}
            />
          </label>
        ))}
      </div>
      {fault && <p class="lh-error">{fault}</p>}
    </fieldset>
  );
}

function Result({ item, mayEdit, write, faults }: { item: MeetingItem; mayEdit: boolean; write: (body: ItemChange) => void; faults: readonly FieldFault[] }) {
  const [chosen, setChosen] = useState(item.decision);
  const [opinion, setOpinion] = useState(item.opinion ?? "");
  const [reason, setReason] = useState(item.reason ?? "");
  const fault = (path: string) => faults.find((one) => one.path === path)?.message ?? null;
  const asksReason = reason !== "" || fault("reason") !== null;
  if (!mayEdit) {
    return (
      <p class="lh-plain">
        {item.decision_label && <strong>{item.decision_label}</strong>} {item.opinion}
      </p>
    );
  }
  return (
    <div class="lh-stack" style={{ gap: "12px" }}>
      {item.outcome_computed ? (
        <p class="lh-plain lh-quiet">{t("meetings.decisionComputed")}</p>
      ) : (
        item.outcomes.length > 0 && (
          <fieldset class="lh-field">
            <legend class="lh-label">{t("meetings.decision")}</legend>
            <div class="lh-choices">
              {item.outcomes.map((one) => (
                <label key={one.value} class="lh-choice">
                  <input
                    type="radio"
                    class="lh-tick"
                    name={`decision-${item.number}`}
                    value={one.value}
                    checked={chosen === one.value}
                    onChange={() => {
                      setChosen(one.value);
                      write({ decision: one.value });
                    }}
                    data-outcome={one.value}
                  />
                  {capital(one.label)}
                </label>
              ))}
            </div>
            {fault("decision") && <p class="lh-error">{fault("decision")}</p>}
          </fieldset>
        )
      )}
      <Words id={`opinion-${item.number}`} label={t("meetings.opinion")} value={opinion} fault={fault("opinion")} onInput={setOpinion} onDone={() => opinion !== (item.opinion ?? "") && write({ opinion })} />
      {asksReason && <Words id={`reason-${item.number}`} label={t("meetings.reason")} value={reason} fault={fault("reason")} onInput={setReason} onDone={() => reason !== (item.reason ?? "") && write({ reason })} />}
    </div>
  );
}

function Words({ id, label, value, fault, onInput, onDone }: { id: string; label: string; value: string; fault: string | null; onInput: (text: string) => void; onDone: () => void }) {
  return (
    <div class="lh-field">
      <label class="lh-label" for={id}>{label}</label>
      <textarea class="lh-input lh-area" id={id} rows={2} maxLength={20000} value={value} aria-invalid={fault ? "true" : undefined} aria-describedby={fault ? `${id}-error` : undefined} onInput={(event) => onInput(event.currentTarget.value)} onBlur={onDone} />
      {fault && <p class="lh-error" id={`${id}-error`}>{fault}</p>}
    </div>
  );
}

/** The fields of the step's own form that the meeting does not fill. */
function Rest({ item, write, faults }: { item: MeetingItem; write: (body: ItemChange) => void; faults: readonly FieldFault[] }) {
  const found = useQuery({ queryKey: ["meeting-form", item.task], queryFn: () => readTask(item.task), staleTime: Infinity, gcTime: 0, enabled: item.hindrance === null });
  if (item.hindrance !== null) return null;
  if (found.isPending) return <Skeleton lines={2} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <>
      <Fields item={item} task={found.data} write={write} faults={faults} />
      <Attached task={found.data} fault={faults.find((one) => one.path === "attachments")?.message ?? null} />
    </>
  );
}

/** What the step wants attached is attached here, before the meeting is submitted. */
function Attached({ task, fault }: { task: Task; fault: string | null }) {
  const client = useQueryClient();
  const may = task.can.includes("attach");
  if (!may && task.attachments.length === 0) return null;
  return (
    <Enclosures
      path={may ? `/tasks/${task.id}/attachments` : undefined}
      items={task.attachments}
      types={task.demands.types}
      least={may ? task.demands.least : 0}
      leastFor={task.demands.least_for}
      most={task.demands.most}
      fault={fault}
      onChange={(change) => client.setQueryData(["meeting-form", task.id], (before: Task | undefined) => before && { ...before, attachments: change(before.attachments) })}
    />
  );
}

function Fields({ item, task, write, faults }: { item: MeetingItem; task: Task; write: (body: ItemChange) => void; faults: readonly FieldFault[] }) {
  const today = useStore(me)?.today;
  const filled = useMemo(() => new Set(item.filled), [item.filled]);
  // What the meeting fills in and what is worked out from it is the server's to show.
  const form = useMemo(() => {
    if (!task.form) return null;
    const kept = task.form.components.filter((one) => !filled.has(one.key ?? one.path ?? "") && one.type !== "expression" && one.readonly !== true);
    return { ...task.form, components: kept };
  }, [task.form, filled]);
  const [answers, setAnswers] = useState<Answers>(() => ({ ...(task.form?.values ?? {}), ...task.values, ...item.answers }));
  const reading = useReading(form, answers, task.context, today);
  const wait = useRef<ReturnType<typeof setTimeout>>();
  const changed = useRef(false);
  const latest = useRef<Answers>({});
  latest.current = reading?.answers ?? {};
  const send = () => {
    clearTimeout(wait.current);
    wait.current = undefined;
    changed.current = false;
    write({ answers: latest.current });
  };
  // What a form has from the beginning is part of the answers, though nobody types it.
  const isReady = reading !== null;
  const begin = useRef(() => {});
  begin.current = () => {
    if (Object.keys(item.answers).length === 0 && Object.values(latest.current).some((value) => value !== null && value !== "")) write({ answers: latest.current });
  };
  useEffect(() => {
    if (isReady) begin.current();
  }, [isReady]);
  useEffect(() => () => clearTimeout(wait.current), []);
  if (!form || !reading || form.components.length === 0) return null;
  const hints = Object.fromEntries(item.proposed.map((path) => [path, t("meetings.proposed")]));
  return (
    <div
      class="lh-stack"
      role="group"
      aria-label={t("meetings.form")}
      onFocusOut={() => {
        if (changed.current) send();
      }}
    >
      <Form
        shown={reading.shown}
        unit={task.unit?.id}
        faults={faults}
        hints={hints}
        within={reading.within}
        onChange={(path, value) => {
          setAnswers((before) => withAnswer(before, path, value));
          changed.current = true;
          clearTimeout(wait.current);
          wait.current = setTimeout(send, 600);
        }}
      />
    </div>
  );
}
