/** 待复核: dangerous acts that wait for a second person, and what became of those before. */
import { usePages } from "../contract/pages";
import { useLocation } from "preact-iso";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { LoadFailure } from "../ui/notice";
import { Pill, type PillTone } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { proposals, type Proposal } from "./calls";

const VIEWS = ["waiting", "proposed", "decided"] as const;

const tones: Readonly<Record<Proposal["status"], PillTone>> = { proposed: "warn", confirmed: "good", refused: "danger", withdrawn: "neutral", expired: "held" };

export function ProposalPill({ of }: { of: Pick<Proposal, "status" | "status_name"> }) {
  return <Pill tone={tones[of.status]}>{of.status_name}</Pill>;
}

export function ProposalsPage() {
  const { query } = useLocation();
  const view = VIEWS.find((one) => one === query["view"]) ?? "waiting";
  useTitle(t("admin.proposals"));
  const { found, items: all } = usePages(["proposals", view], (cursor) => proposals({ cursor, ...(view === "waiting" ? { waiting: true } : view === "proposed" ? { status: "proposed" as const } : {}) }), {
    staleTime: 5_000,
  });
  const items = view === "decided" ? all.filter((one) => one.status !== "proposed") : all;
  return (
    <div class="lh-narrow lh-stack lh-touch" style={{ marginInline: 0 }}>
      <header>
        <h1 class="lh-h1">{t("admin.proposals")}</h1>
        <p class="lh-plain lh-quiet">{t("admin.proposalsHow")}</p>
      </header>
      <nav class="lh-segment" aria-label={t("admin.proposals")} style={{ alignSelf: "flex-start" }}>
        {VIEWS.map((one) => (
          <a key={one} class="lh-segment-item lh-segment-link" href={`/admin/proposals?view=${one}`} aria-current={one === view ? "page" : undefined}>
            {t(`admin.view.${one}`)}
          </a>
        ))}
      </nav>
      {found.isPending ? (
        <Skeleton lines={5} />
      ) : !found.data ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={t(view === "waiting" ? "admin.noneWaiting" : "admin.noProposals")}>
          <p class="lh-plain lh-quiet">{t("admin.noneWaitingWhat")}</p>
        </Empty>
      ) : (
        <ul class="lh-cards">
          {items.map((one) => (
            <li key={one.id}>
              <a class="lh-card lh-task-card" href={`/admin/proposals/${one.id}`}>
                <span class="lh-row lh-spread">
                  <span class="lh-small lh-quiet">{one.kind_name}</span>
                  <ProposalPill of={one} />
                </span>
                <span class="lh-strong" style={{ display: "block" }}>
                  {one.summary}
                </span>
                <span class="lh-sub">
                  {t("admin.proposedBy", { name: one.proposed_by.name, at: longTime(one.proposed_at) })}
                  {one.status === "proposed" ? ` · ${t("admin.until", { at: longTime(one.expires_at) })}` : one.decided_by ? ` · ${one.decided_by.name}` : ""}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("act.more")}
        </Button>
      )}
    </div>
  );
}
