/** Everything that is written down is saved as it is written, one after the other. */
import { useQueryClient } from "@tanstack/preact-query";
import { useCallback, useRef, useState } from "preact/hooks";
import type { Meeting } from "./calls";

export interface Saving {
  state: "none" | "saving" | "saved" | "failed";
  error: unknown;
  /** Resolves to whether it was saved. */
  save: (write: () => Promise<Meeting>) => Promise<boolean>;
  /** Resolves when nothing is on its way any more. */
  settled: () => Promise<unknown>;
}

export function useSaving(id: string): Saving {
  const client = useQueryClient();
  const line = useRef<Promise<unknown>>(Promise.resolve());
  const open = useRef(0);
  const [state, setState] = useState<Saving["state"]>("none");
  const [error, setError] = useState<unknown>(null);
  const save = useCallback(
    (write: () => Promise<Meeting>) => {
      open.current += 1;
      setState("saving");
      const own = line.current.then(async () => {
        try {
          client.setQueryData(["meeting", id], await write());
          setError(null);
          if (open.current === 1) setState("saved");
          return true;
        } catch (failure) {
          setError(failure);
          setState("failed");
          return false;
        } finally {
          open.current -= 1;
        }
      });
      line.current = own;
      return own;
    },
    [client, id],
  );
  const settled = useCallback(() => line.current, []);
  return { state, error, save, settled };
}
