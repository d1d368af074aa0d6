/** What a proof came to, step by step; and the same for one entry of a timeline. */
import { useState } from "preact/hooks";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { Notice, RefusalNotice } from "../ui/notice";
import type { Step, Verdict } from "./verdict";
import "./audit.css";

const STEPS: Readonly<Record<Step["what"], Key>> = {
  signed: "check.signed",
  unsigned: "check.unsigned",
  hashed: "check.hashed",
  misHashed: "check.misHashed",
  waiting: "check.waiting",
  absent: "check.absent",
  other: "check.other",
  included: "check.included",
  notIncluded: "check.notIncluded",
  pointSigned: "check.pointSigned",
  pointUnsigned: "check.pointUnsigned",
  grown: "check.grown",
  rewritten: "check.rewritten",
  cutBack: "check.cutBack",
  sameLog: "check.sameLog",
  otherLog: "check.otherLog",
  cosigned: "check.cosigned",
};
const TITLES: Readonly<Record<Verdict["kind"], readonly [Key, Key]>> = {
  receipt: ["check.receiptGood", "check.receiptBad"],
  checkpoint: ["check.checkpointGood", "check.checkpointBad"],
  entry: ["check.entryGood", "check.entryBad"],
};

export function Said({ verdict }: { verdict: Verdict }) {
  const [good, bad] = TITLES[verdict.kind];
  return (
    <Notice
      tone={verdict.isGood === null ? "info" : verdict.isGood ? "good" : "danger"}
      title={t(verdict.isGood === null ? "check.notYet" : verdict.isGood ? good : bad)}
      alert
    >
      <ul class="lh-audit-steps">
        {verdict.steps.map((step) => (
          <li key={step.what} data-step={step.what}>
            <Icon name={step.isGood === null ? "clock" : step.isGood ? "check" : "warn"} small />
            <span class="lh-audit-long">{t(STEPS[step.what], step.facts)}</span>
          </li>
        ))}
      </ul>
      <p class="lh-plain lh-small">{t(verdict.isPinned ? "check.pinned" : "check.notPinned")}</p>
      {verdict.text !== undefined && (
        <details class="lh-details">
          <summary class="lh-summary">{t("check.text")}</summary>
          <pre class="lh-mono lh-audit-note">{verdict.text}</pre>
        </details>
      )}
    </Notice>
  );
}

interface EntryProps {
  chain: string;
  seq: number;
  hash: string;
}

/** Verifies one entry in this browser; what it takes is fetched when somebody asks. */
export function EntryProof({ chain, seq, hash }: EntryProps) {
  const [busy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const run = () => {
    setBusy(true);
    setVerdict(null);
    setRefused(null);
    import("./verdict")
      .then(({ judgeEntry }) => judgeEntry(chain, seq, hash))
      .then(setVerdict, setRefused)
      .finally(() => setBusy(false));
  };
  return (
    <div class="lh-stack" style={{ marginTop: "8px" }}>
      <div>
        <Button small icon="audit" busy={busy} onClick={run} data="prove-entry">
          {t("check.prove")}
        </Button>
      </div>
      {verdict && <Said verdict={verdict} />}
      {refused !== null && <RefusalNotice error={refused} />}
    </div>
  );
}
