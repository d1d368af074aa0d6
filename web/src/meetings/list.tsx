/** Meetings: those one keeps or chairs, and the tasks on which one can be called. */
import { usePages } from "../contract/pages";
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longDay } from "../ui/dates";
import { LoadFailure, RefusalNotice } from "../ui/notice";
import { Pill, type PillTone } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { callMeeting, meetingCandidates, meetingList, type MeetingLine } from "./calls";
import { Choose } from "./choose";
import "./meetings.css";

const TONES: Readonly<Record<MeetingLine["status"], PillTone>> = { draft: "neutral", submitted: "info", confirmed: "good", cancelled: "held" };

export function MeetingStatus({ meeting }: { meeting: { status: MeetingLine["status"]; status_label: string } }) {
  return <Pill tone={TONES[meeting.status]}>{meeting.status_label}</Pill>;
}

export function MeetingsPage() {
  const { query, route } = useLocation();
  const client = useQueryClient();
  useTitle(t("meetings.title"));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(query["task"] ? [query["task"]] : []));
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const offered = useQuery({ queryKey: ["meetings", "candidates"], queryFn: meetingCandidates });
  const { found, items: lines } = usePages(["meetings", "list"], (cursor) => meetingList("", cursor));
  const candidates = offered.data?.items ?? [];
  const create = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      // In the order in which they stand here.
      const made = await callMeeting(candidates.map((one) => one.task.id).filter((id) => chosen.has(id)));
      await client.invalidateQueries({ queryKey: ["meetings"] });
      route(`/meetings/${made.id}`);
    } catch (error) {
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  if (found.isPending || offered.isPending) return <div class="lh-wide"><Skeleton lines={8} /></div>;
  if (!found.data) return <div class="lh-wide"><LoadFailure error={found.error} onRetry={() => void found.refetch()} /></div>;
  return (
    <div class="lh-wide">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("meetings.title")}</h1>
          <p class="lh-plain lh-quiet">{t("meetings.what")}</p>
        </div>
      </header>
      <div class="lh-stack" style={{ gap: "18px" }}>
        {refusal !== null && <RefusalNotice error={refusal} />}
        {candidates.length > 0 && (
          <section class="lh-card lh-card-pad lh-stack" aria-labelledby="meeting-candidates">
            <div>
              <h2 class="lh-h2" id="meeting-candidates">{t("meetings.candidates")}</h2>
              <p class="lh-plain lh-quiet lh-small">{t("meetings.candidatesWhat")}</p>
            </div>
            <Choose items={candidates} chosen={chosen} onChoose={setChosen} />
            <div class="lh-row">
              <Button look="primary" icon="start" busy={busy} refused={chosen.size === 0 ? t("meetings.candidatesWhat") : null} onClick={() => void create()} data="call-meeting">
                {t("meetings.create", { n: chosen.size })}
              </Button>
            </div>
          </section>
        )}
        {lines.length === 0 ? (
          <Empty title={t("meetings.empty")}>
            <p class="lh-plain">{t("meetings.emptyWhat")}</p>
          </Empty>
        ) : (
          <ul class="lh-meeting-list">
            {lines.map((line) => (
              <li key={line.id} class="lh-card">
                <a class="lh-meeting-line" href={`/meetings/${line.id}`}>
                  <span class="lh-meeting-what">
                    <span class="lh-strong">
                      {line.name} · {line.unit.name}
                    </span>
                    <span class="lh-sub">
                      <span class="lh-numeric">{longDay(line.held_on)}</span> · {t("meetings.items", { n: line.items })} · {t("meetings.recorder", { name: line.recorder.name })}
                    </span>
                  </span>
                  {line.asks_me ? <Pill tone="brand" icon="people">{t("meetings.mine")}</Pill> : <MeetingStatus meeting={line} />}
                </a>
              </li>
            ))}
          </ul>
        )}
        {found.hasNextPage && (
          <div class="lh-row">
            <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t("act.more")}</Button>
          </div>
        )}
      </div>
    </div>
  );
}
