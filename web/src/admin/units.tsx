/** The organisation as a tree, as of any day, and beside it one unit. */
import { useQuery } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useMemo, useState } from "preact/hooks";
import { me } from "../contract/session";
import { t } from "../texts";
import { Button } from "../ui/button";
import { daysBetween, longDay } from "../ui/dates";
import { Icon } from "../ui/icon";
import { usePhone } from "../ui/media";
import { LoadFailure, Notice } from "../ui/notice";
import { isMeant } from "../ui/pinyin";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { Tree, type TreeNode } from "../ui/tree";
import { changesBetween, unitsOn, type StructureChange, type Unit } from "./calls";
import { may } from "./sections";
import { UnitPanel } from "./unit";

export function UnitsPage() {
  const who = useStore(me);
  const today = who?.today ?? "";
  const { query, route } = useLocation();
  const phone = usePhone();
  const on = query["on"] ?? today;
  const chosen = query["unit"] ?? null;
  useTitle(t("admin.units"));
  const [q, setQ] = useState("");
  const [closed, setClosed] = useState(false);
  const [turned, setTurned] = useState<ReadonlySet<string> | null>(null);
  const found = useQuery({ queryKey: ["units", on], queryFn: () => unitsOn(on), staleTime: 30_000, placeholderData: (before) => before });
  const go = (to: { unit?: string | null; on?: string }) => {
    const unit = to.unit === undefined ? chosen : to.unit;
    const day = to.on ?? on;
    const parts = [...(unit ? [`unit=${encodeURIComponent(unit)}`] : []), ...(day !== today ? [`on=${day}`] : [])];
    route(`/admin/units${parts.length > 0 ? `?${parts.join("&")}` : ""}`, to.unit === undefined);
  };
  const units = useMemo(() => (found.data ?? []).filter((unit) => closed || unit.status !== "dissolved"), [found.data, closed]);
  const wanted = useMemo(() => meant(units, q), [units, q]);
  const roots = useMemo(() => grown(units, wanted), [units, wanted]);
  const line = useMemo(() => lineOf(units, chosen), [units, chosen]);
  const open = wanted ?? turned ?? new Set([...roots.map((root) => root.id), ...line]);
  const turn = (ids: readonly string[], opened: boolean) => {
    const next = new Set(open);
    for (const id of ids) {
      if (opened) next.add(id);
      else next.delete(id);
    }
    setTurned(next);
  };
  const isAway = on !== today;
  const known = units.find((unit) => unit.id === chosen || unit.code === chosen);

  return (
    <div class="lh-stack">
      {(!phone || chosen === null) && (
        <>
          <header class="lh-head" style={{ marginBottom: 0 }}>
            <div class="lh-head-main">
              <h1 class="lh-h1">{t("admin.units")}</h1>
              <p class="lh-plain lh-quiet">{t(may(who, "directory.manage") ? "admin.unitsHow" : "admin.unitsRead")}</p>
            </div>
          </header>
          <div class="lh-asof">
            <label class="lh-row">
              <span class="lh-label" style={{ margin: 0 }}>
                {t("admin.asOf")}
              </span>
              <input
                class="lh-input lh-asof-day"
                type="date"
                required
                value={on}
                onChange={(event) => {
                  if (event.currentTarget.value) go({ on: event.currentTarget.value });
                }}
              />
            </label>
            {isAway && <Button onClick={() => go({ on: today })}>{t("admin.backToToday")}</Button>}
            <Turning on={on} onGo={(day) => go({ on: day })} />
          </div>
        </>
      )}
      {isAway && (
        <Notice tone="warn" icon="clock">
          <p class="lh-plain">{t(daysBetween(on, today) > 0 ? "admin.past" : "admin.future", { day: longDay(on) })}</p>
        </Notice>
      )}
      <div class="lh-org">
        {(!phone || chosen === null) && (
          <section class="lh-card lh-org-tree" aria-label={t("admin.tree")}>
            <div class="lh-org-tools">
              <label class="lh-search">
                <span class="lh-hidden-text">{t("admin.findUnit")}</span>
                <Icon name="search" />
                <input class="lh-input" type="search" placeholder={t("admin.findUnit")} value={q} onInput={(event) => setQ(event.currentTarget.value)} />
              </label>
              <span class="lh-row lh-small">
                <span class="lh-quiet" role="status">
                  {t("admin.unitsCount", { n: wanted ? hits(units, q) : units.length })}
                </span>
                <label class="lh-row lh-tap">
                  <input class="lh-tick" style={{ margin: 0 }} type="checkbox" checked={closed} onChange={(event) => setClosed(event.currentTarget.checked)} />
                  {t("admin.withClosed")}
                </label>
              </span>
            </div>
            {found.isPending ? (
              <Skeleton lines={9} />
            ) : !found.data ? (
              <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
            ) : roots.length === 0 ? (
              <Empty title={t(q.trim() === "" ? "admin.noUnits" : "admin.noUnitMeant")}>
                {q.trim() === "" ? <Button onClick={() => go({ on: today })}>{t("admin.backToToday")}</Button> : <Button onClick={() => setQ("")}>{t("inbox.clear")}</Button>}
              </Empty>
            ) : (
              <Tree label={t("admin.tree")} roots={roots} open={open} onOpen={turn} chosen={known?.id ?? null} onChoose={(unit) => go({ unit })} />
            )}
          </section>
        )}
        {chosen !== null ? (
          <UnitPanel key={chosen} unit={chosen} on={on} onGo={go} />
        ) : (
          !phone && <Empty title={t("admin.pickUnit")}>{<p class="lh-plain lh-quiet">{t("admin.pickUnitHow")}</p>}</Empty>
        )}
      </div>
    </div>
  );
}

