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
  // What belongs to no field of this page has been said by the refusal itself.
  const known = faults.filter((fault) => labels.has(fault.path));
  if (known.length === 0) return null;
  return (
    <Notice tone="danger" alert title={t("fault.count", { n: known.length })}>
      <ul class="lh-bullets">
        {known.map((fault) => {
          const text = t("fault.at", { label: labels.get(fault.path) ?? "", message: fault.message });
          return (
            <li key={fault.path + fault.message}>
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
                {text}
              </a>
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}

/** Whether a refusal is wholly told by faults at fields that stand on the page. */
export function isToldByFields(faults: readonly FieldFault[], shown: readonly Placed[], extra: Readonly<Record<string, string>>): boolean {
  const labels = labelsOf(shown, new Map(Object.entries(extra)));
  return faults.length > 0 && faults.every((fault) => labels.has(fault.path));
}
