/** Above the work of a task that a meeting decides: on whose agenda it is, or how it comes on one. */
import type { Task } from "../contract/shapes";
import { t } from "../texts";
import { longDay } from "../ui/dates";
import { Notice } from "../ui/notice";
import { TakeOver } from "./take-over";
import "./meetings.css";

export function MeetingNotice({ task }: { task: Task }) {
  const { meeting } = task;
  if (!meeting) return null;
  const { agenda } = meeting;
  const may = task.can.includes("complete");
  if (!agenda && !may) return null;
  return (
    <div class="lh-meeting-notice">
      <Notice tone={agenda ? "warn" : "info"} icon="people">
        <p class="lh-plain">
          {agenda ? t("meetings.onAgenda", { date: longDay(agenda.held_on), name: agenda.name, recorder: agenda.recorder.name }) : t("meetings.taskPage", { name: meeting.name })}{" "}
          {agenda?.meeting && !agenda.may_take_over && (
            <a class="lh-link" href={`/meetings/${agenda.meeting}`}>{t("meetings.onAgendaOpen")}</a>
          )}
          {!agenda && (
            <a class="lh-link" href={`/meetings?task=${task.id}`} data-action="to-agenda">{t("meetings.make")}</a>
          )}
        </p>
        {agenda?.may_take_over && agenda.meeting && <TakeOver meeting={agenda.meeting} recorder={agenda.recorder.name} />}
      </Notice>
    </div>
  );
}
