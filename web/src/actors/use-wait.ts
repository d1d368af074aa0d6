/** Seconds until the next try is allowed, counted down. */
import { useEffect, useState } from "preact/hooks";
import { Refusal } from "../contract/client";

export function useWait(): [number, (refused: unknown) => void] {
  const [wait, setWait] = useState(0);
  useEffect(() => {
    if (wait <= 0) return;
    const timer = setTimeout(() => setWait(wait - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);
  const told = (refused: unknown) => {
    if (refused instanceof Refusal && refused.status === 429) setWait(Math.ceil(refused.problem.retry_after ?? 30));
  };
  return [wait, told];
}
