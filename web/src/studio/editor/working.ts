/** A draft while somebody works at it: its files, who edits, saving by itself, and what happens where two saved. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Refusal } from "../../contract/client";
import { without } from "./around";
import { beginEditing, copyAs, draftOf, endEditing, saveFiles, type Draft, type Files } from "./calls";

export type SaveState = "saved" | "unsaved" | "saving" | "failed";

export interface Working {
  draft: Draft;
  files: Files;
  rev: number;
  state: SaveState;
  failure: unknown;
  /** Whether this browser holds the draft. */
  mayEdit: boolean;
  /** Who else edits, where somebody does. */
  editor: string | null;
  /** Somebody has taken over while there was something unsaved here. */
  isLost: boolean;
  /** Somebody saved before: theirs beside ours. */
  conflict: Draft | null;
  write: (path: string, text: string | null) => void;
  saveNow: () => Promise<void>;
  takeOver: () => void;
  /** Goes on with the saved one; ours becomes a draft of its own, whose id it gives. */
  useTheirs: () => Promise<string>;
  useMine: () => Promise<void>;
  keepCopy: () => Promise<string>;
  /** Counts up whenever the files came from elsewhere: what was drawn from them is drawn anew. */
  generation: number;
}

const PAUSE = 1200;
const BEAT = 30_000;

export function useWorking(first: Draft, isPhone: boolean): Working {
  const [draft, setDraft] = useState(first);
  const [files, setFiles] = useState<Files>(first.files);
  const [state, setState] = useState<SaveState>("saved");
  const [failure, setFailure] = useState<unknown>(null);
  const [holds, setHolds] = useState(false);
  const [editor, setEditor] = useState<string | null>(null);
  const [isLost, setLost] = useState(false);
  const [conflict, setConflict] = useState<Draft | null>(null);
  const [generation, setGeneration] = useState(0);
  const changed = useRef(new Map<string, string | null>());
  const now = useRef<Files>(first.files);
  const rev = useRef(first.rev);
  const busy = useRef<Promise<void> | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const stopped = useRef(false);
  const isOpen = draft.state === "draft" || draft.state === "in_review";

  const put = useCallback((next: Files) => {
    now.current = next;
    setFiles(next);
  }, []);

  const save = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current);
    while (busy.current) await busy.current;
    if (changed.current.size === 0 || stopped.current) return;
    const sent = new Map(changed.current);
    changed.current.clear();
    setState("saving");
    const work = saveFiles(first.id, rev.current, Object.fromEntries(sent)).then(
      (saved) => {
        rev.current = saved.rev;
        setDraft((before) => ({ ...before, ...saved, files: before.files }));
        setFailure(null);
        setState(changed.current.size > 0 ? "unsaved" : "saved");
      },
      async (error: unknown) => {
        // What was written since stands; what was sent comes back beneath it.
        changed.current = new Map([...sent, ...changed.current]);
        setState("failed");
        setFailure(error);
        if (!(error instanceof Refusal)) return;
        if (error.code === "err_draft_saved_by_other") {
          stopped.current = true;
          setConflict(await draftOf(first.id));
        } else if (error.code === "err_draft_edited_by_other") {
          stopped.current = true;
          setHolds(false);
          setLost(true);
        }
      },
    );
    busy.current = work.finally(() => {
      busy.current = null;
    });
    await busy.current;
  }, [first.id]);

  const write = useCallback(
    (path: string, text: string | null) => {
      if ((now.current[path] ?? null) === text) return;
      put(text === null ? without(now.current, path) : { ...now.current, [path]: text });
      changed.current.set(path, text);
      setState("unsaved");
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), PAUSE);
    },
    [put, save],
  );

  const hold = useCallback(
    (takeOver: boolean) =>
      beginEditing(first.id, takeOver).then(
        async () => {
          setEditor(null);
          if (takeOver) {
            // Somebody may have saved since this page was opened.
            const fresh = await draftOf(first.id);
            if (fresh.rev !== rev.current && changed.current.size === 0) {
              rev.current = fresh.rev;
              setDraft(fresh);
              put(fresh.files);
              setGeneration((n) => n + 1);
            }
          }
          setHolds(true);
        },
        async (error: unknown) => {
          setHolds(false);
          if (error instanceof Refusal && error.code === "err_draft_edited_by_other") {
            if (changed.current.size > 0) {
              stopped.current = true;
              setLost(true);
            }
            const fresh = await draftOf(first.id);
            setEditor(fresh.edited_by?.name ?? "");
          }
        },
      ),
    [first.id, put],
  );

  useEffect(() => {
    if (!isOpen || isPhone) return;
    void hold(false);
    const beat = setInterval(() => {
      if (!stopped.current) void hold(false);
    }, BEAT);
    return () => {
      clearInterval(beat);
      void save().finally(() => void endEditing(first.id).catch(() => undefined));
    };
  }, [first.id, isOpen, isPhone, hold, save]);

  useLayoutEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      if (changed.current.size > 0 || busy.current) event.preventDefault();
    };
    addEventListener("beforeunload", leaving);
    return () => removeEventListener("beforeunload", leaving);
  }, []);

  const begunAnew = (fresh: Draft) => {
    changed.current.clear();
    stopped.current = false;
    rev.current = fresh.rev;
    setDraft(fresh);
    setConflict(null);
    setLost(false);
    setFailure(null);
  };

  return {
    draft,
    files,
    rev: rev.current,
    state,
    failure,
    mayEdit: holds && isOpen && !isPhone && !isLost,
    editor,
    isLost,
    conflict,
    write,
    saveNow: save,
    takeOver: () => {
      stopped.current = false;
      setLost(false);
      void hold(true);
    },
    useTheirs: async () => {
      const made = await copyAs(now.current);
      const fresh = await draftOf(first.id);
      begunAnew(fresh);
      put(fresh.files);
      setState("saved");
      setGeneration((n) => n + 1);
      return made.id;
    },
    useMine: async () => {
      const fresh = await draftOf(first.id);
      const mine = now.current;
      begunAnew(fresh);
      for (const path of new Set([...Object.keys(mine), ...Object.keys(fresh.files)])) {
        if (mine[path] !== fresh.files[path]) changed.current.set(path, mine[path] ?? null);
      }
      await save();
    },
    keepCopy: async () => (await copyAs(now.current)).id,
    generation,
  };
}
