/** The last look before something is taken away: what it means, and the one button that does it. */
import { t } from "../texts";
import { Button } from "./button";
import { useDeed } from "./deed";
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
  const deed = useDeed();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => deed.run(run, onDone)}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="danger" type="submit" busy={deed.busy} data={data}>
            {action}
          </Button>
        </>
      }
    >
      {deed.refused !== null && <RefusalNotice error={deed.refused} />}
      <p class="lh-plain">{what}</p>
    </Dialog>
  );
}
