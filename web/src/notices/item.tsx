/** One notice in a list: what it says, of which case, when; a link where the reader may go there. */
import { t } from "../texts";
import { longTime } from "../ui/dates";
import { Pill } from "../ui/pill";
import type { Told } from "./calls";

export function Item({ told, onOpen }: { told: Told; onOpen: (told: Told) => void }) {
  const fresh = !told.is_read && !told.is_done;
  const inside = (
    <>
      <span class={fresh ? "lh-told-dot" : "lh-told-dot lh-told-dot-off"} aria-hidden="true" />
      <span class="lh-told-words">
        <span class={fresh ? "lh-strong" : undefined}>
          {fresh && <span class="lh-hidden-text">{t("notices.isUnread")}</span>}
          {told.text}
        </span>
        {told.case && (
          <span class="lh-sub lh-two-lines">
            {told.case.title ?? told.procedure} · {told.case.number}
          </span>
        )}
        <span class="lh-sub lh-numeric">{longTime(told.at)}</span>
      </span>
      {told.is_done ? <Pill tone="good">{t("notices.done")}</Pill> : told.is_urgent ? <Pill tone="danger">{t("notices.urgent")}</Pill> : null}
    </>
  );
  return (
    <li class="lh-told">
      {told.link ? (
        <a class="lh-told-row" href={told.link} onClick={() => onOpen(told)}>
          {inside}
        </a>
      ) : (
        <div class="lh-told-row">{inside}</div>
      )}
    </li>
  );
}
