/** Adjusting a calendar: the days chosen or a file, the reason, what it would move; and saving it. */
import { useState } from "preact/hooks";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longDay } from "../ui/dates";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { Notice } from "../ui/notice";
import { toast } from "../ui/toast";
import { adjust, type Adjusted, type Adjustment, type Change, type Hours } from "./calls";
import { Refused } from "./refused";

interface AdjustingProps {
  calendar: string;
  year: number;
  changes: readonly Change[];
  /** The office hours that hold now. */
  hours: readonly Hours[];
  onChange: (changes: readonly Change[]) => void;
  onSaved: () => void;
}

export function Adjusting({ calendar, year, changes, hours, onChange, onSaved }: AdjustingProps) {
  const [csv, setCsv] = useState<{ name: string; text: string } | null>(null);
  const [whole, setWhole] = useState(false);
  const [wanted, setWanted] = useState<readonly Hours[] | null>(null);
  const [seen, setSeen] = useState<Adjusted | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [unread, setUnread] = useState(false);
  const ready = changes.length > 0 || csv !== null || whole || wanted !== null;
  const adjustment = (reason: string, basis: string): Adjustment => ({
    days: [...changes],
    reason,
    ...(csv ? { csv: csv.text } : {}),
    ...(whole ? { year } : {}),
    ...(wanted ? { hours: [...wanted] } : {}),
    ...(basis ? { basis } : {}),
  });
  const look = () => {
    setBusy(true);
    setError(null);
    adjust(calendar, adjustment("", ""), true).then(
      (found) => {
        setSeen(found);
        setBusy(false);
      },
      (refused: unknown) => {
        setError(refused);
        setBusy(false);
      },
    );
  };
  const read = async (file: File | undefined) => {
    setUnread(false);
    if (!file) return;
    const text = await file.text();
    if (!file.name.toLowerCase().endsWith(".json")) {
      setCsv({ name: file.name, text });
      return;
    }
    const days = daysOf(text);
    if (days === null) setUnread(true);
    else onChange(merged(changes, days));
  };
  return (
    <section class="lh-card lh-pane lh-stack" id="calendar-adjust" data-pane="adjust">
      <h2 class="lh-h3">{t("calendars.adjust")}</h2>
      <p class="lh-plain lh-small lh-quiet">{t("calendars.adjustHint")}</p>
      <ul class="lh-days">
        {changes.map((one) => (
          <li key={one.day}>
            <span class="lh-numeric">{longDay(one.day)}</span>
            <span class="lh-strong">{t(one.is_worked === null ? "calendars.asUsual" : one.is_worked ? "calendars.worked" : "calendars.off")}</span>
            <input
              class="lh-input"
              aria-label={`${longDay(one.day)} ${t("calendars.name")}`}
              placeholder={t("calendars.name")}
              maxLength={100}
              value={one.name}
              onInput={(event) => onChange(merged(changes, [{ ...one, name: event.currentTarget.value }]))}
            />
            <Button look="quiet" icon="close" label={`${t("calendars.remove")} ${longDay(one.day)}`} onClick={() => onChange(changes.filter((other) => other.day !== one.day))} />
          </li>
        ))}
        {csv && (
          <li>
            <span class="lh-strong">{csv.name}</span>
            <Button look="quiet" icon="close" label={`${t("calendars.remove")} ${csv.name}`} onClick={() => setCsv(null)} />
          </li>
        )}
      </ul>
      <div>
        <label class="lh-label" for="calendar-file">
          {t("calendars.file")}
        </label>
        <input class="lh-input" id="calendar-file" aria-describedby="calendar-file-hint" type="file" accept=".csv,.json,text/csv,application/json" onChange={(event) => void read(event.currentTarget.files?.[0])} />
        <span class="lh-small lh-quiet" id="calendar-file-hint">
          {t("calendars.fileHint")}
        </span>
      </div>
      {unread && <Notice tone="danger" alert title={t("calendars.fileBad")} />}
      <label class="lh-choice">
        <input class="lh-tick" type="checkbox" checked={whole} onChange={(event) => setWhole(event.currentTarget.checked)} />
        {t("calendars.notice", { year: String(year) })}
      </label>
      <OfficeHours hours={hours} wanted={wanted} onWanted={setWanted} />
      {error !== null && <Refused error={error} />}
      <div class="lh-row">
        <Button look="primary" icon="calendar" busy={busy} refused={ready ? null : t("calendars.adjustHint")} onClick={look} data="preview">
          {t("calendars.preview")}
        </Button>
      </div>
      {seen && (
        <Saving
          seen={seen}
          onClose={() => setSeen(null)}
          save={(reason, basis) => adjust(calendar, adjustment(reason, basis), false)}
          onSaved={() => {
            setSeen(null);
            setCsv(null);
            setWhole(false);
            setWanted(null);
            toast({ text: t("calendars.saved"), icon: "calendar" });
            onSaved();
          }}
        />
      )}
    </section>
  );
}

