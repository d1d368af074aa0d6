/** Two saved: both are shown, one is gone on with, and the other is kept. */
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { useDeed } from "../../ui/deed";
import { RefusalNotice } from "../../ui/notice";
import { longTime } from "../../ui/dates";
import type { Draft } from "./calls";
import { s } from "./texts";
import type { Working } from "./working";

export function Conflict({ working, theirs, onKept }: { working: Working; theirs: Draft; onKept: (id: string) => void }) {
  const deed = useDeed();
  const differing = [...new Set([...Object.keys(theirs.files), ...Object.keys(working.files)])].filter((path) => theirs.files[path] !== working.files[path]).sort();
  const files = (of: Readonly<Record<string, string>>) => (
    <ul class="lh-bullets">
      {differing.map((path) => (
        <li key={path}>
          <details class="lh-details">
            <summary class="lh-summary lh-mono">{path}</summary>
            <pre class="lh-code" tabIndex={0} style={{ maxHeight: "220px" }}>
              {of[path] ?? "—"}
            </pre>
          </details>
        </li>
      ))}
    </ul>
  );
  return (
    <Dialog
      stay
      title={s("conflict")}
      onClose={() => undefined}
      foot={
        <>
          <Button busy={deed.busy} onClick={() => deed.run(working.useMine, () => undefined)}>
            {s("useMine")}
          </Button>
          <Button look="primary" busy={deed.busy} onClick={() => deed.run(working.useTheirs, onKept)}>
            {s("useTheirs")}
          </Button>
        </>
      }
    >
      <div class="lh-stack">
        {deed.refused !== null && <RefusalNotice error={deed.refused} />}
        <p class="lh-text">{s("conflictWhat", { name: theirs.saved_by?.name ?? s("somebody"), n: theirs.rev })}</p>
        <div style={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: "16px" }}>
          <section>
            <h3 class="lh-h3">{s("conflictMine")}</h3>
            {files(working.files)}
          </section>
          <section>
            <h3 class="lh-h3">
              {s("conflictTheirs")} · {longTime(theirs.saved_at)}
            </h3>
            {files(theirs.files)}
          </section>
        </div>
      </div>
    </Dialog>
  );
}
