/** One meeting: when and where, who was there, what was decided of each case, the minutes, and the two confirmations. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useRoute } from "preact-iso";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Refusal } from "../contract/client";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { longDay, longTime } from "../ui/dates";
import type { FieldFault } from "../ui/form/form";
import { Icon } from "../ui/icon";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { Attendance } from "./attendance";
import { cancelMeeting, changeMeeting, confirmMeeting, meetingCandidates, oneMeeting, putInOrder, putOn, sendBackMeeting, submitMeeting, type Meeting, type MeetingChange } from "./calls";
import type { Signed } from "../contract/shapes";
import { Sign } from "../files/sign";
import { Because } from "./because";
import { Choose } from "./choose";
import { Item } from "./item";
import { MeetingStatus } from "./list";
import { useSaving, type Saving } from "./save";
import { TakeOver } from "./take-over";
import "./meetings.css";

export function MeetingPage() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const found = useQuery({ queryKey: ["meeting", id], queryFn: () => oneMeeting(id), staleTime: Infinity, refetchOnWindowFocus: false, gcTime: 0 });
  useTitle(found.data ? `${found.data.name} · ${found.data.unit.name}` : t("meetings.title"));
  if (found.isPending) return <div class="lh-wide"><Skeleton lines={9} /></div>;
  if (!found.data) return <div class="lh-wide"><LoadFailure error={found.error} onRetry={() => void found.refetch()} /></div>;
  return <Whole key={id} meeting={found.data} />;
}

type Asking = "send_back" | "cancel" | "confirm" | "items" | "sign" | null;

function Whole({ meeting }: { meeting: Meeting }) {
  const client = useQueryClient();
  const saving = useSaving(meeting.id);
  const mayEdit = meeting.can.includes("edit");
  const [asking, setAsking] = useState<Asking>(null);
  const [open, setOpen] = useState(mayEdit ? 1 : 0);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [moved, setMoved] = useState("");
  const top = useRef<HTMLDivElement>(null);
  const problem = refusal instanceof Refusal ? refusal.problem : null;
  const faults = useMemo(
    () => (problem?.errors ?? []).map((one): FieldFault => ({ path: one.field, message: one.message, clause: problem?.clause?.id === one.clause ? problem.clause : null })),
    [problem],
  );
  const faultsOf = (number: number): FieldFault[] => {
    const before = `items[${number - 1}].`;
    return faults.filter((one) => one.path.startsWith(before)).map((one) => ({ ...one, path: one.path.slice(before.length) }));
  };

  const run = async (act: () => Promise<Meeting>, said: (done: Meeting) => string) => {
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    try {
      await saving.settled();
      const done = await act();
      client.setQueryData(["meeting", meeting.id], done);
      void client.invalidateQueries({ queryKey: ["meetings"] });
      void client.invalidateQueries({ queryKey: ["tasks"] });
      setAsking(null);
      toast({ text: said(done) });
      window.scrollTo(0, 0);
    } catch (error) {
      setAsking(null);
      setRefusal(error);
      const item = error instanceof Refusal ? (error.problem as { item?: { number: number } }).item : undefined;
      if (item && mayEdit) setOpen(item.number);
      requestAnimationFrame(() => top.current?.focus());
    } finally {
      setBusy(false);
    }
  };
  const submit = (signature: Signed | null) =>
    run(
      () => submitMeeting(meeting.id, revision(), signature),
      (done) => t("meetings.submitted", { name: done.chair?.name ?? "" }),
    );
  /** Puts an item one place up or down, and says where it is now. */
  const move = (task: string, by: 1 | -1) => {
    const order = (client.getQueryData<Meeting>(["meeting", meeting.id])?.items ?? meeting.items).map((one) => one.task);
    const from = order.indexOf(task);
    const to = from + by;
    if (from < 0 || to < 0 || to >= order.length) return;
    order.splice(to, 0, ...order.splice(from, 1));
    if (open === from + 1) setOpen(to + 1);
    else if (open === to + 1) setOpen(from + 1);
    void saving.save(() => putInOrder(meeting.id, order, revision())).then((isSaved) => {
      if (!isSaved) return;
      setMoved(t("meetings.moved", { n: to + 1, of: order.length }));
      // The button that was pressed goes with its item; at the end of the list the other one takes the focus.
      requestAnimationFrame(() => {
        const item = document.querySelector(`[data-item="${task}"]`);
        const wanted = to === 0 ? "move-down" : to === order.length - 1 ? "move-up" : by < 0 ? "move-up" : "move-down";
        item?.querySelector<HTMLElement>(`[data-action=${wanted}]`)?.focus();
      });
    });
  };
  const revision = () => client.getQueryData<Meeting>(["meeting", meeting.id])?.rev ?? meeting.rev;

  return (
    <div class="lh-wide">
      <header class="lh-head">
        <div class="lh-head-main">
          <a class="lh-back" href="/meetings">
            <Icon name="back" small />
            {t("meetings.title")}
          </a>
          <h1 class="lh-h1">
            {meeting.name} · {meeting.unit.name}
          </h1>
          <div class="lh-meta">
            <span class="lh-numeric">{longDay(meeting.held_on)}</span>
            <span>{t("meetings.items", { n: meeting.items.length })}</span>
            <span>{t("meetings.recorder", { name: meeting.recorder.name })}</span>
            {meeting.submitted_at && <span>{t("meetings.submittedAt", { at: longTime(meeting.submitted_at) })}</span>}
          </div>
        </div>
        <div class="lh-row">
          <MeetingStatus meeting={meeting} />
          {meeting.can.includes("take_over") && <TakeOver meeting={meeting.id} recorder={meeting.recorder.name} />}
          <a class="lh-button" href={`/meetings/${meeting.id}/print`}>{t("meetings.print")}</a>
        </div>
      </header>
      <div class="lh-stack" style={{ gap: "18px" }}>
        <div ref={top} tabIndex={-1} class="lh-news">
          {refusal !== null && (
            <RefusalNotice error={refusal} />
          )}
          {faults.length > 1 && (
            <ul class="lh-bullets">
              {faults.map((one) => (
                <li key={one.path}>{one.message}</li>
              ))}
            </ul>
          )}
        </div>
        {meeting.because && meeting.status === "draft" && <Notice tone="warn">{t("meetings.because", { reason: meeting.because })}</Notice>}
        {meeting.because && meeting.status === "cancelled" && <Notice>{t("meetings.cancelled", { reason: meeting.because })}</Notice>}
        <Facts meeting={meeting} saving={saving} mayEdit={mayEdit} faults={faults} />
        <Attendance meeting={meeting} saving={saving} mayEdit={mayEdit} />
        <section class="lh-stack" aria-labelledby="meeting-agenda">
          <div class="lh-row lh-spread">
            <h2 class="lh-h2" id="meeting-agenda">{t("meetings.agenda")}</h2>
            {mayEdit && (
              <Button icon="start" onClick={() => setAsking("items")} data="add-items">{t("meetings.addItems")}</Button>
            )}
          </div>
          <ol class="lh-meeting-items">
            {meeting.items.map((item) => (
              <Item key={`${item.task}/${mayEdit}`} meeting={meeting} item={item} saving={saving} mayEdit={mayEdit} faults={faultsOf(item.number)} isOpen={open === item.number} onToggle={() => setOpen(open === item.number ? 0 : item.number)} onMove={move} />
            ))}
          </ol>
          <p class="lh-hidden-text" role="status">{moved}</p>
        </section>
        <Minutes key={`${meeting.id}/${mayEdit}`} meeting={meeting} saving={saving} mayEdit={mayEdit} fault={faults.find((one) => one.path === "minutes")?.message ?? null} />
      </div>
      {meeting.can.length > 0 && (
        <div class="lh-actions" role="group" aria-label={t("task.actions")}>
          {meeting.can.includes("submit") && (
            <Button look="primary" busy={busy} onClick={() => (meeting.signature.length > 0 ? setAsking("sign") : void submit(null))} data="submit-meeting">
              {t("meetings.submit")}
            </Button>
          )}
          {meeting.can.includes("confirm") && (
            <Button look="primary" icon="check" busy={busy} onClick={() => setAsking("confirm")} data="confirm-meeting">{t("meetings.confirm")}</Button>
          )}
          {meeting.can.includes("send_back") && (
            <Button look={meeting.can.includes("confirm") ? "danger" : "plain"} busy={busy} onClick={() => setAsking("send_back")} data="send-back">
              {t(meeting.can.includes("confirm") ? "meetings.sendBack" : "meetings.takeBack")}
            </Button>
          )}
          {meeting.can.includes("cancel") && (
            <Button look="quiet" busy={busy} onClick={() => setAsking("cancel")} data="cancel-meeting">{t("meetings.cancel")}</Button>
          )}
          {mayEdit && saving.state !== "none" && (
            <span class="lh-small lh-quiet" role="status" data-saved={saving.state}>
              {saving.state === "saving" ? t("meetings.saving") : saving.state === "saved" ? t("meetings.saved") : null}
            </span>
          )}
        </div>
      )}
      {saving.state === "failed" && <RefusalNotice error={saving.error} />}
      {asking === "confirm" && (
        <Dialog
          title={t("meetings.confirm")}
          onClose={() => setAsking(null)}
          onSubmit={() => void run(() => confirmMeeting(meeting.id), (done) => t("meetings.confirmed", { n: done.items.length }))}
          foot={
            <Button type="submit" look="primary" busy={busy} data="confirm-now">{t("meetings.confirm")}</Button>
          }
        >
          <p class="lh-plain">{t("meetings.confirmWhat", { n: meeting.items.length })}</p>
        </Dialog>
      )}
      {asking === "sign" && <SignedBy ways={meeting.signature} busy={busy} onClose={() => setAsking(null)} onDone={(signature) => void submit(signature)} />}
      {(asking === "send_back" || asking === "cancel") && (
        <Because
          title={t(asking === "cancel" ? "meetings.cancel" : meeting.can.includes("confirm") ? "meetings.sendBack" : "meetings.takeBack")}
          what={t(asking === "cancel" ? "meetings.cancelWhat" : "meetings.sendBackWhat")}
          busy={busy}
          onClose={() => setAsking(null)}
          onDone={(reason) =>
            void run(
              () => (asking === "cancel" ? cancelMeeting(meeting.id, reason) : sendBackMeeting(meeting.id, reason)),
              () => t(asking === "cancel" ? "meetings.cancelled" : "meetings.sentBack", { reason }),
            )
          }
        />
      )}
      {asking === "items" && <MoreItems meeting={meeting} saving={saving} onClose={() => setAsking(null)} />}
    </div>
  );
}

