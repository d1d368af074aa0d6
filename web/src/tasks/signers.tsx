/** Who was asked to sign a task or to do its work, what they said; taking it back, and letting signers go again. */
import { useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { task as readTask } from "../contract/calls";
import type { Completed, Part, Task } from "../contract/shapes";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { Notice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { toast } from "../ui/toast";
import { fetchBack, removeSigner, useWish } from "./handing-calls";
import { ReasonSheet } from "./opinion";
import "./handing.css";

/** What somebody who was added or entrusted is asked, by whom and in which words. */
export function OwnPart({ task }: { task: Task }) {
  const part = task.own_part;
  if (!part || part.status !== "open") return null;
  const name = part.asked_by?.name ?? "";
  const title = part.part === "entrust" ? t("entrusted.by", { name }) : part.mode_label ? t("sign.please", { name, mode: part.mode_label }) : t("sign.pleasePlain");
  return (
    <Notice tone="info" icon="people" title={title}>
      {part.asked && <p class="lh-quote">{part.asked}</p>}
    </Notice>
  );
}

/** The task is in other hands: who has it, and the way back. */
export function Away({ task }: { task: Task }) {
  const [asking, setAsking] = useState(false);
  if (task.part !== null || task.status !== "waiting") return null;
  const isEntrusted = task.parts.some((part) => part.part === "entrust" && part.status === "open");
  return (
    <Notice tone="warn" icon="pause" title={t(isEntrusted ? "verb.away.entrust" : task.pending ? "verb.away.submitted" : "verb.away.sign")}>
      {task.can.includes("take_back") && (
        <p class="lh-plain">
          <Button icon="back" data="fetch-back" onClick={() => setAsking(true)}>
            {t("verb.take_back")}
          </Button>
        </p>
      )}
      {asking && <TakeBack task={task} onClose={() => setAsking(false)} />}
    </Notice>
  );
}

function TakeBack({ task, onClose }: { task: Task; onClose: () => void }) {
  return (
    <Reasoned
      title={t("verb.take_back")}
      hint={t("verb.takeBackWhat")}
      done={t("verb.done.take_back")}
      task={task}
      run={(reason, key) => fetchBack(task.id, reason, key)}
      onClose={onClose}
    />
  );
}

interface ReasonedProps {
  title: string;
  hint: string;
  done: string;
  task: Task;
  run: (reason: string, key: string) => Promise<Completed>;
  onClose: () => void;
}

/** A deed that wants a reason and leaves the task on the page. */
function Reasoned({ title, hint, done, task, run, onClose }: ReasonedProps) {
  const queryClient = useQueryClient();
  const wish = useWish();
  return (
    <ReasonSheet
      title={title}
      kind="neutral"
      label={t("verb.reason")}
      hint={hint}
      run={(reason) => run(reason, wish(reason))}
      onDone={async () => {
        toast({ text: done });
        onClose();
        queryClient.setQueryData(["task", task.id], await readTask(task.id));
        void queryClient.invalidateQueries({ queryKey: ["tasks"] });
        void queryClient.invalidateQueries({ queryKey: ["trail", task.case.id] });
      }}
      onClose={onClose}
    />
  );
}

/** Everybody who was asked, oldest first. */
export function Parts({ task }: { task: Task }) {
  const [removing, setRemoving] = useState<Part | null>(null);
  const shown = task.parts.filter((part) => part.id !== task.own_part?.id || part.status !== "open");
  if (shown.length === 0) return null;
  const removed = removing?.person ?? null;
  return (
    <section aria-label={t("parts.title")} data-pane="parts">
      <h3 class="lh-h3">{t("parts.title")}</h3>
      <ul class="lh-parts">
        {shown.map((part) => (
          <li key={part.id}>
            <span class="lh-part-main">
              <span class={part.is_void ? "lh-part-void" : undefined}>{titleOf(part)}</span>
              {part.opinion && <span class="lh-sub">{part.opinion}</span>}
              {part.asked && part.status !== "signed" && <span class="lh-sub">{t("sign.asked", { words: part.asked })}</span>}
            </span>
            <State part={part} />
            {part.at && <span class="lh-small lh-quiet lh-numeric">{longTime(part.at)}</span>}
            {task.can.includes("remove_signer") && part.part === "sign" && (part.status === "open" || part.status === "waiting") && (
              <Button small look="quiet" icon="close" label={t("parts.remove", { name: part.person?.name ?? "" })} data="remove-signer" onClick={() => setRemoving(part)} />
            )}
          </li>
        ))}
      </ul>
      {removed && (
        <Reasoned
          title={t("verb.remove_signer")}
          hint={t("verb.ahead.remove", { names: removed.name })}
          done={t("verb.done.remove", { names: removed.name })}
          task={task}
          run={(reason, key) => removeSigner(task.id, removed.id ?? "", reason, key)}
          onClose={() => setRemoving(null)}
        />
      )}
    </section>
  );
}

function titleOf(part: Part): string {
  const name = part.person?.name ?? "";
  if (part.part === "transfer") return t("parts.transferred", { from: part.asked_by?.name ?? part.by?.name ?? "", to: name });
  const who = part.acting_for && part.by ? t("parts.for", { name: part.by.name, absent: part.acting_for.name }) : name;
  return [who, part.mode_label].filter(Boolean).join(" · ");
}

function State({ part }: { part: Part }) {
  if (part.is_void) return <Pill>{t("parts.void")}</Pill>;
  if (part.status === "signed") {
    return part.verdict === "disagree" ? (
      <Pill tone="danger" icon="close">
        {t("parts.disagree")}
      </Pill>
    ) : (
      <Pill tone="good" icon="check">
        {t("parts.agree")}
      </Pill>
    );
  }
  if (part.status === "given_back") {
    return (
      <Pill tone="good" icon="check">
        {t("parts.givenBack")}
      </Pill>
    );
  }
  if (part.status === "transferred") return null;
  if (part.part === "entrust") return <Pill tone="info">{t("parts.doing")}</Pill>;
  return <Pill tone="warn">{t(part.status === "waiting" ? "parts.later" : "parts.open")}</Pill>;
}
