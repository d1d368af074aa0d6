/** Live news of the worklist: one stream while the page is seen, and asking now and then where there is none. */
import { useQueryClient } from "@tanstack/preact-query";
import { useEffect } from "preact/hooks";
import { boxCounts } from "../contract/calls";
import type { BoxCounts } from "../contract/shapes";
import { store } from "../ui/store";

/** Rises by one whenever something of the person's worklist has changed. */
export const changes = store(0);

const POLL = 60_000;

export const counted = (one: { count: number; is_more: boolean }): string => (one.is_more ? `${one.count}+` : String(one.count));

/** Keeps the counts of the boxes as they are; mounted once, in the frame around every page. */
export function useLive(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    let stream: EventSource | null = null;
    let polling: ReturnType<typeof setInterval> | undefined;
    const tell = (counts: BoxCounts) => {
      queryClient.setQueryData(["tasks", "counts"], counts);
      changes.set(changes.get() + 1);
    };
    const ask = () => {
      boxCounts().then(tell, () => undefined); // the page says itself what it cannot read
    };
    const close = () => {
      stream?.close();
      stream = null;
      clearInterval(polling);
      polling = undefined;
    };
    const open = () => {
      if (stream && stream.readyState !== EventSource.CLOSED) return;
      stream?.close();
      const opened = new EventSource("/api/v1/events");
      stream = opened;
      opened.addEventListener("ready", () => {
        clearInterval(polling);
        polling = undefined;
      });
      opened.addEventListener("changed", (event: MessageEvent<string>) => tell((JSON.parse(event.data) as { counts: BoxCounts }).counts));
      opened.addEventListener("error", () => {
        // Until there is a stream again: the browser tries by itself, unless it was refused.
        polling ??= setInterval(() => {
          ask();
          open();
        }, POLL);
      });
    };
    // Browsers open few connections to one host: a page that nobody sees keeps none.
    const seen = () => {
      if (document.visibilityState === "hidden") close();
      else {
        open();
        ask();
      }
    };
    open();
    document.addEventListener("visibilitychange", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      close();
    };
  }, [queryClient]);
}
