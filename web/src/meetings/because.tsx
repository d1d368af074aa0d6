/** A deed on a meeting that wants a reason. */
import { useState } from "preact/hooks";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { RefusalNotice } from "../ui/notice";

interface BecauseProps {
  title: string;
  what: string;
  busy: boolean;
  /** Why it was refused, where the dialog stays open. */
  refusal?: unknown;
  onClose: () => void;
  onDone: (reason: string) => void;
}

export function Because({ title, what, busy, refusal = null, onClose, onDone }: BecauseProps) {
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (reason.trim() !== "") onDone(reason.trim());
      }}
      foot={<Button type="submit" look="primary" busy={busy} data="because">{title}</Button>}
    >
      {refusal !== null && <RefusalNotice error={refusal} />}
      <p class="lh-plain lh-quiet">{what}</p>
      <div class="lh-field">
        <label class="lh-label" for="meeting-because">{t("late.reason")}</label>
        <textarea class="lh-input lh-area" id="meeting-because" rows={3} maxLength={20000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        {tried && reason.trim() === "" && <p class="lh-error">{t("late.missing")}</p>}
      </div>
    </Dialog>
  );
}
