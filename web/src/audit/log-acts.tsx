/** The next key and the witnesses: proposed here, confirmed by a second person. */
import { useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { tellDone } from "../admin/proposed";
import { t, type Key } from "../texts";
import { ReasonSheet } from "../tasks/opinion";
import { Button } from "../ui/button";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { RefusalNotice } from "../ui/notice";
import { proposeKey, proposeWitness, type WitnessAct } from "./log-calls";

export function KeySheet({ purpose, onClose }: { purpose: "log" | "witness"; onClose: () => void }) {
  return (
    <ReasonSheet
      title={t(purpose === "log" ? "log.rotateLog" : "log.rotateWitness")}
      kind="neutral"
      label={t("log.why")}
      hint={t("log.rotateHint")}
      run={(reason) => proposeKey(purpose, reason)}
      onDone={(answer) => {
        tellDone(answer, t("records.proposed"));
        onClose();
      }}
      onClose={onClose}
    />
  );
}

const TITLES: Readonly<Record<WitnessAct, Key>> = { ask: "log.ask", release: "log.release", begin: "log.begin", end: "log.end" };

export function WitnessSheet({ act, vkey, name, onClose }: { act: WitnessAct; vkey: string; name: string; onClose: () => void }) {
  const [key, setKey] = useState(vkey);
  const [url, setUrl] = useState("");
  const [reason, setReason] = useState("");
  const { busy, refused, run } = useDeed();
  const queryClient = useQueryClient();
  const isNew = vkey === "";
  const send = () => {
    if (!key.trim() || !reason.trim() || (act === "ask" && !url.trim())) return;
    run(
      () => proposeWitness(act, key.trim(), url.trim(), reason.trim()),
      (answer) => {
        tellDone(answer, t("records.proposed"));
        void queryClient.invalidateQueries({ queryKey: ["log"] });
        onClose();
      },
    );
  };
  return (
    <Dialog
      title={[t(TITLES[act]), name].filter(Boolean).join(" · ")}
      onClose={onClose}
      onSubmit={send}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} data="propose-witness">
            {t("log.propose")}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <p class="lh-plain lh-quiet">{t("log.twoPersons")}</p>
      {isNew && (
        <label class="lh-field">
          <span class="lh-label">{t(act === "ask" ? "log.witnessKey" : "log.otherKey")}</span>
          <textarea
            class="lh-input lh-mono"
            name="vkey"
            rows={3}
            required
            maxLength={400}
            spellcheck={false}
            placeholder="name+hash+base64"
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </label>
      )}
      {act === "ask" && (
        <label class="lh-field">
          <span class="lh-label">{t("log.address")}</span>
          <input class="lh-input" name="url" type="url" required maxLength={2000} placeholder="https://" value={url} onInput={(event) => setUrl(event.currentTarget.value)} />
        </label>
      )}
      <label class="lh-field">
        <span class="lh-label">{t("log.why")}</span>
        <textarea class="lh-input" name="reason" rows={3} required maxLength={2000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
    </Dialog>
  );
}
