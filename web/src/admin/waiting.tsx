/** Beside the area in the menu: how many proposals wait for whoever is signed in. */
import { useQuery } from "@tanstack/preact-query";
import type { Me } from "../contract/shapes";
import { t } from "../texts";
import { isTheirs, waitingCount } from "./sections";

export function Waiting({ who }: { who: Me }) {
  const found = useQuery({ queryKey: ["proposals", "waiting-count"], queryFn: waitingCount, staleTime: 60_000, refetchInterval: 120_000, enabled: isTheirs(who, "proposals") });
  if (!found.data) return null;
  return (
    <span class="lh-count">
      {found.data}
      <span class="lh-hidden-text">{t("admin.waiting")}</span>
    </span>
  );
}
