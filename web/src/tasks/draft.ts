/** What somebody has typed but not yet sent: kept in this tab every three seconds and on the server every fifteen. */
import { useEffect, useRef, useState } from "preact/hooks";
import { draft as keepOnServer, type DraftBody } from "../contract/calls";
import type { Answers, Task } from "../contract/shapes";
import { forgetInTab, keepInTab, recallFromTab } from "../ui/tab";

const LOCAL = 3_000;
const SERVER = 15_000;

export interface Typed {
  answers: Answers;
  opinion: string;
  reason: string;
  /** The outcome that was chosen when the words were asked for. */
  decision?: string | undefined;
}

const keyOf = (id: string): string => `liuhen.draft.${id}`;

export function recallDraft(id: string, rev: number): Typed | null {
  const kept = recallFromTab(keyOf(id));
  if (kept === null) return null;
  const found = JSON.parse(kept) as Typed & { rev: number };
  return found.rev === rev ? found : null;
}

/** What the server kept of an earlier sitting, perhaps at another machine; its answers are the task's values already. */
export function serverDraft(task: Task, answers: Answers): Typed | null {
  if (!task.draft) return null;
  return { answers, opinion: task.draft.opinion ?? "", reason: task.draft.reason ?? "", decision: task.draft.decision ?? undefined };
}

const keepDraft = (id: string, rev: number, typed: Typed): void => keepInTab(keyOf(id), JSON.stringify({ ...typed, rev }));

export const forgetDraft = (id: string): void => forgetInTab(keyOf(id));

export type Saved = "no" | "here" | "server" | "failed";

function bodyOf(typed: Typed, answers: Answers): DraftBody {
  const said = { decision: typed.decision, opinion: typed.opinion.trim(), reason: typed.reason.trim() };
  return { answers, ...(said.decision ? { decision: said.decision } : {}), ...(said.opinion ? { opinion: said.opinion } : {}), ...(said.reason ? { reason: said.reason } : {}) };
}

/** Keeps what was `typed` here, and with the `answers` that may be given on the server, while `active` and changed. */
export function useDraft(id: string, rev: number, typed: Typed, answers: Answers, changed: boolean, active: boolean): Saved {
  const [saved, setSaved] = useState<Saved>("no");
  const latest = useRef({ typed, answers, changed, active, rev });
  latest.current = { typed, answers, changed, active, rev };
  const onServer = useRef("");

  useEffect(() => {
    const here = () => {
      const now = latest.current;
      if (!now.changed || !now.active) return;
      keepDraft(id, now.rev, now.typed);
      setSaved((before) => (before === "server" && JSON.stringify(bodyOf(now.typed, now.answers)) === onServer.current ? before : before === "failed" ? before : "here"));
    };
    const away = async () => {
      const now = latest.current;
      const body = bodyOf(now.typed, now.answers);
      const text = JSON.stringify(body);
      if (!now.changed || !now.active || text === onServer.current) return;
      try {
        await keepOnServer(id, body);
        onServer.current = text;
        setSaved("server");
      } catch {
        setSaved("failed"); // it is kept in this tab, and goes out again with the next beat
      }
    };
    const local = setInterval(here, LOCAL);
    const server = setInterval(() => void away(), SERVER);
    const leaving = () => here();
    const online = () => void away();
    addEventListener("pagehide", leaving);
    addEventListener("online", online);
    return () => {
      clearInterval(local);
      clearInterval(server);
      removeEventListener("pagehide", leaving);
      removeEventListener("online", online);
      here();
      void away();
    };
  }, [id]);
  return saved;
}
