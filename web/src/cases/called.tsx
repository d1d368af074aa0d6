/** The cases that a case has called, as a table: where each is, what it says of itself, which are late; and urging them. */
import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { calledCases, remindCalled } from "../contract/calls";
import { me } from "../contract/session";
import type { CalledCase, Case } from "../contract/shapes";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { plainText } from "../ui/form/form";
import { LoadFailure, sentenceOf } from "../ui/notice";
import { DeadlinePill } from "../ui/pill";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { toast } from "../ui/toast";
import { CasePill } from "./list";
import "../ui/form/units.css";

type Which = "all" | "open" | "late" | "ended";
const which: readonly { name: Which; text: Key; is: (one: CalledCase) => boolean }[] = [
  { name: "all", text: "called.all", is: () => true },
  { name: "open", text: "called.open", is: (one) => one.status === "running" },
  { name: "late", text: "called.late", is: (one) => one.is_late },
  { name: "ended", text: "called.ended", is: (one) => one.status === "ended" },
];

export function CalledCases({ found: { id } }: { found: Case }) {
  const today = useStore(me)?.today ?? "";
  const [shown, setShown] = useState<Which>("all");
  const found = useQuery({ queryKey: ["called", id], queryFn: () => calledCases(id) });
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const all = found.data.items;
  const rows = all.filter(which.find((one) => one.name === shown)?.is ?? (() => true));
  const labels = [...new Set(all.flatMap((one) => one.summary.map((line) => line.label)))];
  const count = (name: Which) => all.filter(which.find((one) => one.name === name)?.is ?? (() => true)).length;
  return (
    <section class="lh-card lh-pane">
      <div class="lh-row lh-spread">
        <h2 class="lh-h3">{t("called.title", { n: all.length })}</h2>
        <div class="lh-row">
          {count("late") > 0 && <Urge id={id} lateOnly onDone={() => void found.refetch()} />}
          {count("open") > 0 && <Urge id={id} lateOnly={false} onDone={() => void found.refetch()} />}
        </div>
      </div>
      <div class="lh-segment lh-called-which" role="group" aria-label={t("called.state")}>
        {which.map((one) => (
          <button key={one.name} type="button" class="lh-segment-item" aria-pressed={one.name === shown} onClick={() => setShown(one.name)}>
            {t(one.text, { n: count(one.name) })}
          </button>
        ))}
      </div>
      {rows.length === 0 ? (
        <p class="lh-plain lh-quiet">{t("called.none")}</p>
      ) : (
        <div class="lh-called-frame" role="region" tabIndex={0} aria-label={t("called.title", { n: rows.length })}>
          <table class="lh-table">
            <thead>
              <tr>
                <th class="lh-th" scope="col">
                  {t("called.unit")}
                </th>
                <th class="lh-th" scope="col">
                  {t("called.state")}
                </th>
                {labels.map((label) => (
                  <th key={label} class="lh-th" scope="col">
                    {label}
                  </th>
                ))}
                <th class="lh-th" scope="col">
                  {t("called.number")}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => (
                <tr key={one.id} class="lh-tr">
                  <td class="lh-td">{one.unit.name}</td>
                  <td class="lh-td">
                    <span class="lh-row" style={{ gap: "8px" }}>
                      {one.status === "running" ? <span>{one.steps.join(t("form.and"))}</span> : <CasePill status={one.status} />}
                      {one.outcome_label && one.status === "ended" && <span class="lh-sub">{one.outcome_label}</span>}
                      {one.status === "running" && <DeadlinePill task={{ ...one, status: "open" }} today={today} />}
                      {one.urged > 0 && <span class="lh-small lh-quiet">{t("called.urgedTimes", { n: one.urged })}</span>}
                    </span>
                  </td>
                  {labels.map((label) => (
                    <td key={label} class="lh-td lh-numeric">
                      {said(one, label)}
                    </td>
                  ))}
                  <td class="lh-td lh-numeric">
                    {one.sees ? (
                      <a class="lh-link" href={`/cases/${one.id}`}>
                        {one.number}
                      </a>
                    ) : (
                      one.number
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function said(one: CalledCase, label: string): string {
  const line = one.summary.find((each) => each.label === label);
  return line ? plainText(line.value) : "";
}

function Urge({ id, lateOnly, onDone }: { id: string; lateOnly: boolean; onDone: () => void }) {
  const [busy, setBusy] = useState(false);
  return (
    <Button
      small
      icon="clock"
      busy={busy}
      data={lateOnly ? "urge-late" : "urge-all"}
      onClick={() => {
        setBusy(true);
        remindCalled(id, lateOnly)
          .then(
            (done) => {
              toast({ text: t("called.urged", { urged: done.urged, left: done.left }) });
              onDone();
            },
            (refused: unknown) => toast({ text: sentenceOf(refused), icon: "warn" }),
          )
          .finally(() => setBusy(false));
      }}
    >
      {t(lateOnly ? "called.urgeLate" : "called.urge")}
    </Button>
  );
}
