/** What somebody has typed but not yet sent: kept in this tab every three seconds and on the server every fifteen. */
import { useEffect, useRef, useState } from "preact/hooks";
import { draft as keepOnServer } from "../contract/calls";
import type { Answers } from "../contract/shapes";
import { forgetInTab, keepInTab, recallFromTab } from "../ui/tab";

const LOCAL = 3_000;
const SERVER = 15_000;

export interface Typed {
  answers: Answers;
  opinion: string;
  reason: string;
}

const keyOf = (id: string): string => `liuhen.draft.${id}`;

export function recallDraft(id: string, rev: number): Typed | null {
  const kept = recallFromTab(keyOf(id));
  if (kept === null) return null;
  const found = JSON.parse(kept) as Typed & { rev: number };
  return found.rev === rev ? found : null;
}

const keepDraft = (id: string, rev: number, typed: Typed): void => keepInTab(keyOf(id), JSON.stringify({ ...typed, rev }));

export const forgetDraft = (id: string): void => forgetInTab(keyOf(id));

export type Saved = "no" | "here" | "server" | "failed";

/** Keeps what was `typed` here, and of it the `answers` that may be given on the server, while `active` and changed. */
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
      setSaved((before) => (before === "server" && JSON.stringify(now.answers) === onServer.current ? before : "here"));
    };
    const away = async () => {
      const now = latest.current;
      const text = JSON.stringify(now.answers);
      if (!now.changed || !now.active || text === onServer.current) return;
      try {
        await keepOnServer(id, now.answers);
        onServer.current = text;
        setSaved("server");
      } catch {
        setSaved("failed");
      }
    };
    const local = setInterval(here, LOCAL);
    const server = setInterval(() => void away(), SERVER);
    const leaving = () => here();
    addEventListener("pagehide", leaving);
    return () => {
      clearInterval(local);
      clearInterval(server);
      removeEventListener("pagehide", leaving);
      here();
      void away();
    };
  }, [id]);
  return saved;
}
