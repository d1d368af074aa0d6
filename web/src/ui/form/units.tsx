/** Several units below one: ticks in a list that can be searched, whole groups, and everything below a unit at once. */
import { useQuery } from "@tanstack/preact-query";
import { useMemo, useState } from "preact/hooks";
import { unitsBelow } from "../../contract/calls";
import type { Component } from "../../contract/shapes";
import { t } from "../../texts";
import { Button } from "../button";
import { sentenceOf } from "../notice";
import { isMeant } from "../pinyin";
import { inLine, withAllBelow, type OfferedUnit } from "./unit-line";
import "./units.css";

interface UnitsProps {
  component: Component;
  id: string;
  value: readonly string[];
  onChange: (value: string[]) => void;
  /** What `within` of the schema came to. */
  within: string | undefined;
}

async function offered(below: string | undefined, kinds: readonly string[] | undefined): Promise<OfferedUnit[]> {
  const found = await Promise.all((kinds ?? [undefined]).map((kind) => unitsBelow(below, kind)));
  return found.flat();
}

export function Units({ component, id, value, onChange, within }: UnitsProps) {
  const [wanted, setWanted] = useState("");
  const kinds = component.kinds;
  const found = useQuery({
    queryKey: ["units", within, kinds],
    queryFn: () => offered(within, kinds),
    enabled: within !== undefined,
    staleTime: 300_000,
  });
  const units = useMemo(() => found.data ?? [], [found.data]);
  const rows = useMemo(() => inLine(units), [units]);
  const chosen = new Set(value);
  const known = useMemo(() => new Set(units.map((one) => one.id)), [units]);
  const together = (sets: Component["groups"]) =>
    (sets ?? []).map((one) => ({ label: one.label, units: one.units.filter((unit) => known.has(unit)) })).filter((one) => one.units.length > 0);
  const lists = together(component.lists);
  const shown = rows.filter(({ unit }) => isMeant(`${unit.name} ${unit.code}`, wanted));

  const put = (ids: readonly string[], on: boolean) => {
    const next = new Set(value);
    for (const one of ids) {
      if (on) next.add(one);
      else next.delete(one);
    }
    // In the order in which they are offered, whatever was ticked first.
    onChange(rows.map(({ unit }) => unit.id).filter((one) => next.has(one)));
  };

  return (
    <div class="lh-units">
      <div class="lh-row">
        <Button small onClick={() => put(shown.map(({ unit }) => unit.id), true)}>
          {t(wanted === "" ? "units.all" : "units.allFound", { n: shown.length })}
        </Button>
        {together(component.groups).map((group) => (
          <Button key={group.label} small onClick={() => put(group.units, true)}>
            {t("units.group", { name: group.label, n: group.units.length })}
          </Button>
        ))}
        {lists.length > 0 && (
          <select
            class="lh-input lh-units-lists"
            aria-label={t("units.list")}
            value=""
            onChange={(event) => {
              const list = lists[Number(event.currentTarget.value)];
              event.currentTarget.value = "";
              if (list) put(list.units, true);
            }}
          >
            <option value="">{t("units.list")}</option>
            {lists.map((list, place) => (
              <option key={list.label} value={String(place)}>
                {t("units.group", { name: list.label, n: list.units.length })}
              </option>
            ))}
          </select>
        )}
        <Button small look="quiet" refused={value.length === 0 ? t("units.noneYet") : null} onClick={() => onChange([])}>
          {t("units.clear")}
        </Button>
      </div>
      <input
        id={id}
        class="lh-input"
        type="search"
        autoComplete="off"
        spellcheck={false}
        placeholder={t("units.search")}
        aria-label={t("units.search")}
        value={wanted}
        onInput={(event) => setWanted(event.currentTarget.value)}
      />
      <ul class="lh-units-list" aria-label={component.label ?? ""}>
        {shown.map(({ unit, depth }) => {
          const below = withAllBelow(units, unit.id);
          return (
            <li key={unit.id} class="lh-units-row" style={{ paddingInlineStart: `${8 + 20 * depth}px` }}>
              <label class="lh-units-tick">
                <input class="lh-tick" type="checkbox" checked={chosen.has(unit.id)} onChange={(event) => put([unit.id], event.currentTarget.checked)} />
                <span>{unit.name}</span>
                <span class="lh-small lh-quiet lh-numeric">{unit.code}</span>
              </label>
              {below.length > 1 && (
                <Button small look="quiet" label={t("units.belowOf", { name: unit.name, n: below.length - 1 })} onClick={() => put(below, true)}>
                  {t("units.below", { n: below.length - 1 })}
                </Button>
              )}
            </li>
          );
        })}
        {shown.length === 0 && (
          <li class="lh-option-note">{found.isError ? sentenceOf(found.error) : found.isPending ? t("state.loading") : t("picker.none")}</li>
        )}
      </ul>
      <p class="lh-small lh-quiet" role="status">
        {t("units.chosen", { n: value.length, total: units.length })}
      </p>
    </div>
  );
}

/** Units as somebody reads them: how many, and which. */
export function UnitNames({ id, units }: { id: string; units: readonly string[] }) {
  const found = useQuery({ queryKey: ["units", "all"], queryFn: () => offered(undefined, undefined), enabled: units.length > 0, staleTime: 300_000 });
  if (units.length === 0) {
    return (
      <p class="lh-answer" id={id}>
        {t("form.blank")}
      </p>
    );
  }
  const names = new Map((found.data ?? []).map((one) => [one.id, one.name]));
  return (
    <details class="lh-answer" id={id} open={units.length <= 8}>
      <summary>{t("units.count", { n: units.length })}</summary>
      {units.map((one) => names.get(one) ?? `…${one.slice(-6)}`).join(t("form.and"))}
    </details>
  );
}
