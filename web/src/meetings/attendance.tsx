/** Who was there: everybody with a vote is marked, observers are added; the counts stand beside it. */
import { useState } from "preact/hooks";
import type { Component } from "../contract/shapes";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { Picker } from "../ui/form/picker";
import { attend, ATTENDED, type Attended, type Attendee, type Meeting } from "./calls";
import type { Saving } from "./save";

const PERSON = { type: "person", key: "person" } as Component;
const NAMES: Readonly<Record<Attended, Key>> = { present: "meetings.present", leave: "meetings.leave", absent: "meetings.absent", exempt: "meetings.exempt" };

export function Attendance({ meeting, saving, mayEdit }: { meeting: Meeting; saving: Saving; mayEdit: boolean }) {
  const [turn, setTurn] = useState(0);
  const { counts } = meeting;
  const voters = meeting.attendance.filter((one) => one.has_vote);
  const observers = meeting.attendance.filter((one) => !one.has_vote);
  const mark = (rows: { person: string; status: Attended | null; reason?: string | null }[]) => void saving.save(() => attend(meeting.id, rows));
  return (
    <section class="lh-card lh-card-pad lh-stack" aria-labelledby="meeting-attendance">
      <div class="lh-row lh-spread">
        <div>
          <h2 class="lh-h2" id="meeting-attendance">{t("meetings.attendance")}</h2>
          <p class="lh-plain" role="status" data-counts="attendance">
            <strong class="lh-numeric">{t("meetings.counts", { present: counts.present, eligible: counts.eligible })}</strong>
            <span class="lh-sub">{t("meetings.countsMore", { leave: counts.leave, absent: counts.absent, exempt: counts.exempt, observers: counts.observers })}</span>
          </p>
        </div>
        {mayEdit && (
          <Button
            icon="people"
            onClick={() => mark(voters.filter((one) => one.status === null).map((one) => ({ person: idOf(one), status: "present" })))}
            data="all-present"
          >
            {t("meetings.allPresent")}
          </Button>
        )}
      </div>
      {mayEdit && counts.unsaid > 0 && <p class="lh-plain lh-small lh-quiet">{t("meetings.unsaid", { n: counts.unsaid })}</p>}
      <ul class="lh-meeting-people">
        {voters.map((one) => (
          <Voter key={idOf(one)} one={one} mayEdit={mayEdit} onMark={(status, reason) => mark([{ person: idOf(one), status, reason }])} />
        ))}
        {observers.map((one) => (
          <li key={idOf(one)} class="lh-meeting-person">
            <span>{one.person.name}</span>
            <span class="lh-row lh-quiet">
              {t("meetings.observer")}
              {mayEdit && <Button look="quiet" small icon="close" label={t("meetings.observerDrop", { name: one.person.name })} onClick={() => mark([{ person: idOf(one), status: null }])} />}
            </span>
          </li>
        ))}
      </ul>
      {mayEdit && (
        <div class="lh-field lh-meeting-narrow">
          <label class="lh-label" for="meeting-observer">{t("meetings.observerAdd")}</label>
          <Picker
            key={turn}
            component={PERSON}
            id="meeting-observer"
            value={null}
            within={undefined}
            describedBy={undefined}
            invalid={false}
            required={false}
            onChange={(person) => {
              if (person) mark([{ person, status: "present" }]);
              setTurn(turn + 1);
            }}
          />
        </div>
      )}
    </section>
  );
}

const idOf = (one: Attendee): string => one.person.id ?? "";

function Voter({ one, mayEdit, onMark }: { one: Attendee; mayEdit: boolean; onMark: (status: Attended, reason: string | null) => void }) {
  const [asks, setAsks] = useState(one.status === "exempt");
  const [reason, setReason] = useState(one.reason ?? "");
  if (!mayEdit) {
    return (
      <li class="lh-meeting-person">
        <span>{one.person.name}</span>
        <span class="lh-quiet">{[one.status_label ?? "—", one.reason].filter(Boolean).join(" · ")}</span>
      </li>
    );
  }
  return (
    <li class="lh-meeting-person" data-person={idOf(one)}>
      <span>{one.person.name}</span>
      <span class="lh-segment" role="group" aria-label={one.person.name}>
        {ATTENDED.map((status) => (
          <button
            key={status}
            type="button"
            class="lh-segment-item lh-meeting-mark"
            aria-pressed={one.status === status}
            data-mark={status}
            onClick={() => {
              setAsks(status === "exempt");
              if (status !== "exempt") onMark(status, null);
            }}
          >
            {t(NAMES[status])}
          </button>
        ))}
      </span>
      {asks && (
        <span class="lh-meeting-reason">
          <input
            class="lh-input"
            type="text"
            maxLength={300}
            aria-label={t("meetings.exemptWhy")}
            placeholder={t("meetings.exemptWhy")}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
            onBlur={() => {
              if (reason.trim() !== "" && reason.trim() !== one.reason) onMark("exempt", reason.trim());
            }}
          />
        </span>
      )}
    </li>
  );
}
