/** 管理: one area for the three administrators; everybody sees the sections that are theirs. */
import { useQuery } from "@tanstack/preact-query";
import { useRoute } from "preact-iso";
import { useLayoutEffect, useRef } from "preact/hooks";
import { me } from "../contract/session";
import { OfficeDuties } from "../duties/office";
import { t } from "../texts";
import { Empty } from "../ui/states";
import { useStore } from "../ui/store";
import "./admin.css";
import { HandoverPage } from "./handover";
import { KeysPage } from "./keys";
import { Overview } from "./overview";
import { ParametersPage } from "./parameters";
import { PeoplePage } from "./people";
import { PersonPage } from "./person";
import { ProposalPage } from "./proposal";
import { ProposalsPage } from "./proposals";
import { isTheirs, sectionsOf, waitingCount, type SectionName } from "./sections";
import { UnitsPage } from "./units";

export function AdminPage() {
  const who = useStore(me);
  const { params } = useRoute();
  const section = params["section"] ?? "";
  const id = params["id"] ? decodeURIComponent(params["id"]) : "";
  if (!who) return null;
  if (section !== "" && !isTheirs(who, section)) {
    return (
      <Empty title={t("admin.notYours")}>
        <p class="lh-plain lh-quiet">{t("admin.notYoursWhy")}</p>
        <a class="lh-button" href="/admin">
          {t("admin.who")}
        </a>
      </Empty>
    );
  }
  return (
    <div class="lh-wide">
      <Sections at={section} />
      {section === "" && <Overview />}
      {section === "units" && <UnitsPage />}
      {section === "people" && (id === "" ? <PeoplePage /> : params["part"] === "handover" ? <HandoverPage id={id} /> : <PersonPage id={id} />)}
      {section === "proposals" && (id === "" ? <ProposalsPage /> : <ProposalPage id={id} />)}
      {section === "duties" && <OfficeDuties />}
      {section === "keys" && <KeysPage />}
      {section === "parameters" && <ParametersPage />}
    </div>
  );
}

function Sections({ at }: { at: string }) {
  const who = useStore(me);
  const waiting = useQuery({ queryKey: ["proposals", "waiting-count"], queryFn: waitingCount, staleTime: 30_000, enabled: who !== null && who !== undefined && isTheirs(who, "proposals") });
  const tabs = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const here = tabs.current?.querySelector<HTMLElement>("[aria-current]");
    if (tabs.current && here) tabs.current.scrollLeft = here.offsetLeft - tabs.current.offsetLeft - 60;
  }, [at]);
  if (!who) return null;
  const all: readonly (SectionName | "")[] = ["", ...sectionsOf(who)];
  return (
    <nav class="lh-tabs" aria-label={t("nav.admin")} ref={tabs}>
      {all.map((name) => (
        <a key={name} class="lh-tab" href={name === "" ? "/admin" : `/admin/${name}`} aria-current={name === at ? "page" : undefined}>
          {t(name === "" ? "admin.overview" : `admin.${name}`)}
          {name === "proposals" && (waiting.data ?? 0) > 0 && (
            <span class="lh-tab-count">
              {waiting.data}
              <span class="lh-hidden-text">{t("admin.waiting")}</span>
            </span>
          )}
        </a>
      ))}
    </nav>
  );
}
