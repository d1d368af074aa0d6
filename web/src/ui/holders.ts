import { t } from "../texts";

const BETWEEN = " · ";

/** Holders as one sentence: where several posts are of one unit, the unit is named once. */
export function holdersText(holders: readonly string[]): string {
  const units = new Map<string, string[]>();
  for (const holder of holders) {
    const at = holder.indexOf(BETWEEN);
    const unit = at < 0 ? "" : holder.slice(0, at);
    units.set(unit, [...(units.get(unit) ?? []), at < 0 ? holder : holder.slice(at + BETWEEN.length)]);
  }
  return [...units].map(([unit, posts]) => (unit ? t("holders.unit", { unit, posts: posts.join(t("form.and")) }) : posts.join(t("form.and")))).join(t("holders.and"));
}
