/** Legal holds of the whole office: what stands, what was lifted; placing one, and proposing that one is lifted. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { proposals, type Proposal } from "../admin/calls";
import { tellDone } from "../admin/proposed";
import { cases } from "../contract/calls";
import { usePages } from "../contract/pages";
import { me } from "../contract/session";
import { liftHold, placeHold } from "../cases/records-calls";
import { ReasonSheet } from "../tasks/opinion";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { holds, type ListedHold } from "./holds-calls";
import { AuditTabs, mayUse } from "./tabs";
import "./audit.css";

export function HoldsPage() {
  const permissions = useStore(me)?.permissions ?? [];
  const { query, route } = useLocation();
  useTitle(t("holds.title"));
  const all = query["all"] === "1";
  const [placing, setPlacing] = useState(false);
  const may = mayUse("/audit/holds", permissions);
  if (!may) return <Empty title={t("audit.notYours")} />;
  const mayPlace = permissions.includes("records.keep");
  return (
    <div class="lh-narrow lh-audit">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("holds.title")}</h1>
          <p class="lh-plain lh-quiet">{t("holds.what")}</p>
        </div>
        {mayPlace && (
          <Button look="primary" onClick={() => setPlacing(true)} data="place-hold">
            {t("records.hold")}
          </Button>
        )}
      </header>
      <AuditTabs />
      <div class="lh-stack lh-audit-parts">
        <Waiting />
        <nav class="lh-segment lh-audit-segment" aria-label={t("holds.which")}>
          {([false, true] as const).map((one) => (
            <a
              key={String(one)}
              class="lh-segment-item lh-segment-link"
              href={one ? "/audit/holds?all=1" : "/audit/holds"}
              aria-current={one === all ? "page" : undefined}
              onClick={(event) => {
                event.preventDefault();
                route(one ? "/audit/holds?all=1" : "/audit/holds", true);
              }}
            >
              {t(one ? "holds.all" : "holds.standing")}
            </a>
          ))}
        </nav>
        <List all={all} mayLift={mayPlace} />
      </div>
      {placing && <Placing onClose={() => setPlacing(false)} />}
    </div>
  );
}

/** Liftings that a second person has still to confirm. */
function Waiting() {
  const found = useQuery({
    queryKey: ["proposals", "holds"],
    queryFn: () => proposals({ kind: "hold.lift", status: "proposed", limit: 50 }),
    retry: false,
  });
  const waiting: Proposal[] = found.data?.items ?? [];
  if (waiting.length === 0) return null;
  return (
    <Notice tone="info" icon="clock" title={t("holds.waiting")}>
      <ul class="lh-bullets">
        {waiting.map((one) => (
          <li key={one.id}>
            <a class="lh-link" href={`/admin/proposals/${one.id}`}>
              {one.summary}
            </a>{" "}
            <span class="lh-small">{t("admin.proposedBy", { name: one.proposed_by.name, at: longTime(one.proposed_at) })}</span>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function List({ all, mayLift }: { all: boolean; mayLift: boolean }) {
  const { found, items } = usePages(["holds", all], (cursor) => holds(!all, cursor));
  const [lifting, setLifting] = useState<ListedHold | null>(null);
  const queryClient = useQueryClient();
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  if (items.length === 0) {
    return (
      <Empty title={t(all ? "holds.never" : "holds.none")}>
        <p class="lh-plain lh-quiet">{t("holds.noneWhat")}</p>
      </Empty>
    );
  }
  return (
    <>
      <ul class="lh-cards">
        {items.map((one) => (
          <li key={one.id} class="lh-card lh-card-pad lh-stack" data-hold={one.id}>
            <span class="lh-row lh-spread">
              <a class="lh-link lh-strong" href={`/cases/${one.case}`}>
                {one.number}
              </a>
              <Pill tone={one.lifted_at ? "neutral" : "held"} icon={one.lifted_at ? "check" : "lock"}>
                {t(one.lifted_at ? "holds.lifted" : "holds.stands")}
              </Pill>
            </span>
            <span class="lh-sub">{[one.definition_name, one.unit.name].filter(Boolean).join(" · ")}</span>
            <p class="lh-quote">{one.ground}</p>
            <span class="lh-small lh-quiet">{t("holds.placedBy", { by: one.placed_by?.name ?? "—", at: longTime(one.placed_at) })}</span>
            {one.lifted_at && (
              <span class="lh-small lh-quiet">
                {t("holds.liftedBy", {
                  by: [one.lifted_by?.name, one.lift_confirmed_by?.name].filter(Boolean).join(t("form.and")),
                  at: longTime(one.lifted_at),
                  ground: one.lift_ground ?? "",
                })}
              </span>
            )}
            {!one.lifted_at && mayLift && (
              <div>
                <Button onClick={() => setLifting(one)} data="lift-hold">
                  {t("records.lift")}
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <div>
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("act.more")}
          </Button>
        </div>
      )}
      {lifting && (
        <ReasonSheet
          title={t("records.lift")}
          kind="reject"
          label={t("records.liftGround")}
          hint={t("records.liftHint")}
          run={(ground) => liftHold(lifting.id, ground)}
          onDone={(answer) => {
            tellDone(answer, t("records.proposed"));
            for (const key of ["holds", "proposals", "records"]) void queryClient.invalidateQueries({ queryKey: [key] });
            setLifting(null);
          }}
          onClose={() => setLifting(null)}
        />
      )}
    </>
  );
}

/** Which case, found by its number or title, and on what ground. */
function Placing({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [ground, setGround] = useState("");
  const { busy, refused, run } = useDeed();
  const queryClient = useQueryClient();
  const word = typed.trim();
  const found = useQuery({ queryKey: ["cases", "hold", word], queryFn: () => cases({ q: word }, undefined), enabled: word.length >= 2, staleTime: 30_000 });
  const items = found.data?.items.slice(0, 8) ?? [];
  const send = () => {
    if (chosen === null || !ground.trim()) return;
    run(
      () => placeHold(chosen, ground.trim()),
      () => {
        toast({ text: t("records.placed") });
        for (const key of ["holds", "records"]) void queryClient.invalidateQueries({ queryKey: [key] });
        onClose();
      },
    );
  };
  return (
    <Dialog
      title={t("records.hold")}
      onClose={onClose}
      onSubmit={send}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} refused={chosen === null ? t("holds.chooseFirst") : null} data="place-now">
            {t("records.hold")}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <p class="lh-plain lh-quiet">{t("records.holdHint")}</p>
      <label class="lh-field">
        <span class="lh-label">{t("holds.find")}</span>
        <input
          class="lh-input"
          type="search"
          name="case"
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setChosen(null);
          }}
        />
      </label>
      {word.length >= 2 && (
        <fieldset class="lh-field">
          <legend class="lh-label">{t("holds.choose")}</legend>
          {found.isPending && <p class="lh-plain lh-quiet">{t("state.loading")}</p>}
          {found.isError && <RefusalNotice error={found.error} />}
          {found.data && items.length === 0 && <p class="lh-plain lh-quiet">{t("inbox.noMatch")}</p>}
          {items.map((one) => (
            <label key={one.id} class="lh-check">
              <input class="lh-tick" type="radio" name="chosen" checked={chosen === one.id} onChange={() => setChosen(one.id)} />
              <span>
                <span class="lh-numeric">{one.number}</span> {one.title}
                <span class="lh-sub">{[one.definition_name, one.unit?.name].filter(Boolean).join(" · ")}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <label class="lh-field">
        <span class="lh-label">{t("records.holdGround")}</span>
        <textarea class="lh-input" name="ground" required rows={3} maxLength={2000} value={ground} onInput={(event) => setGround(event.currentTarget.value)} />
      </label>
    </Dialog>
  );
}
