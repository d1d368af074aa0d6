/** The asker's unread notices, kept as they are: asked anew whenever something of theirs has changed. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useEffect } from "preact/hooks";
import { changes } from "../tasks/live";
import { useStore } from "../ui/store";
import { markRead, unreadCount } from "./calls";

/** How many, in words: "" for none, "99+" for many. */
export function useUnread(): string {
  const client = useQueryClient();
  const change = useStore(changes);
  useEffect(() => {
    if (change > 0) void client.invalidateQueries({ queryKey: ["notices"] });
  }, [change, client]);
  const found = useQuery({ queryKey: ["notices", "unread"], queryFn: unreadCount, staleTime: 15_000, refetchInterval: 60_000 });
  const count = found.data ?? 0;
  return count === 0 ? "" : count > 99 ? "99+" : String(count);
}

/** Marks some notices, or all, as read, and asks for the lists anew. */
export function useReading(): (ids: readonly string[] | null) => Promise<void> {
  const client = useQueryClient();
  return async (ids) => {
    await markRead(ids);
    await client.invalidateQueries({ queryKey: ["notices"] });
  };
}
