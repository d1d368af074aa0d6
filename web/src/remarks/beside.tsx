/** What can be done beside a step: a copy, a reminder, a sheet of paper. */
import { useState } from "preact/hooks";
import { remind } from "../contract/calls";
import type { Task } from "../contract/shapes";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { sentenceOf } from "../ui/notice";
import { toast } from "../ui/toast";
import { CopySheet } from "./copy";

export function BesidePane({ task }: { task: Task }) {
  const [copying, setCopying] = useState(false);
  return (
    <div class="lh-row">
      {task.can.includes("copy") && (
        <Button small icon="copy" data="copy" onClick={() => setCopying(true)}>
          {t("copy.act")}
        </Button>
      )}
      {task.can.includes("remind") && <Remind task={task.id} until={task.urged_until} />}
      {task.can.includes("comment") && <PrintLink id={task.case.id} />}
      {copying && <CopySheet task={task.id} onClose={() => setCopying(false)} />}
    </div>
  );
}

export function PrintLink({ id }: { id: string }) {
  return (
    <a class="lh-button lh-button-small" href={`/cases/${id}/print`} data-action="print">
      {t("print.act")}
    </a>
  );
}

/** 催办: once in four hours; from when again is said by the server. */
export function Remind({ task, until = null }: { task: string; until?: string | null }) {
  const [busy, setBusy] = useState(false);
  const [next, setNext] = useState(until);
  return (
    <Button
      small
      icon="clock"
      busy={busy}
      data="remind"
      refused={next ? t("remind.done", { at: longTime(next) }) : null}
      onClick={() => {
        setBusy(true);
        remind(task)
          .then(
            (done) => {
              setNext(done.again_at);
              toast({ text: t("remind.done", { at: longTime(done.again_at) }) });
            },
            (refused: unknown) => toast({ text: sentenceOf(refused), icon: "warn" }),
          )
          .finally(() => setBusy(false));
      }}
    >
      {t("remind.act")}
    </Button>
  );
}
