/** A carbon copy: whom the case is put before, with a word. */
import { useState } from "preact/hooks";
import { sendCopies } from "../contract/calls";
import { t } from "../texts";
import { Button } from "../ui/button";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { holdersText } from "../ui/holders";
import { RefusalNotice } from "../ui/notice";
import { toast } from "../ui/toast";
import { People } from "./people";

export function CopySheet({ task, onClose }: { task: string; onClose: () => void }) {
  const [to, setTo] = useState<string[]>([]);
  const [note, setNote] = useState("");
  const [missing, setMissing] = useState(false);
  const { busy, refused: error, run } = useDeed();
  const send = () => {
    setMissing(to.length === 0);
    if (to.length === 0) return;
    run(
      () => sendCopies(task, to, note.trim()),
      (done) => {
        toast({ text: done.to.length > 0 ? t("copy.sent", { names: holdersText(done.to.map((person) => person.name)) }) : t("copy.sentNobody") });
        onClose();
      },
    );
  };
  return (
    <Dialog
      title={t("copy.act")}
      onClose={onClose}
      onSubmit={send}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button type="submit" look="primary" busy={busy} data="send-copy">
            {t("copy.act")}
          </Button>
        </>
      }
    >
      <p class="lh-plain lh-quiet">{t("copy.hint")}</p>
      {error !== null && <RefusalNotice error={error} />}
      <People id="copy-to" label={t("copy.to")} chosen={to} required fault={missing && to.length === 0 ? t("copy.missing") : null} without={(name) => t("comment.take", { name })} onChange={setTo} />
      <div class="lh-field">
        <label class="lh-label" for="copy-note">
          {t("copy.note")} <span class="lh-quiet lh-small">{t("form.optional")}</span>
        </label>
        <input id="copy-note" class="lh-input" maxLength={1000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </div>
    </Dialog>
  );
}
