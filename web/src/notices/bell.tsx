/** The bell: how many notices are unread, and the newest of them beside it at the desk; on a phone the way to the page. */
import { useQuery } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { sentenceOf } from "../ui/notice";
import { told } from "./calls";
import { Item } from "./item";
import "./notices.css";
import { useReading, useUnread } from "./use-notices";

const NEWEST = 8;

export function Bell() {
  const unread = useUnread();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const { path } = useLocation();
  useEffect(() => list.current?.hidePopover(), [path]);
  return (
    <>
      <button type="button" class="lh-nav lh-bell" popovertarget={id} aria-haspopup="dialog" aria-expanded={open} data-action="bell">
        <Icon name="bell" />
        {t("notices.title")}
        {unread !== "" && (
          <span class="lh-count lh-count-seal">
            {unread}
            <span class="lh-hidden-text">{t("notices.unreadCount")}</span>
          </span>
        )}
      </button>
      <div
        id={id}
        ref={list}
        popover="auto"
        class="lh-told-popover"
        role="dialog"
        aria-label={t("notices.title")}
        onToggle={(event) => setOpen((event as unknown as ToggleEvent).newState === "open")}
      >
        {open && <Newest />}
      </div>
    </>
  );
}

function Newest() {
  const found = useQuery({ queryKey: ["notices", "newest"], queryFn: () => told({ limit: NEWEST }), staleTime: 5_000 });
  const read = useReading();
  const items = found.data?.items ?? [];
  return (
    <>
      <div class="lh-told-head">
        <h2 class="lh-h3">{t("notices.title")}</h2>
        <Button look="quiet" small onClick={() => void read(null)}>
          {t("notices.readAll")}
        </Button>
      </div>
      {found.isError ? (
        <p class="lh-plain lh-told-none">{sentenceOf(found.error)}</p>
      ) : items.length === 0 && !found.isPending ? (
        <p class="lh-plain lh-quiet lh-told-none">{t("notices.none")}</p>
      ) : (
        <ul class="lh-plain lh-told-list" aria-busy={found.isPending ? "true" : undefined}>
          {items.map((one) => (
            <Item key={one.id} told={one} onOpen={() => void read([one.id])} />
          ))}
        </ul>
      )}
      <div class="lh-told-foot">
        <a class="lh-link" href="/notices">
          {t("notices.all")}
        </a>
        <a class="lh-link" href="/me/notices">
          {t("notices.how")}
        </a>
      </div>
    </>
  );
}

/** In the bar at the foot of a phone. */
export function BellItem({ at }: { at: boolean }) {
  const unread = useUnread();
  return (
    <a class="lh-bottom-item" href="/notices" aria-current={at ? "page" : undefined}>
      <Icon name="bell" />
      {t("notices.title")}
      {unread !== "" && (
        <span class="lh-badge">
          {unread}
          <span class="lh-hidden-text">{t("notices.unreadCount")}</span>
        </span>
      )}
    </a>
  );
}
