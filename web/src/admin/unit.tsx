/** One unit: what it is on the day, who holds its posts until when, what it was before; and changing it. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { Refusal } from "../contract/client";
import { me } from "../contract/session";
import { capital, t } from "../texts";
import { Button } from "../ui/button";
import { longDay } from "../ui/dates";
import { Icon } from "../ui/icon";
import { usePhone } from "../ui/media";
import { LoadFailure, Notice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { unitHistory, unitOn, unitPosts, type UnitPost, type UnitState, type UnitWhole } from "./calls";
import { ChangeDialog, type Wanted } from "./changing";
import { may } from "./sections";
import { changedText } from "./units";

interface UnitProps {
  unit: string;
  on: string;
  onGo: (to: { unit?: string | null; on?: string }) => void;
}

export function UnitPanel({ unit, on, onGo }: UnitProps) {
  const who = useStore(me);
  const phone = usePhone();
  const client = useQueryClient();
  const [past, setPast] = useState(false);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const found = useQuery({ queryKey: ["unit", unit, on], queryFn: () => unitOn(unit, on), staleTime: 10_000 });
  const posts = useQuery({ queryKey: ["unit", unit, "posts", on, past], queryFn: () => unitPosts(unit, on, past), staleTime: 10_000, placeholderData: (before) => before });
  const history = useQuery({ queryKey: ["unit", unit, "history"], queryFn: () => unitHistory(unit), staleTime: 30_000 });
  const Part = phone ? "h2" : "h3";
  const mayChange = may(who, "directory.manage") && on === who?.today;
  const back = phone && (
    <a
      class="lh-back"
      href="/admin/units"
      onClick={(event) => {
        event.preventDefault();
        onGo({ unit: null });
      }}
    >
      <Icon name="back" small />
      {t("admin.backToTree")}
    </a>
  );

  if (found.isPending) return <Skeleton lines={8} />;
  if (!found.data) {
    const missing = found.error instanceof Refusal && found.error.status === 404;
    return (
      <div class="lh-stack">
        {back}
        {missing && history.data && history.data.items.length > 0 ? (
          <Empty title={t("admin.notThen", { day: longDay(on) })}>
            <History states={history.data.items} onGo={(day) => onGo({ on: day })} />
          </Empty>
        ) : (
          <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
        )}
      </div>
    );
  }
  const shown = found.data;
  const again = () => {
    setWanted(null);
    void client.invalidateQueries({ queryKey: ["unit"] });
    void client.invalidateQueries({ queryKey: ["units"] });
    void client.invalidateQueries({ queryKey: ["proposals"] });
  };
  return (
    <div class="lh-stack lh-org-unit" style={{ gap: "14px" }}>
      {back}
      <section class="lh-card lh-pane lh-stack">
        <div>
          <div class="lh-row lh-spread">
            {phone ? <h1 class="lh-h1">{shown.name}</h1> : <h2 class="lh-h2">{shown.name}</h2>}
            {shown.status !== "active" && <Pill tone="warn">{t(`admin.status.${shown.status}`)}</Pill>}
          </div>
          <p class="lh-plain lh-small lh-quiet">
            {shown.kind_name} · <span class="lh-numeric">{shown.code}</span>
          </p>
        </div>
        <Facts unit={shown} tasks={on === who?.today ? (posts.data?.open_tasks ?? null) : undefined} onGo={onGo} />
        {mayChange && shown.status !== "dissolved" && (
          <div class="lh-row" role="group" aria-label={t("admin.change")}>
            <Button small onClick={() => setWanted({ kind: "appoint", unit: shown })} data="appoint">
              {t("admin.do.appoint")}
            </Button>
            <Button small onClick={() => setWanted({ kind: "found", unit: shown })} data="found">
              {t("admin.do.found")}
            </Button>
            <Button small onClick={() => setWanted({ kind: "rename", unit: shown })} data="rename">
              {t("admin.do.rename")}
            </Button>
            {shown.parent !== null && (
              <>
                <Button small onClick={() => setWanted({ kind: "move", unit: shown })} data="move">
                  {t("admin.do.move")}
                </Button>
                <Button small onClick={() => setWanted({ kind: "competence", unit: shown })} data="competence">
                  {t("admin.do.competence")}
                </Button>
                <Button small look="danger" onClick={() => setWanted({ kind: "dissolve", unit: shown })} data="dissolve">
                  {t("admin.do.dissolve")}
                </Button>
              </>
            )}
          </div>
        )}
      </section>
      <section class="lh-card lh-pane" aria-label={t("admin.posts")}>
        <div class="lh-row lh-spread">
          <Part class="lh-h3">{t("admin.posts")}</Part>
          <label class="lh-row lh-small lh-tap">
            <input class="lh-tick" style={{ margin: 0 }} type="checkbox" checked={past} onChange={(event) => setPast(event.currentTarget.checked)} />
            {t("admin.withPast")}
          </label>
        </div>
        {posts.isError && <LoadFailure error={posts.error} onRetry={() => void posts.refetch()} />}
        {posts.data?.items.length === 0 && <p class="lh-plain lh-quiet">{t("admin.noPosts")}</p>}
        <ul class="lh-days">
          {(posts.data?.items ?? []).map((post) => (
            <PostLine key={post.id} post={post} link={may(who, "accounts.manage")} isNow={on === who?.today} {...(mayChange ? { onEnd: () => setWanted({ kind: "end_post", unit: shown, post }) } : {})} />
          ))}
        </ul>
      </section>
      <section class="lh-card lh-pane" aria-label={t("admin.history")}>
        <Part class="lh-h3">{t("admin.history")}</Part>
        {history.isError && <LoadFailure error={history.error} onRetry={() => void history.refetch()} />}
        {history.data && <History states={history.data.items} onGo={(day) => onGo({ on: day })} />}
      </section>
      {wanted && <ChangeDialog wanted={wanted} onClose={() => setWanted(null)} onDone={again} />}
    </div>
  );
}

function Facts({ unit, tasks, onGo }: { unit: UnitWhole; tasks: number | null | undefined; onGo: UnitProps["onGo"] }) {
  const parent = unit.ancestors[0];
  const roster = unit.roster;
  return (
    <dl class="lh-facts">
      <dt class="lh-fact-name">{t("admin.parent")}</dt>
      <dd class="lh-fact">
        {parent ? (
          <a
            class="lh-link"
            href={`/admin/units?unit=${parent.id}`}
            onClick={(event) => {
              event.preventDefault();
              onGo({ unit: parent.id });
            }}
          >
            {parent.name}
          </a>
        ) : (
          t("admin.noParent")
        )}
      </dd>
      <dt class="lh-fact-name">{t("admin.members")}</dt>
      <dd class="lh-fact lh-numeric">
        {t("admin.membersOf", { full: roster.full_members, probationary: roster.probationary_members })}
        {roster.voting_members !== roster.full_members && <span class="lh-sub">{t("admin.voting", { n: roster.voting_members })}</span>}
      </dd>
      {unit.term_started_on && (
        <>
          <dt class="lh-fact-name">{t("admin.term")}</dt>
          <dd class="lh-fact lh-numeric">
            {longDay(unit.term_started_on)} – {unit.term_expires_on ? longDay(unit.term_expires_on) : t("admin.open")}
          </dd>
        </>
      )}
      <dt class="lh-fact-name">{t("admin.approves")}</dt>
      <dd class="lh-fact">{t(unit.can_approve_members ? "form.yes" : "form.no")}</dd>
      {tasks !== undefined && (
        <>
          <dt class="lh-fact-name">{t("admin.openTasks")}</dt>
          <dd class="lh-fact lh-numeric">{tasks === null ? "…" : t("admin.tasks", { n: tasks })}</dd>
        </>
      )}
    </dl>
  );
}

function PostLine({ post, link, isNow, onEnd }: { post: UnitPost; link: boolean; isNow: boolean; onEnd?: () => void }) {
  const until = post.to_on ? longDay(post.to_on) : t("admin.open");
  return (
    <li class="lh-post" data-post={post.role}>
      <span class="lh-post-main">
        <span class="lh-strong">{capital(post.role_name)}</span>{" "}
        {link ? (
          <a class="lh-link" href={`/admin/people/${post.person.id}`}>
            {post.person.name}
          </a>
        ) : (
          post.person.name
        )}
        {post.state !== "current" && (
          <>
            {" "}
            <span class="lh-mark">{t(`admin.state.${post.state}`)}</span>
          </>
        )}
        <span class="lh-sub lh-numeric">
          {longDay(post.from_on)} – {until}
          {post.basis && ` · ${post.basis}`}
          {isNow && post.state === "current" && post.open_tasks > 0 && ` · ${t("admin.tasks", { n: post.open_tasks })}`}
        </span>
      </span>
      {onEnd && post.state !== "over" && (
        <Button small look="quiet" onClick={onEnd} label={t("admin.endOf", { post: post.role_name, name: post.person.name })}>
          {t("admin.do.end_post")}
        </Button>
      )}
    </li>
  );
}

function History({ states, onGo }: { states: readonly UnitState[]; onGo: (day: string) => void }) {
  if (states.length === 0) return <Notice>{t("admin.noHistory")}</Notice>;
  return (
    <ul class="lh-days">
      {states.map((state) => (
        <li key={state.from_on}>
          <button type="button" class="lh-plain lh-link lh-tap lh-numeric" onClick={() => onGo(state.from_on)}>
            {longDay(state.from_on)}
          </button>
          <span>
            {changedText(state)}
            <span class="lh-sub">
              {[state.name, state.parent?.name, state.basis].filter(Boolean).join(" · ")}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
