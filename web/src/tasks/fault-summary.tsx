import { t } from "../texts";
import type { Placed } from "../ui/form/fit";
import { fieldId, type FieldFault } from "../ui/form/form";
import { Notice } from "../ui/notice";

function labelsOf(placed: readonly Placed[], into = new Map<string, string>()): Map<string, string> {
  for (const one of placed) {
    into.set(one.path, one.component.label ?? one.path);
    labelsOf(one.children, into);
    for (const row of one.rows) labelsOf(row, into);
  }
  return into;
}

interface FaultSummaryProps {
  faults: readonly FieldFault[];
  shown: readonly Placed[];
  /** Labels of what stands beside the form. */
  extra: Readonly<Record<string, string>>;
}

/** How many places need a change, each a link to its field. */
export function FaultSummary({ faults, shown, extra }: FaultSummaryProps) {
  const labels = labelsOf(shown, new Map(Object.entries(extra)));
  return (
    <Notice tone="danger" alert title={t("fault.count", { n: faults.length })}>
      <ul class="lh-bullets">
        {faults.map((fault) => {
          const label = labels.get(fault.path);
          return (
            <li key={fault.path + fault.message}>
              {label === undefined ? (
                fault.message
              ) : (
                <a
                  class="lh-link"
                  href={`#${fieldId(fault.path)}`}
                  onClick={(event) => {
                    event.preventDefault();
                    const field = document.getElementById(fieldId(fault.path));
                    field?.scrollIntoView({ block: "center" });
                    field?.focus({ preventScroll: true });
                  }}
                >
                  {t("fault.at", { label, message: fault.message })}
                </a>
              )}
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}