function Facts({ meeting, saving, mayEdit, faults }: { meeting: Meeting; saving: Saving; mayEdit: boolean; faults: readonly FieldFault[] }) {
  const write = (body: MeetingChange) => void saving.save(() => changeMeeting(meeting.id, body));
  const [place, setPlace] = useState(meeting.place ?? "");
  const chairFault = faults.find((one) => one.path === "chair")?.message ?? null;
  if (!mayEdit) {
    return (
      <section class="lh-card lh-card-pad" aria-label={t("meetings.facts")}>
        <dl class="lh-facts">
          <dt class="lh-fact-name">{t("meetings.date")}</dt>
          <dd class="lh-fact">{[longDay(meeting.held_on), meeting.starts_at].filter(Boolean).join(" ")}</dd>
          <dt class="lh-fact-name">{t("meetings.place")}</dt>
          <dd class="lh-fact">{meeting.place ?? "—"}</dd>
          <dt class="lh-fact-name">{t("meetings.chair")}</dt>
          <dd class="lh-fact">{meeting.chair?.name ?? "—"}</dd>
          <dt class="lh-fact-name">{t("meetings.recorderIs")}</dt>
          <dd class="lh-fact">{meeting.recorder.name}</dd>
        </dl>
      </section>
    );
  }
  const chairs = meeting.attendance.filter((one) => one.person.id !== meeting.recorder.id);
  return (
    <section class="lh-card lh-card-pad lh-stack" aria-labelledby="meeting-facts">
      <h2 class="lh-h2" id="meeting-facts">{t("meetings.facts")}</h2>
      <div class="lh-meeting-fields">
        <div class="lh-field">
          <label class="lh-label" for="meeting-date">{t("meetings.date")}</label>
          <input class="lh-input lh-date" id="meeting-date" type="date" value={meeting.held_on} onChange={(event) => event.currentTarget.value !== "" && write({ held_on: event.currentTarget.value })} />
        </div>
        <div class="lh-field">
          <label class="lh-label" for="meeting-time">{t("meetings.time")}</label>
          <input class="lh-input" id="meeting-time" type="time" value={meeting.starts_at ?? ""} onChange={(event) => write({ starts_at: event.currentTarget.value || null })} />
        </div>
        <div class="lh-field">
          <label class="lh-label" for="meeting-place">{t("meetings.place")}</label>
          <input class="lh-input" id="meeting-place" type="text" maxLength={200} value={place} onInput={(event) => setPlace(event.currentTarget.value)} onBlur={() => place !== (meeting.place ?? "") && write({ place: place.trim() || null })} />
        </div>
        <div class="lh-field">
          <label class="lh-label" for="meeting-chair">{t("meetings.chair")}</label>
          <select
            class="lh-input lh-select"
            id="meeting-chair"
            value={meeting.chair?.id ?? ""}
            aria-invalid={chairFault ? "true" : undefined}
            aria-describedby={chairFault ? "meeting-chair-error" : undefined}
            onChange={(event) => write({ chair: event.currentTarget.value || null })}
          >
            <option value="">{t("meetings.chairChoose")}</option>
            {chairs.map((one) => (
              <option key={one.person.id} value={one.person.id ?? ""}>{one.person.name}</option>
            ))}
          </select>
          {chairFault && <p class="lh-error" id="meeting-chair-error">{chairFault}</p>}
        </div>
      </div>
    </section>
  );
}

