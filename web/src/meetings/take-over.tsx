/** Taking a meeting over whose recorder has left or is absent: the reason, and on to the meeting. */
import { useQueryClient } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { t } from "../texts";
import { Button } from "../ui/button";
import { toast } from "../ui/toast";
import { Because } from "./because";
import { takeOver } from "./calls";

export function TakeOver({ meeting, recorder }: { meeting: string; recorder: string }) {
  const { route } = useLocation();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const run = async (reason: string) => {
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    try {
      const done = await takeOver(meeting, reason);
      client.setQueryData(["meeting", meeting], done);
      void client.invalidateQueries({ queryKey: ["meetings"] });
      void client.invalidateQueries({ queryKey: ["task"] });
      setAsking(false);
      toast({ text: t("meetings.tookOver") });
      route(`/meetings/${meeting}`);
    } catch (error) {
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button look="plain" icon="people" onClick={() => setAsking(true)} data="take-over">{t("meetings.takeOver")}</Button>
      {asking && <Because title={t("meetings.takeOver")} what={t("meetings.takeOverWhat", { name: recorder })} busy={busy} refusal={refusal} onClose={() => setAsking(false)} onDone={(reason) => void run(reason)} />}
    </>
  );
}
