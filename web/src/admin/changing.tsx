/** A change of the organisation: filled in, tried first, then done or put before a second person. */
import { useQuery } from "@tanstack/preact-query";
import { useRef, useState } from "preact/hooks";
import { Refusal } from "../contract/client";
import { me } from "../contract/session";
import type { Component } from "../contract/shapes";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longDay } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { Picker } from "../ui/form/picker";
import { RefusalNotice } from "../ui/notice";
import { useStore } from "../ui/store";
import { carryOut, directoryWords, tryOut, type Change, type Outlook, type UnitPost, type UnitWhole } from "./calls";
import { Field } from "./field";
import { OutlookView } from "./outlook";
import { tellDone } from "./proposed";

export type Wanted =
  | { kind: "appoint" | "found" | "rename" | "move" | "competence" | "dissolve"; unit: UnitWhole }
  | { kind: "end_post"; unit: UnitWhole; post: UnitPost };

const PERSON = { type: "person", key: "person" } as Component;
const UNIT = { type: "unit", key: "unit" } as Component;

interface Written {
  on: string;
  person: string | null;
  role: string;
  into: string | null;
  may: boolean;
  code: string;
  name: string;
  nameEn: string;
  unitKind: string;
  basis: string;
  reason: string;
}

interface ChangeProps {
  wanted: Wanted;
  onClose: () => void;
  onDone: () => void;
}

