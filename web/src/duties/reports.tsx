/** For auditors: what was refused, done in spite of a warning, or reported. */
import { usePages } from "../contract/pages";
import { useState } from "preact/hooks";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { LoadFailure } from "../ui/notice";
import { Pill, type PillTone } from "../ui/pill";
import { Skeleton } from "../ui/states";
import { dutyReports, type DutyReport } from "./calls";
import "./duties.css";

const kinds: readonly { kind: DutyReport["kind"]; text: Key; tone: PillTone }[] = [
  { kind: "refused", text: "duties.refused", tone: "danger" },
  { kind: "warned", text: "duties.warned", tone: "warn" },
  { kind: "reported", text: "duties.reported", tone: "info" },
];

export function DutyReports() {
  const [kind, setKind] = useState<DutyReport["kind"] | undefined>(undefined);
  const { found, items } = usePages(["duty reports", kind], (cursor) => dutyReports(kind, cursor));
  return (
    <section class="lh-card lh-card-pad lh-stack" aria-labelledby="duty-reports">
      <h2 class="lh-h2" id="duty-reports">
        {t("duties.reports")}
      </h2>
      <p class="lh-text">{t("duties.reportsWhat")}</p>
      <select
        class="lh-input lh-select"
        style={{ maxWidth: "260px" }}
        aria-label={t("audit.kind")}
        value={kind ?? ""}
        onChange={(event) => setKind(kinds.find((one) => one.kind === event.currentTarget.value)?.kind)}
      >
        <option value="">{t("audit.anyKind")}</option>
        {kinds.map((one) => (
          <option key={one.kind} value={one.kind}>
            {t(one.text)}
          </option>
        ))}
      </select>
      {found.isPending ? (
        <Skeleton />
      ) : found.isError && items.length === 0 ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <p class="lh-plain lh-quiet">{t("duties.none")}</p>
      ) : (
        <ul class="lh-duties">
          {items.map((item) => (
            <Report key={item.hash} item={item} />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <div>
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("act.more")}
          </Button>
        </div>
      )}
    </section>
  );
}

function Report({ item }: { item: DutyReport }) {
  const shown = kinds.find((one) => one.kind === item.kind);
  return (
    <li>
      <span class="lh-duty-head">
        {shown && <Pill tone={shown.tone}>{t(shown.text)}</Pill>}
        <a class="lh-link" href={`/cases/${item.case.id}?tab=trail`}>
          {item.case.title}
        </a>
        <span class="lh-small lh-quiet lh-numeric">
          {item.case.number} · {longTime(item.at)}
        </span>
      </span>
      <span>{item.text ?? item.rule}</span>
      <span class="lh-sub">
        {[
          item.people.map((person) => person.name).join(t("form.and")),
          item.element_name,
          item.count === null ? null : t("duties.count", { n: item.count }),
          item.reason ? t("duties.because", { reason: item.reason }) : null,
          item.rule,
        ]
          .filter(Boolean)
          .join(" · ")}
      </span>
    </li>
  );
}
