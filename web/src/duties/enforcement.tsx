import { t, type Key } from "../texts";
import { Pill, type PillTone } from "../ui/pill";

const shown: Record<string, { tone: PillTone; text: Key }> = {
  block: { tone: "danger", text: "duties.block" },
  warn: { tone: "warn", text: "duties.warn" },
  report: { tone: "info", text: "duties.report" },
  parameter: { tone: "neutral", text: "duties.parameter" },
};

export function Enforcement({ of }: { of: string }) {
  const found = shown[of];
  return found ? <Pill tone={found.tone}>{t(found.text)}</Pill> : null;
}
