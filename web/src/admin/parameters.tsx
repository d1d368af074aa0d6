/** What the regulations leave to the office: each value explained, with its bounds, its source and its history. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { definitions } from "../contract/calls";
import { Refusal } from "../contract/client";
import { me } from "../contract/session";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { Citation, LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { parameterHistory, parametersOf, setParameter, type Parameter } from "./calls";
import { Field } from "./field";
import { tellDone } from "./proposed";
import { may } from "./sections";

export function ParametersPage() {
  const who = useStore(me);
  const client = useQueryClient();
  const { query, route } = useLocation();
  const [editing, setEditing] = useState<Parameter | null>(null);
  useTitle(t("admin.parameters"));
  const library = useQuery({ queryKey: ["definitions"], queryFn: definitions, staleTime: 60_000 });
  const procedures = library.data?.items ?? [];
  const of = procedures.find((one) => one.key === query["of"])?.key ?? procedures[0]?.key;
  const found = useQuery({ queryKey: ["parameters", of], queryFn: () => parametersOf(of ?? ""), enabled: of !== undefined, staleTime: 10_000 });
  const mayChange = may(who, "definitions.publish");
  return (
    <div class="lh-stack lh-touch">
      <header>
        <h1 class="lh-h1">{t("admin.parameters")}</h1>
        <p class="lh-plain lh-quiet">{t(mayChange ? "admin.parametersHow" : "admin.parametersRead")}</p>
      </header>
      {library.isPending ? (
        <Skeleton lines={4} />
      ) : !library.data ? (
        <LoadFailure error={library.error} onRetry={() => void library.refetch()} />
      ) : of === undefined ? (
        <Empty title={t("definitions.empty")} />
      ) : (
        <>
          <label class="lh-row">
            <span class="lh-label" style={{ margin: 0 }}>
              {t("admin.procedure")}
            </span>
            <select class="lh-input lh-select" style={{ width: "auto", maxWidth: "100%" }} value={of} onChange={(event) => route(`/admin/parameters?of=${event.currentTarget.value}`, true)}>
              {procedures.map((one) => (
                <option key={one.key} value={one.key}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
          {found.isPending ? (
            <Skeleton lines={6} />
          ) : !found.data ? (
            <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
          ) : found.data.items.length === 0 ? (
            <Empty title={t("definitions.noParameters")} />
          ) : (
            <ul class="lh-card lh-plain">
              {found.data.items.map((one) => (
                <Line key={one.id} of={of} one={one} {...(mayChange ? { onEdit: () => setEditing(one) } : {})} />
              ))}
            </ul>
          )}
        </>
      )}
      {editing && of !== undefined && (
        <EditDialog
          of={of}
          one={editing}
          onClose={() => setEditing(null)}
          onDone={() => {
            setEditing(null);
            void client.invalidateQueries({ queryKey: ["parameters"] });
            void client.invalidateQueries({ queryKey: ["proposals"] });
          }}
        />
      )}
    </div>
  );
}

export function valueText(value: unknown, unit: string | null | undefined): string {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) return t("form.blank");
  if (typeof value === "boolean") return t(value ? "form.yes" : "form.no");
  const text = written(value);
  return unit ? `${text} ${unit}` : text;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function bounds(one: Parameter): string {
  if (one.minimum !== null && one.maximum !== null) return t("admin.between", { min: String(one.minimum), max: String(one.maximum) });
  if (one.minimum !== null) return t("admin.atLeast", { min: String(one.minimum) });
  if (one.maximum !== null) return t("admin.atMost", { max: String(one.maximum) });
  return "";
}

function Line({ of, one, onEdit }: { of: string; one: Parameter; onEdit?: () => void }) {
  const [open, setOpen] = useState(false);
  const changed = !same(one.value, one.default);
  return (
    <li class="lh-set" data-parameter={one.id}>
      <div>
        <p class="lh-plain lh-strong">{one.text}</p>
        <p class="lh-plain lh-sub">
          {[...one.clauses.map((clause) => clause.article), t(`clause.${one.kind}`)].filter(Boolean).join(" · ")} <span class="lh-mono">{one.id}</span>
        </p>
        <details class="lh-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary class="lh-summary">{t("admin.valueHistory")}</summary>
          {open && <History of={of} one={one} />}
        </details>
      </div>
      <div>
        <span class="lh-set-value">{valueText(one.value, one.unit)}</span>{" "}
        {changed && <Pill tone="info">{t("admin.own")}</Pill>}
        <span class="lh-sub">{[t("admin.defaultIs", { value: valueText(one.default, one.unit) }), bounds(one)].filter(Boolean).join(" · ")}</span>
      </div>
      {onEdit && (
        <Button small onClick={onEdit} label={t("admin.setOf", { name: one.text })}>
          {t("admin.set")}
        </Button>
      )}
    </li>
  );
}

function History({ of, one }: { of: string; one: Parameter }) {
  const found = useQuery({ queryKey: ["parameters", of, one.id, "history"], queryFn: () => parameterHistory(of, one.id), staleTime: 10_000 });
  if (found.isPending) return <p class="lh-plain lh-quiet">{t("state.loading")}</p>;
  if (!found.data) return <RefusalNotice error={found.error} />;
  if (found.data.items.length === 0) return <p class="lh-plain lh-quiet">{t("admin.neverSet")}</p>;
  return (
    <ul class="lh-days">
      {found.data.items.map((entry) => (
        <li key={entry.seq}>
          <span>
            {valueText(entry.was, one.unit)} → <span class="lh-strong">{valueText(entry.value, one.unit)}</span>
            <span class="lh-sub">
              {[entry.by?.name, longTime(entry.at), entry.reason].filter(Boolean).join(" · ")} <span class="lh-mono">#{entry.seq}</span>
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

interface EditProps {
  of: string;
  one: Parameter;
  onClose: () => void;
  onDone: () => void;
}

/** What was typed, as the type of the parameter wants it; text that is no number goes as it is and is refused there. */
function read(one: Parameter, text: string): unknown {
  if (one.type === "boolean") return text === "true";
  if (one.type === "number") return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
  if (one.type === "list") return text.split(/[,，、\n]+/).map((part) => part.trim()).filter((part) => part !== "");
  return text;
}

