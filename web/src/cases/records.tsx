/** A case as a file, its legal holds, and personal values erased: for whoever may. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { isProposal, tellDone } from "../admin/proposed";
import type { Case } from "../contract/shapes";
import { ReasonSheet } from "../tasks/opinion";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { Notice, RefusalNotice } from "../ui/notice";
import { toast } from "../ui/toast";
import { erase, exportCase, liftHold, placeHold, recordsOf, type CaseRecords, type Format, type Hold } from "./records-calls";

const FORMATS: readonly { format: Format; name: Key; what: Key }[] = [
  { format: "pdf", name: "records.pdf", what: "records.pdfWhat" },
  { format: "bundle", name: "records.bundle", what: "records.bundleWhat" },
  { format: "json", name: "records.json", what: "records.jsonWhat" },
  { format: "xes", name: "records.xes", what: "records.xesWhat" },
  { format: "ocel", name: "records.ocel", what: "records.ocelWhat" },
];
const LOGS: readonly Format[] = ["xes", "ocel"];

const useRecords = (found: Case) =>
  useQuery({ queryKey: ["records", found.id], queryFn: () => recordsOf(found.id), enabled: found.can.includes("export"), retry: false });

/** What stands above the case: the holds that keep it, and what was erased. */
export function RecordNotices({ found }: { found: Case }) {
  const records = useRecords(found).data;
  const [lifting, setLifting] = useState<Hold | null>(null);
  const standing = records?.holds.filter((one) => one.lifted_at === null) ?? [];
  if (!records || standing.length + records.erasures.length === 0) return null;
  return (
    <>
      {standing.length > 0 && (
        <Notice tone="warn">
          <p class="lh-plain lh-strong">{t("records.held")}</p>
          {standing.map((one) => (
            <div key={one.id} class="lh-row lh-spread">
              <span>{t("records.heldSince", { ground: one.ground, by: one.placed_by?.name ?? "", at: longTime(one.placed_at) })}</span>
              {records.can.includes("hold") && (
                <Button onClick={() => setLifting(one)} data="lift-hold">
                  {t("records.lift")}
                </Button>
              )}
            </div>
          ))}
        </Notice>
      )}
      {records.erasures.map((one) => (
        <Notice key={one.id} tone="info">
          <p class="lh-plain">
            {t("records.erased", {
              at: longTime(one.at),
              n: one.count + one.files,
              by: [one.by?.name, one.confirmed_by?.name].filter(Boolean).join(t("form.and")),
              ground: one.ground,
            })}
          </p>
        </Notice>
      ))}
      {lifting && (
        <ReasonSheet
          title={t("records.lift")}
          kind="reject"
          label={t("records.liftGround")}
          hint={t("records.liftHint")}
          run={(ground) => liftHold(lifting.id, ground)}
          onDone={(answer) => {
            tellDone(answer, t("records.proposed"));
            setLifting(null);
          }}
          onClose={() => setLifting(null)}
        />
      )}
    </>
  );
}

/** The buttons at the foot of a case. */
export function RecordActs({ found }: { found: Case }) {
  const records = useRecords(found).data;
  const [open, setOpen] = useState<"export" | "hold" | "erase" | null>(null);
  const queryClient = useQueryClient();
  if (!found.can.includes("export")) return null;
  const close = () => setOpen(null);
  const again = () => {
    void queryClient.invalidateQueries({ queryKey: ["records", found.id] });
    void queryClient.invalidateQueries({ queryKey: ["trail", found.id] });
    close();
  };
  return (
    <>
      <Button onClick={() => setOpen("export")} data="export">
        {t("records.export")}
      </Button>
      {records?.can.includes("hold") && (
        <Button onClick={() => setOpen("hold")} data="hold">
          {t("records.hold")}
        </Button>
      )}
      {records?.can.includes("erase") && (records.erasable?.length ?? 0) + records.attachments > 0 && (
        <Button look="danger" onClick={() => setOpen("erase")} data="erase">
          {t("records.erase")}
        </Button>
      )}
      {open === "export" && <Export found={found} onDone={again} onClose={close} />}
      {open === "hold" && (
        <ReasonSheet
          title={t("records.hold")}
          kind="reject"
          label={t("records.holdGround")}
          hint={t("records.holdHint")}
          run={(ground) => placeHold(found.id, ground)}
          onDone={() => {
            toast({ text: t("records.placed") });
            again();
          }}
          onClose={close}
        />
      )}
      {open === "erase" && records && <Erase found={found} records={records} onDone={again} onClose={close} />}
    </>
  );
}

