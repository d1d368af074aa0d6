/** 通知: everything the reader was told, newest first. */
import { usePages } from "../contract/pages";
import { useState } from "preact/hooks";
import { t } from "../texts";
import { Button } from "../ui/button";
import { LoadFailure, RefusalNotice } from "../ui/notice";
import { Empty, Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { told } from "./calls";
import { Item } from "./item";
import "./notices.css";
import { useReading } from "./use-notices";

export function NoticesPage() {
  useTitle(t("notices.title"));
  const [unread, setUnread] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const read = useReading();
  const { found, items } = usePages(["notices", "list", unread], (cursor) => told({ unread, cursor }));
  return (
    <div class="lh-narrow">
      <header class="lh-head" style={{ flexWrap: "nowrap" }}>
        <h1 class="lh-h1 lh-head-main" style={{ flexBasis: 0 }}>{t("notices.title")}</h1>
        <a class="lh-button" href="/me/notices">
          {t("notices.how")}
        </a>
      </header>
      <div class="lh-row lh-spread" style={{ marginBottom: "12px" }}>
        <div class="lh-segment" role="group" aria-label={t("notices.which")}>
          <button type="button" class="lh-segment-item" aria-pressed={!unread} onClick={() => setUnread(false)}>
            {t("notices.every")}
          </button>
          <button type="button" class="lh-segment-item" aria-pressed={unread} onClick={() => setUnread(true)}>
            {t("notices.unread")}
          </button>
        </div>
        <Button look="quiet" icon="check" onClick={() => read(null).then(() => setRefused(null), setRefused)} data="read-all">
          {t("notices.readAll")}
        </Button>
      </div>
      {refused !== null && <RefusalNotice error={refused} />}
      {found.isPending ? (
        <Skeleton lines={6} />
      ) : found.isError && items.length === 0 ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={t(unread ? "notices.noneUnread" : "notices.none")} />
      ) : (
        <ul class="lh-plain lh-card lh-told-list">
          {items.map((one) => (
            <Item key={one.id} told={one} onOpen={() => void read([one.id])} />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <div class="lh-list-foot">
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("act.more")}
          </Button>
        </div>
      )}
    </div>
  );
}
