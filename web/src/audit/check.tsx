/** Paste what you hold, or name an entry: whether it is in the log is worked out in this browser. */
import { useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { Notice, RefusalNotice } from "../ui/notice";
import { Part } from "./part";
import { Said } from "./said";
import { judge, judgeEntry, Malformed, pin, pins, type Verdict } from "./verdict";

type Outcome = { verdict: Verdict } | { problem: Key } | { refused: unknown };

export function CheckPane({ canRead }: { canRead: boolean }) {
  const { query } = useLocation();
  const [pasted, setPasted] = useState("");
  const [chain, setChain] = useState(query["chain"] ?? "");
  const [seq, setSeq] = useState(query["seq"] ?? "");
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [busy, setBusy] = useState(false);
  const turn = useRef(0);
  const run = (work: () => Promise<Verdict>) => {
    const mine = ++turn.current;
    setBusy(true);
    setOutcome(null);
    work().then(
      (verdict) => {
        if (mine === turn.current) setOutcome({ verdict });
        setBusy(false);
      },
      (error: unknown) => {
        if (mine === turn.current) setOutcome(error instanceof Malformed ? { problem: "check.malformed" } : { refused: error });
        setBusy(false);
      },
    );
  };
  const number = Number(seq);
  return (
    <Part title={t("check.title")}>
      <p class="lh-text">{t("check.what")}</p>
      <form
        class="lh-stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (pasted.trim()) run(() => judge(pasted));
        }}
      >
        <label class="lh-field">
          <span class="lh-label">{t("check.paste")}</span>
          <textarea class="lh-input lh-mono" name="pasted" rows={5} spellcheck={false} value={pasted} onInput={(event) => setPasted(event.currentTarget.value)} />
        </label>
        <div>
          <Button type="submit" look="primary" icon="audit" busy={busy} data="check-pasted">
            {t("check.run")}
          </Button>
        </div>
      </form>
      {canRead && (
        <form
          class="lh-row lh-audit-entry"
          onSubmit={(event) => {
            event.preventDefault();
            if (chain.trim() && Number.isInteger(number) && number > 0) run(() => judgeEntry(chain.trim(), number, null));
          }}
        >
          <label class="lh-field">
            <span class="lh-label">{t("check.chain")}</span>
            <input class="lh-input lh-mono" name="chain" maxLength={60} placeholder="office" value={chain} onInput={(event) => setChain(event.currentTarget.value)} />
          </label>
          <label class="lh-field">
            <span class="lh-label">{t("check.seq")}</span>
            <input class="lh-input" name="seq" inputMode="numeric" maxLength={9} value={seq} onInput={(event) => setSeq(event.currentTarget.value)} />
          </label>
          <Button type="submit" busy={busy} data="check-entry">
            {t("check.entry")}
          </Button>
        </form>
      )}
      {outcome && "verdict" in outcome && <Said verdict={outcome.verdict} />}
      {outcome && "problem" in outcome && (
        <Notice tone="danger" alert>
          <p class="lh-plain">{t(outcome.problem)}</p>
        </Notice>
      )}
      {outcome && "refused" in outcome && <RefusalNotice error={outcome.refused} />}
      <Pins />
    </Part>
  );
}

/** Keys that somebody has from elsewhere: under these alone a signature counts. */
function Pins() {
  const [lines, setLines] = useState(pins);
  const [said, setSaid] = useState<Key | null>(null);
  return (
    <details class="lh-details">
      <summary class="lh-summary">{t("check.pins")}</summary>
      <form
        class="lh-stack"
        onSubmit={(event) => {
          event.preventDefault();
          try {
            pin(lines);
            setSaid(lines.trim() ? "check.pinsKept" : "check.pinsGone");
          } catch {
            setSaid("check.noKey");
          }
        }}
      >
        <label class="lh-field">
          <span class="lh-label">{t("check.pinsLabel")}</span>
          <textarea class="lh-input lh-mono" name="pins" rows={3} spellcheck={false} value={lines} onInput={(event) => setLines(event.currentTarget.value)} />
        </label>
        <div class="lh-row">
          <Button type="submit" small>
            {t("check.keep")}
          </Button>
          <span role="status" class="lh-small">
            {said && t(said)}
          </span>
        </div>
      </form>
    </details>
  );
}