function written(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.map(written).join(t("form.and")) : JSON.stringify(value);
}

function EditDialog({ of, one, onClose, onDone }: EditProps) {
  const [text, setText] = useState(written(one.value));
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const told = (field: string) => (refused instanceof Refusal ? refused.problem.errors.find((gap) => gap.field === field)?.message : undefined);
  const send = async () => {
    setChecked(true);
    if (reason.trim() === "" || text.trim() === "") return;
    setBusy(true);
    setRefused(null);
    try {
      tellDone(await setParameter(of, one.id, read(one, text), reason.trim()), t("admin.isSet"));
      onDone();
    } catch (error) {
      setRefused(error);
      setBusy(false);
    }
  };
  const choices: readonly unknown[] | null = one.type === "boolean" ? [true, false] : (one.choices.length > 0 ? one.choices : null);
  return (
    <Dialog
      title={t("admin.set")}
      onClose={onClose}
      onSubmit={() => void send()}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} data="set-parameter">
            {t(one.is_sensitive ? "admin.propose" : "admin.set")}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} />}
      <p class="lh-plain">{one.text}</p>
      {one.clauses.map((clause) => (
        <Citation key={clause.id} clause={clause} />
      ))}
      {one.is_sensitive && <Notice icon="lock">{t("admin.sensitive")}</Notice>}
      <Field label={one.unit ? t("admin.valueIn", { unit: one.unit }) : t("admin.value")} hint={[t("admin.defaultIs", { value: valueText(one.default, one.unit) }), bounds(one)].filter(Boolean).join(" · ")} required wrong={told("value") ?? (checked && text.trim() === "" ? t("fault.required") : undefined)}>
        {(wiring) =>
          choices ? (
            <select class="lh-input lh-select" {...wiring} value={text} onChange={(event) => setText(event.currentTarget.value)}>
              {choices.map((choice) => (
                <option key={written(choice)} value={written(choice)}>
                  {valueText(choice, one.unit)}
                </option>
              ))}
            </select>
          ) : (
            <input class="lh-input" {...wiring} inputMode={one.type === "number" ? "decimal" : "text"} value={text} onInput={(event) => setText(event.currentTarget.value)} />
          )
        }
      </Field>
      <Field label={t("admin.reason")} required wrong={told("reason") ?? (checked && reason.trim() === "" ? t("fault.required") : undefined)}>
        {(wiring) => <textarea class="lh-input lh-area" {...wiring} maxLength={2000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
      </Field>
    </Dialog>
  );
}
