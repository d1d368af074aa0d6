/** The procedures of the office, for whoever designs or examines them. */
import { useQuery } from "@tanstack/preact-query";
import { definitions } from "../contract/calls";
import { t } from "../texts";
import { LoadFailure } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";

export function DefinitionsPage() {
  const found = useQuery({ queryKey: ["definitions"], queryFn: definitions, staleTime: 60_000 });
  useTitle(t("nav.definitions"));
  return (
    <div class="lh-wide">
      <header class="lh-head">
        <h1 class="lh-h1 lh-head-main">{t("nav.definitions")}</h1>
      </header>
      {found.isPending ? (
        <Skeleton />
      ) : found.isError ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : found.data.items.length === 0 ? (
        <Empty title={t("definitions.empty")} />
      ) : (
        <ul class="lh-grid">
          {found.data.items.map((one) => (
            <li key={one.key}>
              <a class="lh-card lh-proc" href={`/definitions/${one.key}`}>
                <span class="lh-row lh-spread">
                  <span class="lh-h3" style={{ fontSize: "17px" }}>
                    {one.name}
                  </span>
                  <Pill>{t("definitions.version", { n: one.version })}</Pill>
                </span>
                {one.description && <span class="lh-quiet lh-small lh-two-lines">{one.description}</span>}
                <span class="lh-mono lh-quiet">{one.key}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