function Minutes({ meeting, saving, mayEdit, fault }: { meeting: Meeting; saving: Saving; mayEdit: boolean; fault: string | null }) {
  const [text, setText] = useState(meeting.minutes);
  const [sure, setSure] = useState(false);
  const wait = useRef<ReturnType<typeof setTimeout>>();
  const send = (value: string) => {
    clearTimeout(wait.current);
    wait.current = undefined;
    void saving.save(() => changeMeeting(meeting.id, { minutes: value }));
  };
  useEffect(() => () => clearTimeout(wait.current), []);
  const generate = async () => {
    // As it stands once everything that was typed has been saved.
    await saving.settled();
    const found = await oneMeeting(meeting.id);
    setText(found.skeleton);
    setSure(false);
    send(found.skeleton);
  };
  return (
    <section class="lh-card lh-card-pad lh-stack" aria-labelledby="meeting-minutes">
      <div class="lh-row lh-spread">
        <h2 class="lh-h2" id="meeting-minutes">{t("meetings.minutes")}</h2>
        {mayEdit && (
          <Button icon="copy" onClick={() => (text.trim() === "" || sure ? void generate() : setSure(true))} data="generate">
            {t("meetings.generate")}
          </Button>
        )}
      </div>
      {sure && <Notice tone="warn" alert>{t("meetings.generateOver")}</Notice>}
      {mayEdit ? (
        <div class="lh-field">
          <label class="lh-label lh-small lh-quiet" for="meeting-text">{t("meetings.minutesWhat")}</label>
          <textarea
            class="lh-input lh-area"
            id="meeting-text"
            rows={14}
            maxLength={50000}
            value={text}
            aria-invalid={fault ? "true" : undefined}
            onInput={(event) => {
              const value = event.currentTarget.value;
              setText(value);
              clearTimeout(wait.current);
              wait.current = setTimeout(() => send(value), 800);
            }}
            onBlur={() => {
              if (wait.current !== undefined) send(text);
            }}
          />
          {fault && <p class="lh-error">{fault}</p>}
        </div>
      ) : (
        <p class="lh-plain lh-meeting-minutes">{meeting.minutes || "—"}</p>
      )}
    </section>
  );
}

