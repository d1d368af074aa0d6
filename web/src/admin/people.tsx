/** People and their accounts: found by name, number, post; how each account stands. */
import { usePages } from "../contract/pages";
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { LoadFailure } from "../ui/notice";
import { Pill, type PillTone } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { accounts, type AccountItem } from "./calls";

export const STATES = ["active", "disabled", "locked", "none"] as const;
export type AccountState = (typeof STATES)[number];

const tones: Readonly<Record<AccountState, PillTone>> = { active: "good", disabled: "held", locked: "danger", none: "neutral" };

export function StatePill({ state }: { state: AccountState }) {
  return <Pill tone={tones[state]}>{t(`admin.account.${state}`)}</Pill>;
}

function addressOf(q: string, state: string): string {
  const parts = Object.entries({ q, state }).filter(([, value]) => value !== "");
  return `/admin/people${parts.length > 0 ? `?${new URLSearchParams(parts).toString()}` : ""}`;
}

export function PeoplePage() {
  const { query, route } = useLocation();
  const q = query["q"] ?? "";
  const state = STATES.find((one) => one === query["state"]);
  const [typed, setTyped] = useState(q);
  useTitle(t("admin.people"));
  useEffect(() => {
    if (typed.trim() === q) return;
    const wait = setTimeout(() => route(addressOf(typed.trim(), state ?? ""), true), 250);
    return () => clearTimeout(wait);
  }, [typed, q, state, route]);
  const { found, items } = usePages(["accounts", q, state], (cursor) => accounts({ q, state, cursor }), {
    placeholderData: (before) => before,
  });
  return (
    <div class="lh-stack lh-touch">
      <header>
        <h1 class="lh-h1">{t("admin.people")}</h1>
        <p class="lh-plain lh-quiet">{t("admin.peopleHow")}</p>
      </header>
      <div class="lh-tools" style={{ marginBottom: 0 }}>
        <label class="lh-search">
          <span class="lh-hidden-text">{t("admin.findPerson")}</span>
          <Icon name="search" />
          <input class="lh-input" type="search" placeholder={t("admin.findPerson")} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        <select class="lh-input lh-select" aria-label={t("admin.accountState")} value={state ?? ""} onChange={(event) => route(addressOf(q, event.currentTarget.value), true)}>
          <option value="">{t("admin.anyState")}</option>
          {STATES.map((one) => (
            <option key={one} value={one}>
              {t(`admin.account.${one}`)}
            </option>
          ))}
        </select>
      </div>
      {found.isPending ? (
        <Skeleton lines={8} />
      ) : !found.data ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={t("admin.nobodyMeant")}>
          <Button
            onClick={() => {
              setTyped("");
              route(addressOf("", ""), true);
            }}
          >
            {t("inbox.clear")}
          </Button>
        </Empty>
      ) : (
        <>
          <ul class="lh-card lh-people-list">
            {items.map((one) => (
              <Line key={one.person.id} one={one} />
            ))}
          </ul>
          <div class="lh-list-foot">
            <span role="status">{t(found.hasNextPage ? "inbox.shownMore" : "inbox.shown", { n: items.length })}</span>
            {found.hasNextPage && (
              <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                {t("act.more")}
              </Button>
            )}
          </div>
        </>
      )}
    </div>
  );
}

function Line({ one }: { one: AccountItem }) {
  return (
    <li>
      <a class="lh-person-row" href={`/admin/people/${one.person.id}`}>
        <span class="lh-avatar" aria-hidden="true">
          {one.person.name.slice(0, 1)}
        </span>
        <span class="lh-person-words">
          <span class="lh-strong">{one.person.name}</span> <span class="lh-quiet lh-small lh-numeric">{one.person.number}</span>
          <span class="lh-sub">{one.posts.length > 0 ? one.posts.map((post) => `${post.unit.name} · ${post.role_name}`).join(t("holders.and")) : (one.unit?.name ?? t("me.noPost"))}</span>
        </span>
        <span class="lh-person-end">
          {one.is_administrator && <span class="lh-mark">{t("admin.administrator")}</span>}
          <StatePill state={one.state} />
        </span>
      </a>
    </li>
  );
}
