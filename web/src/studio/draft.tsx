/** A draft beside its editor: how it stands, its history, review, what it changes, the running cases, publishing. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { download } from "../contract/client";
import { me } from "../contract/session";
import { Button } from "../ui/button";
import { Confirm } from "../ui/confirm";
import { longTime } from "../ui/dates";
import { useDeed } from "../ui/deed";
import { Icon } from "../ui/icon";
import { LoadFailure, RefusalNotice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { begin, readDraft, restore, saves, withdraw } from "./calls";
import { Changes } from "./changes";
import { Guide, isGuided } from "./guide";
import { StatePill, WhySheet, useRepeated } from "./parts";
import { Publish } from "./publish";
import { Review } from "./review";
import { s, type Word } from "./texts";
import { Trials } from "./trials";

export type Whole = Awaited<ReturnType<typeof readDraft>>;

const tabs = ["overview", "review", "changes", "cases", "publish"] as const satisfies readonly Word[];

export function DraftPage({ id }: { id: string }) {
  const { query, route } = useLocation();
  const permissions = useStore(me)?.permissions ?? [];
  const mayWrite = permissions.includes("definitions.publish");
  const found = useQuery({ queryKey: ["draft", id], queryFn: () => readDraft(id) });
  const queryClient = useQueryClient();
  const tab = tabs.find((one) => one === query["tab"]) ?? "overview";
  const draft = found.data;
  useTitle(draft?.name ?? s("title"));
  if (found.isPending) return <Skeleton />;
  if (!draft) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const isOpen = draft.state === "draft" || draft.state === "in_review";
  const again = () => void queryClient.invalidateQueries({ queryKey: ["draft", id] });
  const address = (one: string) => `/studio?draft=${id}${one === "overview" ? "" : `&tab=${one}`}`;
  return (
    <div class="lh-wide">
      <header class="lh-head">
        <div class="lh-head-main">
          <a class="lh-back" href="/studio">
            <Icon name="back" small />
            {s("title")}
          </a>
          <h1 class="lh-h1">{draft.name}</h1>
          <div class="lh-meta">
            <StatePill state={draft.state} />
            <span class="lh-mono">{draft.key}</span>
            <span>{draft.based_on === null ? s("newOne") : s("basedOn", { n: draft.based_on })}</span>
            <span>{s("savedBy", { name: draft.saved_by.name, at: longTime(draft.saved_at), n: draft.rev })}</span>
            {draft.edited_by && <Pill tone="info">{s("editing", { name: draft.edited_by.name })}</Pill>}
            {draft.published_version !== null && <Pill tone="good">{s("becameVersion", { n: draft.published_version })}</Pill>}
          </div>
        </div>
        <a class={`lh-button${isOpen && mayWrite ? " lh-button-primary" : ""}`} href={`/studio/drafts/${id}`} data-action="edit">
          {s("edit")}
        </a>
      </header>
      <nav class="lh-tabs" aria-label={s("parts")}>
        {tabs.map((one) => (
          <a
            key={one}
            class="lh-tab"
            href={address(one)}
            aria-current={one === tab ? "page" : undefined}
            onClick={(event) => {
              event.preventDefault();
              route(address(one), true);
            }}
          >
            {s(one)}
          </a>
        ))}
      </nav>
      <div class="lh-stack">
        {tab === "review" ? (
          <Review draft={draft} mayWrite={mayWrite} again={again} />
        ) : tab === "changes" ? (
          <Changes id={id} />
        ) : tab === "cases" ? (
          <Trials id={id} mayWrite={mayWrite && isOpen} />
        ) : tab === "publish" ? (
          <Publish draft={draft} mayWrite={mayWrite} again={again} />
        ) : (
          <Overview draft={draft} mayCopy={mayWrite} mayWrite={mayWrite && isOpen} again={again} />
        )}
      </div>
    </div>
  );
}

function Overview({ draft, mayCopy, mayWrite, again }: { draft: Whole; mayCopy: boolean; mayWrite: boolean; again: () => void }) {
  const { route } = useLocation();
  const [ending, setEnding] = useState(false);
  const fetching = useRepeated();
  const copying = useDeed();
  return (
    <>
      {isGuided(draft.id) && <Guide id={draft.id} xml={draft.files["process.bpmn"] ?? ""} state={draft.state} />}
      {draft.reason && <p class="lh-quote">{draft.reason}</p>}
      <History draft={draft} mayWrite={mayWrite} again={again} />
      {fetching.refused !== null && <RefusalNotice error={fetching.refused} />}
      {copying.refused !== null && <RefusalNotice error={copying.refused} />}
      <div class="lh-row lh-wrap">
        <Button icon="download" busy={fetching.busy} onClick={() => fetching.run(() => download(`/api/v1/drafts/${draft.id}/export`), () => again())}>
          {s("export")}
        </Button>
        {mayCopy && (
          <Button data="copy" busy={copying.busy} onClick={() => copying.run(() => begin({ copy: draft.id }), (made) => route(`/studio?draft=${made.id}`))}>
            {s("copy")}
          </Button>
        )}
        {mayWrite && (
          <Button look="danger" data="withdraw" onClick={() => setEnding(true)}>
            {s("withdraw")}
          </Button>
        )}
      </div>
      {ending && (
        <WhySheet
          danger
          title={s("withdraw")}
          what={s("withdrawWhat")}
          run={(reason) => withdraw(draft.id, reason)}
          onDone={() => {
            setEnding(false);
            toast({ text: s("withdrawnDone") });
            again();
          }}
          onClose={() => setEnding(false)}
        />
      )}
    </>
  );
}

function History({ draft, mayWrite, again }: { draft: Whole; mayWrite: boolean; again: () => void }) {
  const found = useQuery({ queryKey: ["draft", draft.id, "saves", draft.rev], queryFn: () => saves(draft.id) });
  const [going, setGoing] = useState<number | null>(null);
  const [all, setAll] = useState(false);
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const items = found.data.items;
  const shown = all ? items : items.slice(0, 20);
  return (
    <section class="lh-card lh-card-pad lh-stack" aria-labelledby="history">
      <h2 class="lh-h3" id="history">
        {s("history")}
      </h2>
      <ol class="lh-studio-versions" reversed>
        {shown.map((one) => (
          <li key={one.rev} class="lh-row lh-wrap" data-save={one.rev}>
            <span>{s("savedBy", { name: one.by.name, at: longTime(one.at), n: one.rev })}</span>
            <span class="lh-small lh-quiet">{[one.note, one.changed.slice(0, 4).join(", "), one.changed.length > 4 ? `+${one.changed.length - 4}` : ""].filter(Boolean).join(" · ")}</span>
            {mayWrite && one.rev !== draft.rev && (
              <Button small data={`restore-${one.rev}`} onClick={() => setGoing(one.rev)}>
                {s("restore")}
              </Button>
            )}
          </li>
        ))}
      </ol>
      {shown.length < items.length && (
        <div>
          <Button small onClick={() => setAll(true)}>
            {s("more")}
          </Button>
        </div>
      )}
      {going !== null && (
        <Confirm
          title={s("restore")}
          what={s("restoreWhat", { n: going })}
          action={s("restore")}
          data="submit"
          run={() => restore(draft.id, going)}
          onDone={() => {
            setGoing(null);
            toast({ text: s("restored") });
            again();
          }}
          onClose={() => setGoing(null)}
        />
      )}
    </section>
  );
}
