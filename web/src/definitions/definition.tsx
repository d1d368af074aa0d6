/** One published procedure: its diagram, its clauses and where each is enforced, its parameters, its files. */
import { useQuery } from "@tanstack/preact-query";
import { useLocation, useRoute } from "preact-iso";
import { useMemo, useState } from "preact/hooks";
import { definition as readDefinition, parameters, rules, version as readVersion } from "../contract/calls";
import { Refusal } from "../contract/client";
import type { DefinitionVersion } from "../contract/shapes";
import { t, type Key } from "../texts";
import { longTime } from "../ui/dates";
import { plainText } from "../ui/form/form";
import { Icon } from "../ui/icon";
import { LoadFailure, Notice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { language } from "../ui/preferences";
import { Empty, Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { Duties } from "../duties/table";
import { Drawn } from "./drawn";

type Tab = "diagram" | "clauses" | "duties" | "parameters" | "files";
const tabs: readonly { name: Tab; text: Key }[] = [
  { name: "diagram", text: "case.tabDiagram" },
  { name: "clauses", text: "definitions.clauses" },
  { name: "duties", text: "definitions.duties" },
  { name: "parameters", text: "definitions.parameters" },
  { name: "files", text: "definitions.files" },
];

export function DefinitionPage() {
  const { params } = useRoute();
  const { query, route } = useLocation();
  const key = params["definition"] ?? "";
  const tab = tabs.find((one) => one.name === query["tab"])?.name ?? "diagram";
  const found = useQuery({ queryKey: ["definition", key], queryFn: () => readDefinition(key) });
  const number = Number(query["version"]) || found.data?.version || 0;
  const version = useQuery({ queryKey: ["definition", key, number], queryFn: () => readVersion(key, number), enabled: number > 0, staleTime: Infinity });
  useTitle(found.data?.name ?? t("nav.definitions"));
  const go = (next: Tab, other: number) => route(`/definitions/${key}?tab=${next}${other === found.data?.version ? "" : `&version=${other}`}`, true);

  if (found.isPending) {
    return (
      <div class="lh-wide">
        <Skeleton />
      </div>
    );
  }
  if (!found.data) {
    return (
      <div class="lh-wide">
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      </div>
    );
  }
  const mayRead = !(version.error instanceof Refusal && version.error.status === 403);
  return (
    <div class="lh-wide">
      <header class="lh-head">
        <div class="lh-head-main">
          <a class="lh-back" href="/definitions">
            <Icon name="back" small />
            {t("nav.definitions")}
          </a>
          <h1 class="lh-h1">{found.data.name}</h1>
          {found.data.description && <p class="lh-text lh-quiet">{found.data.description}</p>}
          {version.data && (
            <div class="lh-meta">
              <span>{t("definitions.publishedAt", { at: longTime(version.data.published_at) })}</span>
              <span class="lh-mono" title={version.data.sha256}>
                SHA-256 {version.data.sha256.slice(0, 12)}
              </span>
              {version.data.note && <span>{version.data.note}</span>}
            </div>
          )}
        </div>
        <label class="lh-row">
          <span class="lh-small">{t("definitions.versionLabel")}</span>
          <select class="lh-input lh-select" style={{ width: "auto" }} value={String(number)} onChange={(event) => go(tab, Number(event.currentTarget.value))}>
            {found.data.versions.map((one) => (
              <option key={one.version} value={String(one.version)}>
                {t("definitions.version", { n: one.version })}
              </option>
            ))}
          </select>
        </label>
      </header>
      <nav class="lh-tabs" aria-label={t("case.parts")}>
        {tabs.map((one) => (
          <a
            key={one.name}
            class="lh-tab"
            href={`/definitions/${key}?tab=${one.name}`}
            aria-current={one.name === tab ? "page" : undefined}
            onClick={(event) => {
              event.preventDefault();
              go(one.name, number);
            }}
          >
            {t(one.text)}
          </a>
        ))}
      </nav>
      {tab === "clauses" ? (
        <Clauses definitionKey={key} />
      ) : tab === "duties" ? (
        <Duties definitionKey={key} />
      ) : tab === "parameters" ? (
        <Parameters definitionKey={key} />
      ) : !mayRead ? (
        <Notice tone="info" icon="lock">
          {t("definitions.notYours")}
        </Notice>
      ) : version.isPending ? (
        <Skeleton />
      ) : !version.data ? (
        <LoadFailure error={version.error} onRetry={() => void version.refetch()} />
      ) : tab === "diagram" ? (
        <DiagramOf version={version.data} />
      ) : (
        <Files version={version.data} />
      )}
    </div>
  );
}

function namesOf(version: DefinitionVersion): Record<string, string> {
  // The drawing itself is in Chinese.
  const text = language.get() === "en" ? version.files["texts.en.json"] : undefined;
  if (text === undefined) return {};
  try {
    const found = JSON.parse(text) as Record<string, unknown>;
    const names: Record<string, string> = {};
    for (const [name, value] of Object.entries(found)) {
      const id = /^(?:element|lane|flow)\.(.+)$/.exec(name)?.[1];
      if (id !== undefined && typeof value === "string") names[id] = value;
    }
    return names;
  } catch {
    return {};
  }
}

function DiagramOf({ version }: { version: DefinitionVersion }) {
  const xml = Object.entries(version.files).find(([path]) => path.endsWith(".bpmn"))?.[1];
  const texts = useMemo(() => namesOf(version), [version]);
  if (xml === undefined) return <Empty title={t("diagram.none")} />;
  return <Drawn xml={xml} texts={texts} />;
}

const kinds: Partial<Record<string, Key>> = { national: "clause.national", local: "clause.local", policy: "clause.policy", unsure: "clause.unsure" };

function kindText(kind: string): string {
  const key = kinds[kind];
  return key ? t(key) : kind;
}

function Clauses({ definitionKey }: { definitionKey: string }) {
  const found = useQuery({ queryKey: ["rules", definitionKey], queryFn: () => rules(definitionKey), staleTime: 60_000 });
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data.items.length === 0) return <Empty title={t("definitions.noClauses")} />;
  return (
    <div class="lh-card" style={{ overflowX: "auto" }} role="region" aria-label={t("definitions.clauses")} tabIndex={0}>
      <table class="lh-table">
        <thead>
          <tr>
            <th class="lh-th" scope="col">
              {t("definitions.clause")}
            </th>
            <th class="lh-th" scope="col">
              {t("definitions.kind")}
            </th>
            <th class="lh-th" scope="col">
              {t("definitions.enforcedBy")}
            </th>
          </tr>
        </thead>
        <tbody>
          {found.data.items.map((clause) => (
            <tr key={clause.id} class="lh-tr lh-tr-top">
              <td class="lh-td" style={{ width: "48%", minWidth: "220px" }}>
                {clause.text}
                <span class="lh-sub">
                  {clause.article} <span class="lh-mono">{clause.id}</span>
                </span>
              </td>
              <td class="lh-td" style={{ whiteSpace: "nowrap" }}>
                <Pill>{kindText(clause.kind)}</Pill>
              </td>
              <td class="lh-td">
                {clause.enforced_by.length === 0 ? (
                  <span class="lh-quiet">{t("definitions.notEnforced")}</span>
                ) : (
                  <Enforcers names={clause.enforced_by.map((one) => (one.step ? t("step.named", { step: one.step, name: one.name }) : one.name))} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Enforcers({ names }: { names: readonly string[] }) {
  const list = names.join(t("form.and"));
  if (names.length <= 4) return <>{list}</>;
  return (
    <details class="lh-details">
      <summary class="lh-summary">{t("definitions.steps", { n: names.length })}</summary>
      {list}
    </details>
  );
}

function Parameters({ definitionKey }: { definitionKey: string }) {
  const found = useQuery({ queryKey: ["parameters", definitionKey], queryFn: () => parameters(definitionKey), staleTime: 60_000 });
  if (found.isPending) return <Skeleton />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data.items.length === 0) return <Empty title={t("definitions.noParameters")} />;
  return (
    <div class="lh-card" style={{ overflowX: "auto" }} role="region" aria-label={t("definitions.parameters")} tabIndex={0}>
      <table class="lh-table">
        <thead>
          <tr>
            <th class="lh-th" scope="col">
              {t("definitions.parameter")}
            </th>
            <th class="lh-th" scope="col">
              {t("definitions.value")}
            </th>
            <th class="lh-th" scope="col">
              {t("definitions.default")}
            </th>
          </tr>
        </thead>
        <tbody>
          {found.data.items.map((one) => (
            <tr key={one.id} class="lh-tr">
              <td class="lh-td">
                {one.text}
                <span class="lh-sub lh-mono">{one.id}</span>
              </td>
              <td class="lh-td lh-strong">{plainText(one.value)}</td>
              <td class="lh-td lh-quiet">{plainText(one.default)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Files({ version }: { version: DefinitionVersion }) {
  const paths = Object.keys(version.files).sort();
  const [path, setPath] = useState(paths[0] ?? "");
  return (
    <div class="lh-stack">
      <div class="lh-field">
        <label class="lh-label" for="file">
          {t("definitions.file")}
        </label>
        <select id="file" class="lh-input lh-select" value={path} onChange={(event) => setPath(event.currentTarget.value)}>
          {paths.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </div>
      <pre class="lh-code" tabIndex={0} aria-label={path}>
        {version.files[path]}
      </pre>
    </div>
  );
}