interface SheetProps {
  found: Case;
  onDone: () => void;
  onClose: () => void;
}

function Export({ found, onDone, onClose }: SheetProps) {
  const [format, setFormat] = useState<Format>("pdf");
  const [purpose, setPurpose] = useState("");
  const [names, setNames] = useState(false);
  const { busy, refused, run } = useDeed();
  const send = () =>
    run(
      () => exportCase(found.id, format, purpose.trim(), names && LOGS.includes(format)),
      (name) => {
        toast({ text: t("records.saved", { name }) });
        onDone();
      },
    );
  return (
    <Dialog
      title={t("records.exportTitle")}
      onClose={onClose}
      onSubmit={send}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} data="download">
            {t("records.download")}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <fieldset class="lh-field">
        <legend class="lh-label">{t("records.format")}</legend>
        {FORMATS.map((one) => (
          <label key={one.format} class="lh-check">
            <input class="lh-tick" type="radio" name="format" value={one.format} checked={format === one.format} onChange={() => setFormat(one.format)} />
            <span>
              {t(one.name)}
              <span class="lh-sub">{t(one.what)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {LOGS.includes(format) && (
        <label class="lh-check">
          <input class="lh-tick" type="checkbox" checked={names} onChange={(event) => setNames(event.currentTarget.checked)} />
          <span>{t("records.names")}</span>
        </label>
      )}
      <label class="lh-field">
        <span class="lh-label">{t("records.purpose")}</span>
        <input
          class="lh-input"
          name="purpose"
          required
          maxLength={500}
          placeholder={t("records.purposePlaceholder")}
          value={purpose}
          onInput={(event) => setPurpose(event.currentTarget.value)}
        />
      </label>
      <p class="lh-plain lh-small lh-quiet">{t("records.exportHint")}</p>
    </Dialog>
  );
}

function Erase({ found, records, onDone, onClose }: SheetProps & { records: CaseRecords }) {
  const [all, setAll] = useState(true);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [files, setFiles] = useState(false);
  const [ground, setGround] = useState("");
  const { busy, refused, run } = useDeed();
  const fields = records.erasable ?? [];
  const send = () => {
    if (!all && chosen.size === 0) return;
    run(
      () => erase(found.id, all ? [] : [...chosen], files, ground.trim()),
      (answer) => {
        tellDone(answer, t("records.proposed"));
        if (!isProposal(answer)) toast({ text: t("records.proposed") });
        onDone();
      },
    );
  };
  return (
    <Dialog
      title={t("records.erase")}
      onClose={onClose}
      onSubmit={send}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="danger" type="submit" busy={busy} data="erase-now">
            {t("records.erase")}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <p class="lh-plain">{t("records.eraseHint")}</p>
      <fieldset class="lh-field">
        <legend class="lh-label">{t("records.which")}</legend>
        <label class="lh-check">
          <input class="lh-tick" type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
          <span>{t("records.all")}</span>
        </label>
        {!all &&
          fields.map((one) => (
            <label key={one.field} class="lh-check">
              <input
                class="lh-tick"
                type="checkbox"
                checked={chosen.has(one.field)}
                onChange={(event) => {
                  const next = new Set(chosen);
                  if (event.currentTarget.checked) next.add(one.field);
                  else next.delete(one.field);
                  setChosen(next);
                }}
              />
              <span>
                {one.label} <span class="lh-small lh-quiet lh-numeric">{t("records.times", { n: one.times })}</span>
              </span>
            </label>
          ))}
        {records.attachments > 0 && (
          <label class="lh-check">
            <input class="lh-tick" type="checkbox" checked={files} onChange={(event) => setFiles(event.currentTarget.checked)} />
            <span>{t("records.files", { n: records.attachments })}</span>
          </label>
        )}
      </fieldset>
      <label class="lh-field">
        <span class="lh-label">{t("records.ground")}</span>
        <textarea class="lh-input" name="ground" required rows={3} maxLength={2000} value={ground} onInput={(event) => setGround(event.currentTarget.value)} />
      </label>
    </Dialog>
  );
}