const MOST_SPANS = 6;

/** Office hours, span by span; hours count in terms of working hours. */
function OfficeHours({ hours, wanted, onWanted }: { hours: readonly Hours[]; wanted: readonly Hours[] | null; onWanted: (wanted: readonly Hours[] | null) => void }) {
  if (wanted === null) {
    return (
      <div class="lh-row">
        <Button icon="clock" onClick={() => onWanted(hours.length > 0 ? [...hours] : [{ since: "09:00", until: "17:00" }])} data="change-hours">
          {t("calendars.changeHours")}
        </Button>
      </div>
    );
  }
  const put = (at: number, next: Partial<Hours>) => onWanted(wanted.map((one, number) => (number === at ? { ...one, ...next } : one)));
  return (
    <fieldset class="lh-field" data-pane="hours">
      <legend class="lh-label">{t("calendars.officeHours")}</legend>
      <ul class="lh-days lh-hours">
        {wanted.map((one, at) => (
          <li key={at}>
            <input class="lh-input" type="time" aria-label={t("calendars.sinceOf", { n: at + 1 })} value={one.since} onInput={(event) => put(at, { since: event.currentTarget.value })} />
            <span aria-hidden="true">–</span>
            <input class="lh-input" type="time" aria-label={t("calendars.untilOf", { n: at + 1 })} value={one.until} onInput={(event) => put(at, { until: event.currentTarget.value })} />
            {wanted.length > 1 && <Button look="quiet" icon="close" label={t("calendars.removeHours", { n: at + 1 })} onClick={() => onWanted(wanted.filter((_, number) => number !== at))} />}
          </li>
        ))}
      </ul>
      <div class="lh-row">
        {wanted.length < MOST_SPANS && <Button onClick={() => onWanted([...wanted, { since: wanted.at(-1)?.until ?? "09:00", until: "18:00" }])}>{t("calendars.addHours")}</Button>}
        <Button look="quiet" onClick={() => onWanted(null)}>
          {t("calendars.keepHours")}
        </Button>
      </div>
    </fieldset>
  );
}

function merged(changes: readonly Change[], days: readonly Change[]): readonly Change[] {
  const all = new Map([...changes, ...days].map((one) => [one.day, one]));
  return [...all.values()].sort((a, b) => a.day.localeCompare(b.day));
}

/** `[{"day": "2027-01-01", "is_worked": false, "name": "元旦"}]`, or null where it is something else. */
function daysOf(text: string): Change[] | null {
  try {
    const found: unknown = JSON.parse(text);
    if (!Array.isArray(found)) return null;
    return found.map((one: Record<string, unknown>) => {
      const { day, is_worked: worked, name } = one;
      if (typeof day !== "string" || !/^\d{4}-\d\d-\d\d$/.test(day) || (typeof worked !== "boolean" && worked !== null)) throw new Error(day as string);
      return { day, is_worked: worked, name: typeof name === "string" ? name : "" };
    });
  } catch {
    return null;
  }
}

interface SavingProps {
  seen: Adjusted;
  save: (reason: string, basis: string) => Promise<unknown>;
  onClose: () => void;
  onSaved: () => void;
}

function Saving({ seen, save, onClose, onSaved }: SavingProps) {
  const [reason, setReason] = useState("");
  const [basis, setBasis] = useState("");
  const { busy, refused: error, run } = useDeed();
  const send = () => run(() => save(reason, basis), onSaved);
  return (
    <Dialog
      title={t("calendars.adjust")}
      onClose={onClose}
      onSubmit={send}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} data="save">
            {t("calendars.save")}
          </Button>
        </>
      }
    >
      <div class="lh-stack">
        <p class="lh-plain lh-strong">{seen.moved.length > 0 ? t("calendars.moved", { n: seen.moved.length }) : t("calendars.movedNone")}</p>
        {seen.moved.length > 0 && (
          <ul class="lh-days">
            {seen.moved.slice(0, 20).map((one) => (
              <li key={one.task ?? `${one.case.id} ${one.name}`}>
                <span>
                  {one.case.title} · {one.name}
                  <span class="lh-small lh-quiet lh-numeric" style={{ display: "block" }}>
                    {one.old} → {one.new}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        )}
        {seen.open > seen.looked_at && <p class="lh-plain lh-small lh-quiet">{t("calendars.movedPart", { open: seen.open, n: seen.looked_at })}</p>}
        <label>
          <span class="lh-label">{t("calendars.reason")}</span>
          <textarea class="lh-input" rows={2} required value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        <label>
          <span class="lh-label">{t("calendars.basis")}</span>
          <input class="lh-input" placeholder={t("calendars.basisHint")} value={basis} onInput={(event) => setBasis(event.currentTarget.value)} />
        </label>
        {error !== null && <Refused error={error} />}
      </div>
    </Dialog>
  );
}
