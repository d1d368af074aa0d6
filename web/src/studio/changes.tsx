/** What a draft changes: in words, with the cases and units it reaches, and on two drawings that move together. */
import { useQuery } from "@tanstack/preact-query";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { LoadFailure, Notice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { difference, type Difference } from "./calls";
import { s } from "./texts";

interface CompareProps {
  before: string | null;
  after: string | null;
  version: number | null;
  elements: Readonly<Record<string, string>>;
}

export function Changes({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["draft", id, "diff"], queryFn: () => difference(id) });
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return <Told found={found.data} />;
}

function Told({ found }: { found: Difference }) {
  if (found.from === null) return <Empty title={s("firstVersion")} />;
  return (
    <>
      {found.running > 0 && (
        <Notice tone="info" icon="cases">
          {s("affects", { cases: found.running, units: found.units })}
        </Notice>
      )}
      {found.changes.length === 0 ? (
        <Empty title={s("noChange", { n: found.from })} />
      ) : (
        <ul class="lh-card lh-card-pad lh-studio-versions">
          {found.changes.map((one) => (
            <li key={`${one.kind} ${one.element}`} data-change={one.element}>
              <Pill tone={one.kind === "added" ? "good" : one.kind === "removed" ? "danger" : "warn"}>{s(one.kind)}</Pill> {one.sentences.join(" ")}
            </li>
          ))}
        </ul>
      )}
      {found.suggestions.length > 0 && (
        <Notice tone="info" title={s("suggestions")}>
          <ul class="lh-bullets">
            {found.suggestions.map((one) => (
              <li key={one.old}>{one.text}</li>
            ))}
          </ul>
        </Notice>
      )}
      <p class="lh-plain lh-small lh-row lh-wrap">
        <Pill tone="good">{s("added")}</Pill>
        <Pill tone="danger">{s("removed")}</Pill>
        <Pill tone="warn">{s("changedMark")}</Pill>
        <Pill>{s("movedMark")}</Pill>
      </p>
      <Drawings before={found.before} after={found.after} version={found.from} elements={found.elements} />
    </>
  );
}

function Drawings(props: CompareProps) {
  const [view, setView] = useState<{ View: ComponentType<CompareProps> } | null>(null);
  useEffect(() => {
    let gone = false;
    void import("./compare").then((module) => {
      if (!gone) setView({ View: module.default });
    });
    return () => {
      gone = true;
    };
  }, []);
  return view === null ? <Skeleton /> : <view.View {...props} />;
}
