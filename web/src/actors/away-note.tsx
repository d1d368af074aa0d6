/** What of delegations holds today. */
import { useQuery } from "@tanstack/preact-query";
import { me } from "../contract/session";
import "../tasks/handing.css";
import { t } from "../texts";
import { longDay } from "../ui/dates";
import { useStore } from "../ui/store";
import { delegations } from "./delegation-calls";

/** What holds today, in front of the worklist: who does one's work, and for whom one acts. */
export function AwayNote() {
  const who = useStore(me);
  const found = useQuery({ queryKey: ["delegations", "both", "now"], queryFn: () => delegations("both", false), staleTime: 300_000, retry: false });
  const today = (found.data?.items ?? []).filter((one) => one.state === "current");
  if (today.length === 0) return null;
  return (
    <div class="lh-away-note" role="note">
      {today.map((one) => (
        <p key={one.id} class="lh-plain lh-small">
          {one.from.id === who?.person?.id
            ? t("away.banner", { name: one.to.name, to: longDay(one.to_on) })
            : t("away.standing", { name: one.from.name, to: longDay(one.to_on) })}{" "}
          <a class="lh-link" href="/me/delegations">
            {t("away.manage")}
          </a>
        </p>
      ))}
    </div>
  );
}
