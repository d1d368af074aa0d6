/** The rehearsals of the draft played by the server, and how much of the diagram they walk through. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/button";
import { useDeed } from "../../ui/deed";
import { RefusalNotice } from "../../ui/notice";
import { Pill } from "../../ui/pill";
import { rehearseDraft, type Rehearsed } from "./calls";
import type { Hand } from "./diagram";
import { s } from "./texts";
import type { Working } from "./working";

export function Rehearsals({ working, ok, hand }: { working: Working; ok: boolean; hand: Hand | null }) {
  const deed = useDeed();
  const [found, setFound] = useState<Rehearsed | null>(null);
  const [busy, setBusy] = useState(false);
  const files = Object.keys(working.files).filter((path) => path.startsWith("rehearsals/") && path !== "rehearsals/office.json");
  if (files.length === 0) return <p class="lh-quiet lh-small">{s("rehearseNone")}</p>;
  const run = () => {
    setBusy(true);
    deed.run(
      () => rehearseDraft(working.draft.id, working.files).finally(() => setBusy(false)),
      (report) => {
        setFound(report);
        hand?.mark(Object.fromEntries([...report.coverage.missed_elements, ...report.coverage.missed_flows].map((id) => [id, "lh-finding-warning"])));
      },
    );
  };
  return (
    <div class="lh-stack">
      <p class="lh-row lh-small" style={{ margin: 0 }}>
        <Button small look="primary" icon="play" busy={busy} refused={ok ? null : s("playBroken")} onClick={run}>
          {s("rehearse")}
        </Button>
        <span class="lh-quiet">{s("rehearseWhat")}</span>
      </p>
      <ul class="lh-play-steps" aria-label={s("rehearse")}>
        {files.map((path) => (
          <li key={path} class="lh-play-step">
            <span class="lh-mono" style={{ flex: 1 }}>
              {path}
            </span>
            {working.mayEdit && <Button small look="quiet" icon="bin" label={s("removeWord", { word: path })} onClick={() => working.write(path, null)} />}
          </li>
        ))}
      </ul>
      {deed.refused !== null && <RefusalNotice error={deed.refused} />}
      {found && (
        <>
          <ul class="lh-play-steps" aria-live="polite">
            {found.rehearsals.map((one) => (
              <li key={one.file} class="lh-play-step">
                <Pill tone={one.passed ? "good" : "danger"} icon={one.passed ? "check" : "warn"}>
                  {one.passed ? s("rehearsePassed", { n: one.acts }) : s("rehearseDiffers", { n: one.step ?? 0, message: one.message ?? "" })}
                </Pill>
                {one.title}
              </li>
            ))}
          </ul>
          <p class="lh-small lh-quiet" style={{ margin: 0 }}>
            {s("coverage", {
              elements: found.coverage.elements,
              walked: found.coverage.elements - found.coverage.missed_elements.length,
              flows: found.coverage.flows,
              flowsWalked: found.coverage.flows - found.coverage.missed_flows.length,
            })}
          </p>
        </>
      )}
    </div>
  );
}
