/** A year of a calendar: days off and days worked, the office's own among them; adjusting it, and trying terms out. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { me } from "../contract/session";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longDay, longTime, plusDays } from "../ui/dates";
import { LoadFailure, Notice } from "../ui/notice";
import { Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { Adjusting } from "./adjusting";
import { calendarList, calendarYear, reckon, type CalendarDay, type CalendarYear, type Change } from "./calls";
import "./calendars.css";

export function CalendarsPage() {
  const { query, route } = useLocation();
  const today = useStore(me)?.today ?? "";
  const id = query["of"] ?? "office";
  const year = Number(query["year"] ?? today.slice(0, 4));
  useTitle(t("nav.calendars"));
  const [changes, setChanges] = useState<readonly Change[]>([]);
  const list = useQuery({ queryKey: ["calendars"], queryFn: calendarList, staleTime: 60_000 });
  const found = useQuery({ queryKey: ["calendars", id, year], queryFn: () => calendarYear(id, year), staleTime: 60_000 });
  const client = useQueryClient();
  const go = (of: string, at: number) => {
    if (of !== id) setChanges([]);
    route(`/calendars?of=${encodeURIComponent(of)}&year=${at}`);
  };
  if (!found.data) {
    return <div class="lh-wide">{found.isPending ? <Skeleton lines={9} /> : <LoadFailure error={found.error} onRetry={() => void found.refetch()} />}</div>;
  }
  const shown = found.data;
  const others = list.data?.items ?? [];
  return (
    <div class="lh-wide">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("nav.calendars")}</h1>
          <p class="lh-plain lh-quiet">{t("calendars.what")}</p>
        </div>
      </header>
      <div class="lh-stack" style={{ gap: "16px" }}>
        <div class="lh-calendar-head">
          <label>
            <span class="lh-label">{t("calendars.which")}</span>
            <select class="lh-input lh-select" value={shown.id} onChange={(event) => go(event.currentTarget.value, year)}>
              {others.every((one) => one.id !== shown.id) && <option value={shown.id}>{shown.name}</option>}
              {others.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
          <div class="lh-calendar-year">
            <Button icon="back" label={t("calendars.earlier")} onClick={() => go(id, year - 1)} />
            <h2 class="lh-h2 lh-numeric" aria-live="polite">
              {t("calendars.year", { year: String(year) })}
            </h2>
            <Button icon="next" label={t("calendars.later")} onClick={() => go(id, year + 1)} />
          </div>
          <p class="lh-plain lh-quiet lh-numeric">
            {t("calendars.workingDays", { n: shown.working_days })} · {t("calendars.hours", { hours: hoursOf(shown) })}
          </p>
        </div>
        {shown.provisional && <Notice tone="warn">{t("calendars.provisional", { year: String(year) })}</Notice>}
        <Legend />
        <Months
          found={shown}
          today={today}
          changes={changes}
          {...(shown.can_adjust ? { onTap: (day: string) => setChanges(turned(shown, changes, day)) } : {})}
        />
        {changes.length > 0 && (
          <a
            class="lh-button lh-button-primary lh-calendar-jump"
            href="#calendar-adjust"
            onClick={(event) => {
              event.preventDefault();
              document.getElementById("calendar-adjust")?.scrollIntoView({ block: "start" });
            }}
          >
            {t("calendars.changes", { n: changes.length })}
          </a>
        )}
        <div class="lh-columns">
          <div class="lh-stack" style={{ gap: "16px" }}>
            {shown.can_adjust && (
              <Adjusting
                calendar={shown.id}
                year={year}
                changes={changes}
                hours={shown.hours}
                onChange={setChanges}
                onSaved={() => {
                  setChanges([]);
                  void client.invalidateQueries({ queryKey: ["calendars"] });
                }}
              />
            )}
            <TryIt key={shown.id} calendar={shown.id} today={today} />
          </div>
          <div class="lh-stack" style={{ gap: "16px" }}>
            <OwnDays found={shown} />
            <History found={shown} />
          </div>
        </div>
      </div>
    </div>
  );
}

const spansOf = (hours: readonly { since: string; until: string }[]): string => hours.map((one) => `${one.since}–${one.until}`).join(t("form.and"));

const hoursOf = (found: CalendarYear): string => spansOf(found.hours);

/** Off, worked, as usual, and not touched again: what tapping a day goes through. */
function turned(found: CalendarYear, changes: readonly Change[], day: string): readonly Change[] {
  const at = changes.find((one) => one.day === day);
  const rest = changes.filter((one) => one.day !== day);
  const known = found.days.find((one) => one.day === day);
  const worked = known ? known.is_worked : !isWeekend(day);
  const steps: (boolean | null)[] = known?.own ? [!worked, null] : [!worked];
  const next = at === undefined ? 0 : steps.indexOf(at.is_worked) + 1;
  const is = steps[next];
  return is === undefined ? rest : [...rest, { day, is_worked: is, name: at?.name ?? "" }].sort((a, b) => a.day.localeCompare(b.day));
}

