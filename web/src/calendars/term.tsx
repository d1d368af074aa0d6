/** A task's term: what is left of it, how it was counted, what moved it; and extending it, for whoever may. */
import { useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import type { Task } from "../contract/shapes";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longDay, longTime } from "../ui/dates";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { Citation } from "../ui/notice";
import { toast } from "../ui/toast";
import { extend } from "./calls";
import { Refused } from "./refused";
import "./calendars.css";

const when = (text: string): string => (text.length > 10 ? longTime(text) : longDay(text));

export function TermPane({ task }: { task: Task }) {
  const [asking, setAsking] = useState(false);
  const due = task.due;
  if (!due) return null;
  return (
    <section class="lh-card lh-pane" data-pane="term">
      <h2 class="lh-h3">{t("term.title")}</h2>
      {due.on && (
        <p class="lh-plain lh-strong lh-numeric">
          {due.at ? longTime(due.at) : longDay(due.on)}
          {due.remaining && <span class="lh-quiet">{` · ${due.remaining}`}</span>}
        </p>
      )}
      {due.paused_since && <p class="lh-plain lh-small">{t("term.paused", { at: longTime(due.paused_since) })}</p>}
      {due.earliest && <p class="lh-plain lh-small">{t("term.earliest", { at: when(due.earliest) })}</p>}
      {due.latest && <p class="lh-plain lh-small">{t("term.latest", { at: when(due.latest) })}</p>}
      {due.text && (
        <details class="lh-term-how">
          <summary>{t("term.how")}</summary>
          <p class="lh-plain lh-small lh-numeric">{due.text}</p>
          <Citation clause={due.clause} />
          <a class="lh-link lh-small" href={`/calendars?year=${(due.on ?? "").slice(0, 4)}`}>
            {t("nav.calendars")}
          </a>
        </details>
      )}
      {due.provisional && <p class="lh-plain lh-small lh-quiet">{t("term.provisionalWhat")}</p>}
      {due.extensions.map((one) => (
        <p key={one.at} class="lh-plain lh-small">
          {t("term.extended", { name: one.by?.name ?? "", length: one.length, reason: one.reason })}
        </p>
      ))}
      {task.can.includes("extend") && (
        <div class="lh-row" style={{ marginTop: "10px" }}>
          <Button icon="clock" onClick={() => setAsking(true)} data="extend">
            {t("term.extend")}
          </Button>
        </div>
      )}
      {asking && <Extending task={task} onClose={() => setAsking(false)} />}
    </section>
  );
}

function Extending({ task, onClose }: { task: Task; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const { busy, refused: error, run } = useDeed();
  const client = useQueryClient();
  const send = () =>
    run(
      () => extend(task.id, reason),
      (after) => {
        client.setQueryData(["task", task.id], after);
        void client.invalidateQueries({ queryKey: ["tasks"] });
        void client.invalidateQueries({ queryKey: ["trail", task.case.id] });
        toast({ text: t("term.done", { on: longDay(after.due?.on ?? "") }), icon: "clock" });
        onClose();
      },
    );
  return (
    <Dialog
      title={t("term.extend")}
      onClose={onClose}
      onSubmit={send}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy}>
            {t("term.extend")}
          </Button>
        </>
      }
    >
      <div class="lh-stack">
        <p class="lh-plain lh-quiet">{t("term.extendWhat")}</p>
        <label>
          <span class="lh-label">{t("calendars.reason")}</span>
          <textarea class="lh-input" rows={3} required value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        {error !== null && <Refused error={error} />}
      </div>
    </Dialog>
  );
}
