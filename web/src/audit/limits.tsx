/** From which numbers on something is a finding: the office's own, with a reason on record for each change. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { t } from "../texts";
import { Button } from "../ui/button";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { RefusalNotice } from "../ui/notice";
import { limits, setLimit, type AuditLimit } from "./findings-calls";

export function Limits() {
  const found = useQuery({ queryKey: ["finding limits"], queryFn: limits });
  const [changed, setChanged] = useState<AuditLimit | null>(null);
  if (!found.data) return null;
  return (
    <details class="lh-details lh-card lh-card-pad">
      <summary>{t("findings.limits")}</summary>
      <ul class="lh-audit-list">
        {found.data.items.map((one) => (
          <li key={one.name}>
            <span>{one.text}</span>
            <span class="lh-row">
              <strong class="lh-numeric">{one.value}</strong>
              {one.value !== one.usual && <span class="lh-small lh-quiet lh-numeric">{t("findings.usual", { n: one.usual })}</span>}
              <Button small onClick={() => setChanged(one)} label={t("findings.change", { what: one.text })}>
                {t("picker.change")}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {changed && <LimitSheet limit={changed} onClose={() => setChanged(null)} />}
    </details>
  );
}

function LimitSheet({ limit, onClose }: { limit: AuditLimit; onClose: () => void }) {
  const [value, setValue] = useState(String(limit.value));
  const [reason, setReason] = useState("");
  const { busy, refused, run } = useDeed();
  const known = useQueryClient();
  const send = () => {
    if (value.trim() === "" || !reason.trim()) return;
    run(
      () => setLimit(limit.name, Number(value), reason.trim()),
      () => {
        void known.invalidateQueries({ queryKey: ["finding limits"] });
        void known.invalidateQueries({ queryKey: ["findings"] });
        onClose();
      },
    );
  };
  return (
    <Dialog
      title={limit.text}
      onClose={onClose}
      onSubmit={send}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} data="set-limit">
            {t("findings.save")}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <label class="lh-field">
        <span class="lh-label">{t("findings.value", { least: limit.least, most: limit.most })}</span>
        <input class="lh-input" type="number" name="value" required min={limit.least} max={limit.most} value={value} onInput={(event) => setValue(event.currentTarget.value)} />
      </label>
      <label class="lh-field">
        <span class="lh-label">{t("findings.reason")}</span>
        <textarea class="lh-input" name="reason" rows={3} required maxLength={2000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
    </Dialog>
  );
}
