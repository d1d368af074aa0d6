/** The minutes of a meeting on paper, with who was there and every result; the places for two signatures. */
import { useQuery } from "@tanstack/preact-query";
import { useRoute } from "preact-iso";
import { t } from "../texts";
import { longDay, longTime } from "../ui/dates";
import { LoadFailure } from "../ui/notice";
import { PaperLines, Printout } from "../ui/paper";
import { Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { oneMeeting, type Meeting } from "./calls";
import "./meetings.css";

export function MeetingPrintPage() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const found = useQuery({ queryKey: ["meeting-print", id], queryFn: () => oneMeeting(id), gcTime: 0 });
  useTitle(t("meetings.minutes"));
  if (found.isPending) return <Skeleton lines={9} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <Printout back={`/meetings/${id}`} name={found.data.name}>
      <Paper meeting={found.data} />
    </Printout>
  );
}

function Paper({ meeting }: { meeting: Meeting }) {
  const heads = [
    [t("meetings.date"), [longDay(meeting.held_on), meeting.starts_at].filter(Boolean).join(" ")],
    [t("meetings.place"), meeting.place ?? "—"],
    [t("meetings.chair"), meeting.chair?.name ?? "—"],
    [t("meetings.recorderIs"), meeting.recorder.name],
    [t("meetings.attendance"), t("meetings.counts", { present: meeting.counts.present, eligible: meeting.counts.eligible })],
    [t("meetings.status"), [meeting.status_label, meeting.confirmed_at && longTime(meeting.confirmed_at)].filter(Boolean).join(" · ")],
  ] as const;
  return (
    <article class="lh-paper" aria-label={t("meetings.minutes")}>
      <header class="lh-paper-head">
        <div>
          <p class="lh-paper-kind">{meeting.unit.name}</p>
          <h1 class="lh-paper-title">
            {meeting.name} · {t("meetings.minutes")}
          </h1>
        </div>
      </header>
      <PaperLines lines={heads} />
      <section class="lh-paper-part">
        <h2>{t("meetings.agenda")}</h2>
        <table class="lh-paper-table">
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col">{t("print.number")}</th>
              <th scope="col">{t("meetings.votes")}</th>
              <th scope="col">{t("meetings.decision")}</th>
            </tr>
          </thead>
          <tbody>
            {meeting.items.map((item) => (
              <tr key={item.task}>
                <td>{item.number}</td>
                <td>
                  {item.case.title}
                  <span class="lh-paper-sub">{item.case.number}</span>
                </td>
                <td>
                  {item.counted.text}
                  {item.recused.map((one) => (
                    <span key={one.person.id} class="lh-paper-sub">{t("meetings.leaves", { name: one.person.name, why: one.why })}</span>
                  ))}
                </td>
                <td>
                  {item.decision_label && <strong>{item.decision_label}</strong>}
                  {item.opinion && <span class="lh-paper-sub">{item.opinion}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section class="lh-paper-part">
        <h2>{t("meetings.attendance")}</h2>
        <table class="lh-paper-table">
          <tbody>
            {meeting.attendance.map((one) => (
              <tr key={one.person.id}>
                <th scope="row">{one.person.name}</th>
                <td>{[one.has_vote ? (one.status_label ?? "—") : t("meetings.observer"), one.reason].filter(Boolean).join(" · ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section class="lh-paper-part">
        <h2>{t("meetings.minutes")}</h2>
        <p class="lh-meeting-minutes">{meeting.minutes || meeting.skeleton}</p>
      </section>
    </article>
  );
}
