/** The last look before something is taken away: what it means, and the one button that does it. */
import { useState } from "preact/hooks";
import { t } from "../texts";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { RefusalNotice } from "./notice";

interface ConfirmProps {
  title: string;
  what: string;
  /** What the button says. */
  action: string;
  data: string;
  run: () => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}

export function Confirm({ title, what, action, data, run, onDone, onClose }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const send = async () => {
    if (busy) return;
    setBusy(true);
    setRefused(null);
    try {
      await run();
      onDone();
    } catch (error) {
      setRefused(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => void send()}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="danger" type="submit" busy={busy} data={data}>
            {action}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <p class="lh-plain">{what}</p>
    </Dialog>
  );
}
