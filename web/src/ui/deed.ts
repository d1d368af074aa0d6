/** Something that a sheet sends: one at a time, and a refusal is kept until the next try. */
import { useState } from "preact/hooks";

export interface Deed {
  busy: boolean;
  /** What it was refused with; null where it was not. */
  refused: unknown;
  /** Sends it, unless it is under way. Whoever closes the sheet in `onDone` leaves the button busy: there is no second click. */
  run: <T>(send: () => Promise<T>, onDone: (answer: T) => void | Promise<void>) => void;
}

export function useDeed(): Deed {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  return {
    busy,
    refused,
    run: (send, onDone) => {
      if (busy) return;
      setBusy(true);
      setRefused(null);
      send().then(onDone, (error: unknown) => {
        setBusy(false);
        setRefused(error);
      });
    },
  };
}