export function ChangeDialog({ wanted, onClose, onDone }: ChangeProps) {
  const { unit, kind } = wanted;
  const today = useStore(me)?.today ?? "";
  const [form, setForm] = useState<Written>({
    on: today,
    person: null,
    role: "",
    into: null,
    may: !unit.can_approve_members,
    code: "",
    name: kind === "rename" ? unit.name : "",
    nameEn: "",
    unitKind: "",
    basis: "",
    reason: "",
  });
  const [outlook, setOutlook] = useState<Outlook | null>(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const [checked, setChecked] = useState(false);
  const problem = useRef<HTMLDivElement>(null);
  const after = useRef<HTMLDivElement>(null);
  const words = useQuery({ queryKey: ["directory", "words"], queryFn: directoryWords, staleTime: 600_000 });
  const set = (change: Partial<Written>) => {
    setForm({ ...form, ...change });
    // What was tried is not what would be done any more.
    if (Object.keys(change).some((name) => name !== "reason" && name !== "basis")) setOutlook(null);
  };
  const gaps = gapsOf(wanted, form);
  const told = (field: string): string | undefined =>
    (checked ? gaps[field] : undefined) ?? (refused instanceof Refusal ? refused.problem.errors.find((one) => one.field === field || one.field === `changes[0].${field}`)?.message : undefined);

  const act = async () => {
    setChecked(true);
    if (Object.keys(gaps).some((name) => name !== "reason" || outlook !== null)) return;
    setBusy(true);
    setRefused(null);
    try {
      const changes = [changeOf(wanted, form)];
      if (outlook === null) {
        setOutlook(await tryOut(changes));
        setChecked(false);
        requestAnimationFrame(() => after.current?.scrollIntoView({ block: "start" }));
      } else {
        tellDone(await carryOut(changes, form.reason.trim()), t(`admin.done.${kind}`));
        onDone();
        return;
      }
    } catch (error) {
      setRefused(error);
      requestAnimationFrame(() => problem.current?.focus());
    }
    setBusy(false);
  };
  const isOrdinary = kind === "appoint" || kind === "end_post";

  return (
    <Dialog
      title={`${t(`admin.do.${kind}`)} · ${unit.name}`}
      onClose={onClose}
      onSubmit={() => void act()}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look={outlook === null ? "primary" : kind === "dissolve" || outlook.left > 0 ? "danger" : "primary"} type="submit" busy={busy} data={outlook === null ? "try-change" : "do-change"}>
            {t(outlook === null ? "admin.tryFirst" : isOrdinary ? "admin.doIt" : "admin.propose")}
          </Button>
        </>
      }
    >
      {refused !== null && <RefusalNotice error={refused} focusRef={problem} />}
      {kind === "end_post" && (
        <p class="lh-plain">
          {wanted.post.role_name} · <span class="lh-strong">{wanted.post.person.name}</span>
          <span class="lh-sub lh-numeric">
            {longDay(wanted.post.from_on)} – {wanted.post.to_on ? longDay(wanted.post.to_on) : t("admin.open")}
          </span>
        </p>
      )}
      {kind === "appoint" && (
        <>
          <Field label={t("admin.role")} required wrong={told("role")}>
            {(wiring) => (
              <select class="lh-input lh-select" {...wiring} value={form.role} onChange={(event) => set({ role: event.currentTarget.value })}>
                <option value="">{t("form.choose")}</option>
                {(words.data?.roles ?? []).map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t("admin.person")} required wrong={told("person")}>
            {(wiring) => <Picker component={PERSON} id={wiring.id} value={form.person} within={undefined} describedBy={wiring["aria-describedby"]} invalid={wiring["aria-invalid"] !== undefined} required onChange={(person) => set({ person })} />}
          </Field>
        </>
      )}
      {kind === "found" && (
        <>
          <Field label={t("admin.unitKind")} required wrong={told("unit_kind")}>
            {(wiring) => (
              <select class="lh-input lh-select" {...wiring} value={form.unitKind} onChange={(event) => set({ unitKind: event.currentTarget.value })}>
                <option value="">{t("form.choose")}</option>
                {(words.data?.kinds ?? []).map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Text label={t("admin.code")} hint={t("admin.codeHint")} required wrong={told("code")} value={form.code} onInput={(code) => set({ code })} />
        </>
      )}
      {(kind === "found" || kind === "rename") && (
        <>
          <Text label={t("admin.name")} required wrong={told("name")} value={form.name} onInput={(name) => set({ name })} />
          <Text label={t("admin.nameEn")} hint={t("admin.nameEnHint")} wrong={told("name_en")} value={form.nameEn} onInput={(nameEn) => set({ nameEn })} />
        </>
      )}
      {(kind === "move" || kind === "dissolve") && (
        <Field label={t(kind === "move" ? "admin.newParent" : "admin.goesUpIn")} hint={t(kind === "move" ? "admin.newParentHint" : "admin.goesUpInHint")} required={kind === "move"} wrong={told("into")}>
          {(wiring) => <Picker component={UNIT} id={wiring.id} value={form.into} within={undefined} describedBy={wiring["aria-describedby"]} invalid={wiring["aria-invalid"] !== undefined} required={kind === "move"} onChange={(into) => set({ into })} />}
        </Field>
      )}
      {kind === "competence" && <p class="lh-plain">{t(form.may ? "admin.willApprove" : "admin.willNotApprove")}</p>}
      <Field label={t(kind === "end_post" || kind === "dissolve" ? "admin.firstDayWithout" : "admin.from")} required wrong={told("on")}>
        {(wiring) => <input class="lh-input lh-date" type="date" {...wiring} value={form.on} onInput={(event) => set({ on: event.currentTarget.value })} />}
      </Field>
      <Text label={t("admin.basis")} hint={t("admin.basisHint")} wrong={told("basis")} value={form.basis} onInput={(basis) => set({ basis })} />
      {outlook !== null && (
        <div class="lh-stack" ref={after}>
          <OutlookView found={outlook} />
          <Field label={t("admin.reason")} hint={isOrdinary ? undefined : t("admin.reasonHint")} required wrong={told("reason")}>
            {(wiring) => <textarea class="lh-input lh-area" {...wiring} maxLength={2000} value={form.reason} onInput={(event) => set({ reason: event.currentTarget.value })} />}
          </Field>
        </div>
      )}
    </Dialog>
  );
}

interface TextProps {
  label: string;
  hint?: string;
  required?: boolean;
  wrong: string | undefined;
  value: string;
  onInput: (value: string) => void;
}

function Text({ label, hint, required = false, wrong, value, onInput }: TextProps) {
  return (
    <Field label={label} hint={hint} required={required} wrong={wrong}>
      {(wiring) => <input class="lh-input" type="text" maxLength={200} autocomplete="off" {...wiring} value={value} onInput={(event) => onInput(event.currentTarget.value)} />}
    </Field>
  );
}

function gapsOf({ kind, unit }: Wanted, form: Written): Record<string, string> {
  const needed: Record<string, boolean> = {
    role: kind === "appoint" && form.role === "",
    person: kind === "appoint" && form.person === null,
    unit_kind: kind === "found" && form.unitKind === "",
    code: kind === "found" && form.code.trim() === "",
    name: (kind === "found" || kind === "rename") && form.name.trim() === "",
    same: kind === "rename" && form.name.trim() === unit.name && form.nameEn.trim() === "",
    into: kind === "move" && form.into === null,
    on: form.on === "",
    reason: form.reason.trim() === "",
  };
  return Object.fromEntries(Object.keys(needed).filter((name) => needed[name]).map((name) => (name === "same" ? ["name", t("admin.sameName")] : [name, t("fault.required")])));
}

function changeOf(wanted: Wanted, form: Written): Change {
  const { kind, unit } = wanted;
  const base = { on: form.on, basis: form.basis.trim() || null };
  switch (kind) {
    case "appoint":
      return { ...base, kind, unit: unit.id, person: form.person, role: form.role as Change["role"] & string };
    case "end_post":
      return { ...base, kind, unit: unit.id, person: wanted.post.person.id, role: wanted.post.role as Change["role"] & string };
    case "found":
      return { ...base, kind, into: unit.id, code: form.code.trim(), name: form.name.trim(), name_en: form.nameEn.trim() || null, unit_kind: form.unitKind as Change["unit_kind"] & string };
    case "rename":
      return { ...base, kind, unit: unit.id, name: form.name.trim(), name_en: form.nameEn.trim() || null };
    case "move":
      return { ...base, kind, unit: unit.id, into: form.into };
    case "competence":
      return { ...base, kind, unit: unit.id, may: form.may };
    case "dissolve":
      return form.into === null ? { ...base, kind, unit: unit.id } : { ...base, kind: "merge", unit: unit.id, into: form.into };
  }
}