/** Where the words typed are meant: those units and everything above them; null where nothing is typed. */
function meant(units: readonly Unit[], q: string): ReadonlySet<string> | null {
  if (q.trim() === "") return null;
  const above = new Map(units.map((unit) => [unit.id, unit.parent]));
  const kept = new Set<string>();
  for (const unit of units) {
    if (!isHit(unit, q)) continue;
    for (let id: string | null | undefined = unit.id; id && !kept.has(id); id = above.get(id)) kept.add(id);
  }
  return kept;
}

const isHit = (unit: Unit, q: string): boolean => isMeant(unit.name, q) || unit.code.toLowerCase().includes(q.trim().toLowerCase());

const hits = (units: readonly Unit[], q: string): number => units.filter((unit) => isHit(unit, q)).length;

function grown(units: readonly Unit[], only: ReadonlySet<string> | null): TreeNode[] {
  const shown = only === null ? units : units.filter((unit) => only.has(unit.id));
  const there = new Set(shown.map((unit) => unit.id));
  const below = new Map<string | null, Unit[]>();
  for (const unit of shown) {
    const parent = unit.parent !== null && there.has(unit.parent) ? unit.parent : null;
    below.set(parent, [...(below.get(parent) ?? []), unit]);
  }
  const node = (unit: Unit): TreeNode => ({
    id: unit.id,
    label: unit.name,
    note: unit.code,
    ...(unit.status === "active" ? {} : { mark: <span class="lh-mark">{t(`admin.status.${unit.status}`)}</span> }),
    children: (below.get(unit.id) ?? []).map(node),
  });
  return (below.get(null) ?? []).map(node);
}

function lineOf(units: readonly Unit[], chosen: string | null): string[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  let at = units.find((unit) => unit.id === chosen || unit.code === chosen);
  const line: string[] = [];
  while (at?.parent && !line.includes(at.parent)) {
    line.push(at.parent);
    at = byId.get(at.parent);
  }
  return line;
}

/** What changes when, in the year before and the year after the day; a tap goes there. */
function Turning({ on, onGo }: { on: string; onGo: (day: string) => void }) {
  const [open, setOpen] = useState(false);
  const since = `${Number(on.slice(0, 4)) - 1}${on.slice(4, 8)}01`;
  const until = `${Number(on.slice(0, 4)) + 1}${on.slice(4, 8)}28`;
  const found = useQuery({ queryKey: ["units", "changes", since, until], queryFn: () => changesBetween(since, until), enabled: open, staleTime: 60_000 });
  return (
    <details class="lh-turning" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="lh-summary">{t("admin.whatWhen")}</summary>
      {found.isError && <LoadFailure error={found.error} onRetry={() => void found.refetch()} />}
      {found.data?.items.length === 0 && <p class="lh-plain lh-quiet lh-small">{t("admin.nothingChanges", { since: longDay(since), until: longDay(until) })}</p>}
      <ul class="lh-days">
        {(found.data?.items ?? []).map((one) => (
          <li key={`${one.on}/${one.unit.id}`}>
            <button type="button" class="lh-plain lh-link lh-tap lh-numeric" onClick={() => onGo(one.on)}>
              {longDay(one.on)}
            </button>
            <span>
              {one.unit.name} <span class="lh-quiet">{one.unit.code}</span> · {changedText(one)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function changedText(one: Pick<StructureChange, "changed" | "status">): string {
  return one.changed.map((what) => (what === "status" ? t(`admin.status.${one.status}`) : t(`admin.changed.${what}`))).join(t("form.and"));
}
