/** The register of numbers (发文登记): every number in its order, the document that used it, or who voided it and why. */
import { useQuery } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { usePages } from "../contract/pages";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longDay, longTime } from "../ui/dates";
import { LoadFailure } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { documentNumbers, seriesOnPaper, type RegisterFilter } from "./calls";
import "./documents.css";

export function RegisterPage() {
  const { query, route } = useLocation();
  useTitle(t("documents.register"));
  const filter: RegisterFilter = { unit: query["unit"] ?? "", year: query["year"] ?? "", kind: query["kind"] ?? "" };
  const { found, items } = usePages(["document-numbers", filter], (cursor) => documentNumbers(filter, cursor));
  return (
    <div class="lh-wide">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("documents.register")}</h1>
          <p class="lh-plain lh-quiet">{t("documents.registerWhat")}</p>
        </div>
      </header>
      <form
        class="lh-row lh-register-filter"
        onSubmit={(event) => {
          event.preventDefault();
          const given = new FormData(event.currentTarget);
          const asked = new URLSearchParams();
          for (const name of ["unit", "year"]) {
            const value = given.get(name);
            if (typeof value === "string" && value.trim() !== "") asked.set(name, value.trim());
          }
          route(`/document-numbers?${asked.toString()}`);
        }}
      >
        <label class="lh-label">
          {t("documents.unit")}
          <input class="lh-input" name="unit" defaultValue={filter.unit} maxLength={40} placeholder="C07" />
        </label>
        <label class="lh-label">
          {t("documents.year")}
          <input class="lh-input" name="year" defaultValue={filter.year} inputMode="numeric" pattern="[0-9]{4}" maxLength={4} />
        </label>
        <Button type="submit">{t("act.search")}</Button>
      </form>
      <OnPaper unit={filter.unit} />
      {found.isPending ? (
        <Skeleton lines={8} />
      ) : !found.data ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={t("documents.none")} />
      ) : (
        <div class="lh-card lh-table-scroll" tabIndex={0} role="region" aria-label={t("documents.register")}>
          <table class="lh-table">
            <thead>
              <tr>
                <th scope="col">{t("documents.number")}</th>
                <th scope="col">{t("documents.name")}</th>
                <th scope="col">{t("documents.date")}</th>
                <th scope="col">{t("documents.by")}</th>
                <th scope="col">{t("documents.state")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((line) => (
                <tr key={line.number}>
                  <td>
                    <a class="lh-link" href={`/documents/${line.document}`}>
                      {line.number}
                    </a>
                  </td>
                  <td>
                    {line.title}
                    <span class="lh-sub">{[line.kind_name, line.unit.name, line.case_number].join(" · ")}</span>
                  </td>
                  <td class="lh-numeric">{longDay(line.dated_on)}</td>
                  <td>{line.by?.name}</td>
                  <td>
                    {line.is_void ? (
                      <>
                        <Pill tone="danger">{t("documents.void")}</Pill>
                        <span class="lh-sub">{[line.void_by?.name, line.void_at && longTime(line.void_at), line.void_because].filter(Boolean).join(" · ")}</span>
                      </>
                    ) : (
                      t("documents.used")
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.hasNextPage && (
        <div class="lh-row">
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("act.more")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Numbers that were given before the first day: they stand in the paper register. */
function OnPaper({ unit }: { unit: string }) {
  const found = useQuery({ queryKey: ["document-series", unit], queryFn: () => seriesOnPaper(unit), retry: false });
  if (!found.data || found.data.items.length === 0) return null;
  return (
    <ul class="lh-bullets lh-small">
      {found.data.items.map((one) => (
        <li key={`${one.code}/${one.year}`}>
          {t("documents.onPaper", { code: one.code, year: one.year, last: one.last, unit: one.unit.name, reason: one.reason })}
        </li>
      ))}
    </ul>
  );
}