const weekday = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

const isWeekend = (day: string): boolean => weekday(day) > 4;

function Legend() {
  return (
    <ul class="lh-legend">
      <li>
        <span class="lh-day lh-day-off" aria-hidden="true">
          1
        </span>
        {t("calendars.off")}
      </li>
      <li>
        <span class="lh-day lh-day-worked" aria-hidden="true">
          1
        </span>
        {t("calendars.worked")}
      </li>
      <li>
        <span class="lh-day lh-day-off lh-day-own" aria-hidden="true">
          1
        </span>
        {t("calendars.own")}
      </li>
    </ul>
  );
}

interface MonthsProps {
  found: CalendarYear;
  today: string;
  changes: readonly Change[];
  onTap?: (day: string) => void;
}

function Months(props: MonthsProps) {
  const days = new Map(props.found.days.map((day) => [day.day, day]));
  return (
    <div class="lh-months">
      {Array.from({ length: 12 }, (_, month) => (
        <Month key={month} {...props} month={month} days={days} />
      ))}
    </div>
  );
}

function Month({ found, today, changes, onTap, month, days }: MonthsProps & { month: number; days: Map<string, CalendarDay> }) {
  const first = `${found.year}-${String(month + 1).padStart(2, "0")}-01`;
  const count = new Date(Date.UTC(found.year, month + 1, 0)).getUTCDate();
  const cells: (string | null)[] = [...Array.from({ length: weekday(first) }, () => null), ...Array.from({ length: count }, (_, n) => plusDays(first, n))];
  while (cells.length % 7 !== 0) cells.push(null);
  const weeks = Array.from({ length: cells.length / 7 }, (_, n) => cells.slice(7 * n, 7 * n + 7));
  return (
    <div class="lh-card lh-pane">
      <table class="lh-month">
        <caption>{t("calendars.month", { year: String(found.year), month: String(month + 1) })}</caption>
        <thead>
          <tr>
            {t("calendars.weekdays")
              .split(" ")
              .map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week, n) => (
            <tr key={n}>
              {week.map((day, at) => (
                <td key={day ?? at}>{day && <Day day={day} known={days.get(day)} change={changes.find((one) => one.day === day)} isToday={day === today} onTap={onTap} />}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface DayProps {
  day: string;
  known: CalendarDay | undefined;
  change: Change | undefined;
  isToday: boolean;
  onTap: ((day: string) => void) | undefined;
}

function Day({ day, known, change, isToday, onTap }: DayProps) {
  const worked = change && change.is_worked !== null ? change.is_worked : known && !(change && known.own) ? known.is_worked : !isWeekend(day);
  const unusual = (known !== undefined && !change) || (change !== undefined && change.is_worked !== null);
  const classes = ["lh-day"];
  if (unusual) classes.push(worked ? "lh-day-worked" : "lh-day-off");
  else if (isWeekend(day)) classes.push("lh-day-weekend");
  if (known?.own && !change) classes.push("lh-day-own");
  if (change) classes.push("lh-day-pending");
  if (isToday) classes.push("lh-day-today");
  const words = [
    longDay(day),
    unusual ? t(worked ? "calendars.worked" : "calendars.off") : isWeekend(day) ? t("calendars.weekend") : "",
    known?.name ?? known?.holiday ?? "",
    known?.own ? t("calendars.own") : "",
    change ? t("calendars.pending") : "",
    isToday ? t("calendars.today") : "",
  ].filter(Boolean);
  const said = words.join(" · ");
  const number = Number(day.slice(8));
  if (!onTap) {
    return (
      <span class={classes.join(" ")} title={unusual ? said : undefined}>
        <span aria-hidden="true">{number}</span>
        <span class="lh-hidden-text">{said}</span>
      </span>
    );
  }
  return (
    <button type="button" class={classes.join(" ")} title={unusual ? said : undefined} aria-label={said} aria-pressed={change !== undefined} data-day={day} onClick={() => onTap(day)}>
      {number}
    </button>
  );
}

function OwnDays({ found }: { found: CalendarYear }) {
  const own = found.days.filter((day) => day.own || day.holiday);
  return (
    <section class="lh-card lh-pane">
      <h2 class="lh-h3">{t("calendars.list")}</h2>
      {own.length === 0 && <p class="lh-plain lh-quiet">{t("calendars.none")}</p>}
      <ul class="lh-days">
        {spans(own).map(([first, last]) => (
          <li key={first.day}>
            <span class="lh-numeric">{first === last ? longDay(first.day) : `${longDay(first.day)} – ${longDay(last.day)}`}</span>
            <span class="lh-quiet">
              {[t(first.is_worked ? "calendars.worked" : "calendars.off"), first.name ?? first.holiday, first.own ? t(first.calendar === "office" && found.id !== "office" ? "calendars.ofOffice" : "calendars.own") : ""]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Days that follow one another and say the same, as their first and last. */
function spans(days: readonly CalendarDay[]): [CalendarDay, CalendarDay][] {
  const found: [CalendarDay, CalendarDay][] = [];
  const same = (a: CalendarDay, b: CalendarDay) => a.is_worked === b.is_worked && a.own === b.own && (a.name ?? a.holiday) === (b.name ?? b.holiday);
  for (const day of days) {
    const open = found.at(-1);
    if (open && plusDays(open[1].day, 1) === day.day && same(open[1], day)) open[1] = day;
    else found.push([day, day]);
  }
  return found;
}

function History({ found }: { found: CalendarYear }) {
  return (
    <section class="lh-card lh-pane">
      <h2 class="lh-h3">{t("calendars.history")}</h2>
      {found.history.length === 0 && <p class="lh-plain lh-quiet">{t("calendars.historyNone")}</p>}
      <ul class="lh-days">
        {found.history.map((one) => (
          <li key={one.number}>
            <span>
              <span class="lh-strong">{one.reason}</span>
              {one.basis && <span class="lh-quiet">{` · ${one.basis}`}</span>}
              <span class="lh-small lh-quiet" style={{ display: "block" }}>
                {t("calendars.by", { name: one.set_by?.name ?? "—", at: longTime(one.at) })}
              </span>
              <span class="lh-small" style={{ display: "block" }}>
                {one.hours && `${t("calendars.hours", { hours: spansOf(one.hours) })} `}
                {one.days.map((day) => `${longDay(day.day)} ${t(day.is_worked === null ? "calendars.asUsual" : day.is_worked ? "calendars.worked" : "calendars.off")}`).join(t("form.and"))}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const units = ["working days", "days", "months", "half years", "years", "working hours"] as const;

function TryIt({ calendar, today }: { calendar: string; today: string }) {
  const [from, setFrom] = useState(today);
  const [number, setNumber] = useState("5");
  const [unit, setUnit] = useState<(typeof units)[number]>("working days");
  const [first, setFirst] = useState(false);
  const length = `${number} ${unit}`;
  const ready = /^\d{1,5}$/.test(number) && from !== "";
  const found = useQuery({ queryKey: ["calendars", calendar, "try", from, length, first], queryFn: () => reckon(calendar, from, length, first), enabled: ready });
  return (
    <section class="lh-card lh-pane" data-pane="try">
      <h2 class="lh-h3">{t("calendars.try")}</h2>
      <p class="lh-plain lh-small lh-quiet">{t("calendars.tryWhat")}</p>
      <div class="lh-try" style={{ margin: "10px 0" }}>
        <label>
          <span class="lh-label">{t("calendars.from")}</span>
          <input class="lh-input" type="date" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <label>
          <span class="lh-label">{t("calendars.number")}</span>
          <input class="lh-input" inputMode="numeric" value={number} onInput={(event) => setNumber(event.currentTarget.value.trim())} />
        </label>
        <label>
          <span class="lh-label">{t("calendars.length")}</span>
          <select class="lh-input lh-select" value={unit} onChange={(event) => setUnit(units.find((one) => one === event.currentTarget.value) ?? "working days")}>
            {units.map((one) => (
              <option key={one} value={one}>
                {t(`calendars.unit.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label class="lh-choice">
          <input class="lh-tick" type="checkbox" checked={first} onChange={(event) => setFirst(event.currentTarget.checked)} />
          {t("calendars.countFirst")}
        </label>
      </div>
      <p class="lh-plain lh-strong lh-numeric" role="status">
        {ready ? (found.data?.text ?? "") : ""}
      </p>
    </section>
  );
}
