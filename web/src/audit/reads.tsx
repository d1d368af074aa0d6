/** What somebody was shown: which cases, forms, files and lists, in which post and for what. */
import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { usePages } from "../contract/pages";
import { me } from "../contract/session";
import { People } from "../remarks/people";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { learn } from "../ui/form/names";
import { LoadFailure } from "../ui/notice";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { readsOfPerson } from "./holds-calls";
import { AuditTabs, mayUse } from "./tabs";
import "./audit.css";

export function ReadsPage() {
  const permissions = useStore(me)?.permissions ?? [];
  const { query, route } = useLocation();
  const person = query["person"] ?? "";
  useTitle(t("seen.title"));
  if (!mayUse("/audit/reads", permissions)) return <Empty title={t("audit.notYours")} />;
  return (
    <div class="lh-narrow lh-audit">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("seen.title")}</h1>
          <p class="lh-plain lh-quiet">{t("seen.what")}</p>
        </div>
      </header>
      <AuditTabs />
      <div class="lh-stack lh-audit-parts">
        <People
          id="reader"
          label={t("seen.person")}
          chosen={person ? [person] : []}
          single
          without={() => ""}
          onChange={([chosen]) => route(chosen ? `/audit/reads?person=${encodeURIComponent(chosen)}` : "/audit/reads", true)}
        />
        {person ? (
          <Reads person={person} />
        ) : (
          <Empty title={t("seen.choose")}>
            <p class="lh-plain lh-quiet">{t("seen.chooseWhat")}</p>
          </Empty>
        )}
      </div>
    </div>
  );
}

function Reads({ person }: { person: string }) {
  const { found, items } = usePages(["reads of", person], (cursor) => readsOfPerson(person, cursor));
  const name = items[0]?.person?.name;
  useEffect(() => {
    if (name) learn(person, name);
  }, [person, name]);
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  if (items.length === 0) return <Empty title={t("seen.nothing")} />;
  return (
    <section class="lh-card lh-card-pad" aria-label={t("seen.title")}>
      <ol class="lh-audit-list lh-audit-reads">
        {items.map((read) => (
          <li key={`${read.seq} ${read.case}`}>
            <span>{read.sentence}</span>
            <span class="lh-sub">
              {[
                longTime(read.at),
                read.via.join("、"),
                t("relive.readsWhat", { purpose: read.purpose_label }),
                read.scope === "full" ? t("relive.readsWhole") : read.fields.length > 0 ? t("relive.readsFields", { n: read.fields.length }) : null,
              ]
                .filter(Boolean)
                .join(" · ")}{" "}
              {read.seen > 0 && (
                <a class="lh-link" href={`/cases/${read.case}/relive?entry=${read.seen}`}>
                  {t("seen.then", { number: read.number ?? read.case, n: read.seen })}
                </a>
              )}
            </span>
          </li>
        ))}
      </ol>
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("act.more")}
        </Button>
      )}
    </section>
  );
}
