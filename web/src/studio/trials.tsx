/** Every running case tried against the draft: how far it has come, and what would become of each. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { usePages } from "../contract/pages";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { beginTrial, trial, type TriedCase } from "./calls";
import { useRepeated } from "./parts";
import { s, type Word } from "./texts";

const kinds = ["unchanged", "changes", "moves", "redoes", "cannot"] as const;
const words: Record<(typeof kinds)[number], Word> = { unchanged: "unchanged", changes: "changesKind", moves: "moves", redoes: "redoes", cannot: "cannot" };

export function Trials({ id, mayWrite }: { id: string; mayWrite: boolean }) {
  const [kind, setKind] = useState("");
  const queryClient = useQueryClient();
  const deed = useRepeated();
  const found = useQuery({
    queryKey: ["draft", id, "trial"],
    queryFn: () => trial(id, "", undefined),
    refetchInterval: (query) => (query.state.data?.status === "running" ? 1500 : false),
  });
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const data = found.data;
  const run = () => deed.run(() => beginTrial(id), () => void queryClient.invalidateQueries({ queryKey: ["draft", id] }));
  if (data.of === 0 && data.status === "none") return <Empty title={s("noCases")} />;
  return (
    <>
      {deed.refused !== null && <RefusalNotice error={deed.refused} />}
      <section class="lh-card lh-card-pad lh-stack" data-trial={data.status}>
        <p class="lh-plain">{s("tryWhat")}</p>
        {data.status !== "none" && (
          <>
            <label class="lh-small">
              <span role="status">{s("progress", { done: data.done, of: data.of })}</span>
              <progress class="lh-trial" max={Math.max(1, data.of)} value={data.done} />
            </label>
            {!data.is_current && <Notice tone="warn">{s("stale", { n: data.rev ?? 0 })}</Notice>}
            {data.status === "failed" && <Notice tone="danger">{s("failed", { why: data.fault ?? "" })}</Notice>}
            <div class="lh-row lh-wrap" role="group" aria-label={s("becomes")}>
              {kinds.map((one) => (
                <button key={one} type="button" class="lh-button lh-button-small" aria-pressed={kind === one} data-kind={one} onClick={() => setKind(kind === one ? "" : one)}>
                  {s(words[one])} <strong>{data.counts[one]}</strong>
                </button>
              ))}
            </div>
          </>
        )}
        {mayWrite && (
          <div>
            <Button look={data.status === "none" ? "primary" : "plain"} busy={deed.busy || data.status === "running"} data="try" onClick={run}>
              {s(data.status === "none" ? "tryCases" : "tryAgain")}
            </Button>
          </div>
        )}
        {data.done_at && <span class="lh-small lh-quiet">{longTime(data.done_at)}</span>}
      </section>
      {data.done > 0 && <List id={id} kind={kind} done={data.done} />}
    </>
  );
}

function List({ id, kind, done }: { id: string; kind: string; done: number }) {
  const { found, items } = usePages(["draft", id, "trial", kind, done], (cursor) => trial(id, kind, cursor), { placeholderData: (before) => before });
  if (items.length === 0) return null;
  return (
    <>
      <div class="lh-card" style={{ overflowX: "auto" }} role="region" aria-label={s("cases")} tabIndex={0}>
        <table class="lh-table">
          <thead>
            <tr>
              {([s("case"), s("versions"), s("unit"), s("becomes")] as const).map((one) => (
                <th key={one} class="lh-th" scope="col">
                  {one}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <tr key={one.case} class="lh-tr lh-tr-top" data-case={one.case}>
                <td class="lh-td">
                  <a class="lh-link" href={`/cases/${one.case}`}>
                    {one.number}
                  </a>
                </td>
                <td class="lh-td">{one.version}</td>
                <td class="lh-td">{one.unit?.name}</td>
                <td class="lh-td">
                  <Pill tone={one.kind === "cannot" ? "danger" : one.kind === "unchanged" ? "neutral" : "warn"}>{s(words[one.kind])}</Pill> {becoming(one)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.hasNextPage && (
        <div>
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {s("more")}
          </Button>
        </div>
      )}
    </>
  );
}

function becoming(one: TriedCase): string {
  if (one.why) return one.why;
  return [...one.moved, ...one.redone].map((pair) => `${pair.old_name} → ${pair.new_name}`).join(t("form.and"));
}
