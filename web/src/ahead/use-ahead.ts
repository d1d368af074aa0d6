import { useEffect, useRef, useState } from "preact/hooks";

const PAUSE = 600;

export interface Seen<T> {
  value: T | null;
  /** The last question has not been answered yet. */
  busy: boolean;
}

/**
 * The answer to a question that changes while somebody types: asked once they pause, forgotten where a newer one was
 * asked, and silent where it is refused, for it only looks ahead. `key` null asks nothing.
 */
export function useAhead<T>(key: string | null, ask: () => Promise<T>): Seen<T> {
  const [seen, setSeen] = useState<Seen<T>>({ value: null, busy: key !== null });
  const question = useRef(ask);
  question.current = ask;
  useEffect(() => {
    if (key === null) {
      setSeen({ value: null, busy: false });
      return undefined;
    }
    let isWanted = true;
    setSeen((before) => ({ ...before, busy: true }));
    const timer = setTimeout(() => {
      question.current().then(
        (value) => isWanted && setSeen({ value, busy: false }),
        () => isWanted && setSeen({ value: null, busy: false }),
      );
    }, PAUSE);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [key]);
  return seen;
}