/** What the steps of the agenda want signed is signed once, by whoever submits it. */
function SignedBy({ ways, busy, onClose, onDone }: { ways: readonly string[]; busy: boolean; onClose: () => void; onDone: (signature: Signed) => void }) {
  const [signature, setSignature] = useState<Signed | null>(null);
  const [tried, setTried] = useState(false);
  return (
    <Dialog
      title={t("meetings.submit")}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (signature) onDone(signature);
      }}
      foot={<Button type="submit" look="primary" busy={busy} data="sign-meeting">{t("meetings.submit")}</Button>}
    >
      <p class="lh-plain lh-quiet">{t("meetings.signWhat")}</p>
      <Sign ways={ways} fault={tried && !signature ? t("sign.missing") : null} onChange={setSignature} />
    </Dialog>
  );
}

function MoreItems({ meeting, saving, onClose }: { meeting: Meeting; saving: Saving; onClose: () => void }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const found = useQuery({ queryKey: ["meetings", "candidates"], queryFn: meetingCandidates, staleTime: 0 });
  const group = `${meeting.kind}@${meeting.unit.id}`;
  const items = (found.data?.items ?? []).filter((one) => one.group === group && one.agenda === null);
  return (
    <Dialog
      title={t("meetings.addItems")}
      onClose={onClose}
      onSubmit={() => {
        if (chosen.size === 0) return;
        const tasks = items.map((one) => one.task.id).filter((id) => chosen.has(id));
        void saving.save(() => putOn(meeting.id, tasks)).then((isSaved) => isSaved && onClose());
      }}
      foot={items.length > 0 && <Button type="submit" look="primary" refused={chosen.size === 0 ? t("meetings.candidatesWhat") : null}>{t("meetings.itemsAdd", { n: chosen.size })}</Button>}
    >
      {found.isPending ? <Skeleton lines={3} /> : items.length === 0 ? <p class="lh-plain">{t("meetings.nobodyElse")}</p> : <Choose items={items} chosen={chosen} onChoose={setChosen} />}
    </Dialog>
  );
}
