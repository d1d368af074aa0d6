/** The builder of forms: what can be added, the form itself, and the properties of the chosen field; or a preview of it. */
import { useMemo, useRef, useState } from "preact/hooks";
import type { Answers } from "../../contract/shapes";
import { Button } from "../../ui/button";
import { withAnswer, type Access } from "../../ui/form/fit";
import { Form } from "../../ui/form/form";
import { useReading } from "../../ui/form/use-reading";
import { Pill } from "../../ui/pill";
import { language } from "../../ui/preferences";
import { asText, formNames, spoken, without } from "./around";
import { FeelField, offeredOf } from "./feel-field";
import { at, begun, freeKey, inserted, isBox, keyOf, moved, movedIn, movedOut, readForm, removed, replaced, resolved, TYPES, writeForm, type Place, type Raw, type RawForm } from "./form-model";
import { Choose, Line } from "./part";
import { s, typeText } from "./texts";
import type { Working } from "./working";

interface FormsProps {
  working: Working;
  chosen: string | null;
  onChoose: (name: string | null) => void;
}

interface Use {
  id: string;
  name: string;
  access: Record<string, Access>;
}

const BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL";
const LIUHEN = "urn:liuhen:bpmn:1";
const NAME = /^[A-Za-z0-9_-]{1,60}$/;
const KEY = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/** The steps that use a form, with what each may do with its fields. */
export function usesOf(bpmn: string, form: string): Use[] {
  const document = new DOMParser().parseFromString(bpmn, "application/xml");
  return Array.from(document.getElementsByTagNameNS(BPMN, "*"))
    .filter((one) => one.getAttributeNS(LIUHEN, "form") === form)
    .map((one) => {
      const access: Record<string, Access> = {};
      for (const field of Array.from(one.getElementsByTagNameNS(LIUHEN, "field"))) access[field.getAttribute("key") ?? ""] = (field.getAttribute("access") ?? "write") as Access;
      return { id: one.getAttribute("id") ?? "", name: one.getAttribute("name") ?? one.getAttribute("id") ?? "", access };
    });
}

type Way = "build" | "desk" | "phone";

export function Forms({ working, chosen, onChoose }: FormsProps) {
  const names = formNames(working.files);
  const name = chosen !== null && names.includes(chosen) ? chosen : (names[0] ?? null);
  const path = name === null ? "" : `forms/${name}.json`;
  const text = working.files[path];
  const form = useMemo(() => readForm(text), [text]);
  const [place, setPlace] = useState<Place | null>(null);
  const [way, setWay] = useState<Way>("build");
  const [wish, setWish] = useState("");
  const [past, setPast] = useState<{ path: string; text: string }[]>([]);
  const [future, setFuture] = useState<{ path: string; text: string }[]>([]);
  const dragged = useRef<Place | null>(null);
  const uses = useMemo(() => (name === null ? [] : usesOf(working.files["process.bpmn"] ?? "", name)), [working.files, name]);
  const mayEdit = working.mayEdit && way === "build";
  const chinese = language.get() === "zh";

  const write = (next: RawForm, where: Place | null = place) => {
    if (text !== undefined) setPast([...past.slice(-49), { path, text }]);
    setFuture([]);
    working.write(path, writeForm(next));
    setPlace(where);
  };
  const back = (from: typeof past, to: typeof future, setFrom: typeof setPast, setTo: typeof setFuture) => {
    const last = from[from.length - 1];
    if (!last) return;
    const now = working.files[last.path];
    setFrom(from.slice(0, -1));
    if (now !== undefined) setTo([...to, { path: last.path, text: now }]);
    working.write(last.path, last.text);
    onChoose(last.path.slice(6, -5));
    setPlace(null);
  };
  const add = (type: string) => {
    if (!form) return;
    const target = place ? at(form, place) : null;
    // Into an open group, else after what is chosen, else at the end.
    const where: Place = place && target && target.type === "group" ? [...place, target.components?.length ?? 0] : place ? [...place.slice(0, -1), (place[place.length - 1] ?? 0) + 1] : [form.components.length];
    const key = freeKey(form, where, type === "datetime" ? "day" : type);
    write(inserted(form, where, begun(type, key, { zh: typeText(type, true), en: typeText(type, false) })), where);
  };
  const isTaken = (value: string) => !NAME.test(value) || names.includes(value);
  const make = () => {
    if (wish === "" || isTaken(wish)) return;
    working.write(`forms/${wish}.json`, writeForm({ type: "default", id: wish, schemaVersion: 16, components: [] }));
    onChoose(wish);
    setPlace(null);
    setWish("");
  };
  const selected = form && place ? at(form, place) : null;

  return (
    <div
      class="lh-three"
      onKeyDown={(event) => {
        if (!mayEdit || !(event.ctrlKey || event.metaKey)) return;
        const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
        if (isTyping) return;
        if (event.key === "z" && !event.shiftKey) back(past, future, setPast, setFuture);
        else if (event.key === "y" || (event.key === "z" && event.shiftKey)) back(future, past, setFuture, setPast);
        else return;
        event.preventDefault();
      }}
    >
      <div class="lh-stack">
        <label class="lh-prop">
          <span class="lh-prop-label">{s("forms")}</span>
          <select
            class="lh-input lh-select"
            value={name ?? ""}
            onChange={(event) => {
              onChoose(event.currentTarget.value);
              setPlace(null);
            }}
          >
            {names.length === 0 && <option value="">{s("formsNone")}</option>}
            {names.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        {name !== null && <p class="lh-small lh-quiet">{uses.length > 0 ? s("usedAt", { steps: uses.map((one) => one.name).join(chinese ? "、" : ", ") }) : s("notUsed")}</p>}
        {working.mayEdit && (
          <form
            class="lh-prop"
            onSubmit={(event) => {
              event.preventDefault();
              make();
            }}
          >
            <label class="lh-prop-label" for="new-form">
              {s("formName")}
            </label>
            <input id="new-form" class="lh-input" value={wish} aria-invalid={wish !== "" && isTaken(wish)} onInput={(event) => setWish(event.currentTarget.value)} />
            {wish !== "" && isTaken(wish) && <span class="lh-prop-wrong">{s("nameTaken")}</span>}
            <span>
              <Button small type="submit" icon="start">
                {s("newForm")}
              </Button>
            </span>
          </form>
        )}
        {form && mayEdit && (
          <section>
            <h3 class="lh-h3">{s("palette")}</h3>
            <div style={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: "4px", marginTop: "6px" }}>
              {TYPES.map((type) => (
                <Button key={type} small onClick={() => add(type)}>
                  {typeText(type, chinese)}
                </Button>
              ))}
            </div>
          </section>
        )}
      </div>
      <div>
        <div class="lh-row" role="group" aria-label={s("forms")} style={{ marginBottom: "12px" }}>
          {(["build", "desk", "phone"] as const).map((one) => (
            <button key={one} type="button" class="lh-editor-tab" aria-pressed={way === one} onClick={() => setWay(one)}>
              {s(one === "build" ? "build" : one === "desk" ? "previewDesk" : "previewPhone")}
            </button>
          ))}
          {mayEdit && (
            <>
              <Button small icon="back" label={s("undo")} refused={past.length > 0 ? null : s("undo")} onClick={() => back(past, future, setPast, setFuture)} />
              <Button small icon="next" label={s("redo")} refused={future.length > 0 ? null : s("redo")} onClick={() => back(future, past, setFuture, setPast)} />
            </>
          )}
        </div>
        {form && way !== "build" && <Preview key={`${name ?? ""} ${way}`} form={form} uses={uses} isPhone={way === "phone"} />}
        {form && way === "build" && (
          <div role="list" aria-label={name ?? ""}>
            {form.components.length === 0 && <p class="lh-quiet">{s("formEmpty")}</p>}
            <Built
              components={form.components}
              before={[]}
              chosen={place}
              mayEdit={mayEdit}
              chinese={chinese}
              onChoose={setPlace}
              onMove={(to, how) => {
                const next = how === "up" ? moved(form, to, -1) : how === "down" ? moved(form, to, 1) : how === "in" ? movedIn(form, to) : movedOut(form, to);
                if (next) write(next.form, next.place);
              }}
              onDrop={(onto) => {
                const from = dragged.current;
                dragged.current = null;
                const raw = from ? at(form, from) : null;
                // Only among neighbours: what is dragged elsewhere goes by the menu, where it is plain what becomes of its name.
                if (!from || !raw || from.length !== onto.length || from.slice(0, -1).join() !== onto.slice(0, -1).join()) return;
                write(inserted(removed(form, from), onto, raw), onto);
              }}
              onDrag={(from) => {
                dragged.current = from;
              }}
              onRemove={(which) => write(removed(form, which), null)}
              onCopy={(which) => {
                const raw = at(form, which);
                if (!raw) return;
                const next: Place = [...which.slice(0, -1), (which[which.length - 1] ?? 0) + 1];
                const key = keyOf(raw) ? freeKey(form, which, `${keyOf(raw)}_2`) : "";
                const copy: Raw = structuredClone(raw);
                if (key) copy[isBox(raw) ? "path" : "key"] = key;
                write(inserted(form, next, copy), next);
              }}
            />
          </div>
        )}
      </div>
      <div class="lh-stack">
        {form && selected && place ? (
          <FieldPanel key={place.join()} raw={selected} form={form} place={place} mayEdit={mayEdit} working={working} onChange={(raw) => write(replaced(form, place, raw))} />
        ) : (
          <>
            <h3 class="lh-h3">{s("formOf")}</h3>
            {name !== null && working.mayEdit && (
              <span>
                <Button
                  small
                  look="quiet"
                  icon="bin"
                  onClick={() => {
                    if (!confirm(s("dropSure", { path }))) return;
                    working.write(path, null);
                    onChoose(null);
                  }}
                >
                  {s("dropFile")}
                </Button>
              </span>
            )}
          </>
        )}
      </div>
    </div>
  );
}

interface BuiltProps {
  components: readonly Raw[];
  before: Place;
  chosen: Place | null;
  mayEdit: boolean;
  chinese: boolean;
  onChoose: (place: Place) => void;
  onMove: (place: Place, how: "up" | "down" | "in" | "out") => void;
  onDrag: (place: Place) => void;
  onDrop: (place: Place) => void;
  onRemove: (place: Place) => void;
  onCopy: (place: Place) => void;
}

function Built(props: BuiltProps) {
  const { components, before, chosen, mayEdit, chinese } = props;
  return (
    <>
      {components.map((raw, n) => {
        const place = [...before, n];
        const isChosen = chosen?.join() === place.join();
        const name = spoken(raw.label, chinese) || spoken(raw.text, chinese) || keyOf(raw) || typeText(raw.type, chinese);
        return (
          <div
            key={`${String(n)} ${keyOf(raw)}`}
            role="listitem"
            class="lh-build"
            data-chosen={isChosen}
            draggable={mayEdit}
            onDragStart={(event) => {
              event.stopPropagation();
              props.onDrag(place);
            }}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              event.stopPropagation();
              props.onDrop(place);
            }}
          >
            <div>
              <button type="button" class="lh-plain" style={{ cursor: "pointer", width: "100%" }} aria-pressed={isChosen} onClick={() => props.onChoose(place)}>
                <strong>{name}</strong>
                {raw.validate?.["required"] === true && <span class="lh-must"> *</span>}
                <span class="lh-sub">
                  {typeText(raw.type, chinese)} <span class="lh-mono">{keyOf(raw)}</span>
                  {raw.conditional?.hide && (
                    <>
                      {" "}
                      <Pill>{s("hideWhen")}</Pill>
                    </>
                  )}
                </span>
              </button>
              {raw.components && (
                <div role="list" aria-label={name} style={{ marginTop: "6px", paddingInlineStart: "14px", borderInlineStart: "2px solid var(--lh-line)" }}>
                  <Built {...props} components={raw.components} before={place} />
                </div>
              )}
            </div>
            {mayEdit && isChosen && (
              <span class="lh-build-tools">
                <Button small look="quiet" icon="up" label={s("up")} onClick={() => props.onMove(place, "up")} />
                <Button small look="quiet" icon="down" label={s("down")} onClick={() => props.onMove(place, "down")} />
                <Button small look="quiet" icon="next" label={s("into")} onClick={() => props.onMove(place, "in")} />
                {place.length > 1 && <Button small look="quiet" icon="back" label={s("out")} onClick={() => props.onMove(place, "out")} />}
                <Button small look="quiet" icon="copy" label={s("duplicate")} onClick={() => props.onCopy(place)} />
                <Button small look="quiet" icon="bin" label={s("remove")} onClick={() => props.onRemove(place)} />
              </span>
            )}
          </div>
        );
      })}
    </>
  );
}

interface FieldPanelProps {
  raw: Raw;
  form: RawForm;
  place: Place;
  mayEdit: boolean;
  working: Working;
  onChange: (raw: Raw) => void;
}

const TEXTS = new Set(["textfield", "textarea"]);
const SHOWN = new Set(["text", "separator", "spacer"]);

function FieldPanel({ raw, form, place, mayEdit, working, onChange }: FieldPanelProps) {
  const siblings = place.length > 1 ? (at(form, place.slice(0, -1))?.components ?? []) : form.components;
  const own = place[place.length - 1];
  const set = (name: string, value: unknown) => {
    onChange(value === undefined || value === "" ? without(raw, name) : { ...raw, [name]: value });
  };
  const rule = (name: string, value: unknown) => {
    const before: Record<string, unknown> = raw.validate ?? {};
    const validate = value === undefined || value === "" || value === false ? without(before, name) : { ...before, [name]: value };
    set("validate", Object.keys(validate).length > 0 ? validate : undefined);
  };
  const both = (name: "label" | "description" | "text", zhLabel: string, enLabel: string) => {
    const value = raw[name];
    const zh = typeof value === "string" ? value : ((value as { zh?: string } | undefined)?.zh ?? "");
    const en = typeof value === "string" ? "" : ((value as { en?: string } | undefined)?.en ?? "");
    const write = (next: { zh: string; en: string }) => set(name, next.zh === "" && next.en === "" ? undefined : next.en === "" ? next.zh : next);
    return (
      <>
        <label class="lh-prop">
          <span class="lh-prop-label">{zhLabel}</span>
          <Line value={zh} disabled={!mayEdit} onChange={(text) => write({ zh: text, en })} />
        </label>
        <label class="lh-prop">
          <span class="lh-prop-label">{enLabel}</span>
          <Line value={en} disabled={!mayEdit} onChange={(text) => write({ zh, en: text })} />
        </label>
      </>
    );
  };
  const number = (name: string, label: string) => (
    <label class="lh-prop">
      <span class="lh-prop-label">{label}</span>
      <Line
        value={asText(raw.validate?.[name])}
        disabled={!mayEdit}
        onChange={(text) => rule(name, text === "" ? undefined : text.startsWith("=") || !/^-?\d+(\.\d+)?$/.test(text) ? text : Number(text))}
      />
    </label>
  );
  const names = fieldKeys(form).map((name) => ({ name, from: "field" as const, element: null, is_set: true }));
  const keyName = isBox(raw) ? "path" : "key";
  return (
    <>
      <h3 class="lh-h3">{s("fieldOf")}</h3>
      {raw.type !== "separator" && raw.type !== "text" && both("label", s("labelZh"), s("labelEn"))}
      {raw.type === "text" && both("text", s("textZh"), s("textEn"))}
      {!SHOWN.has(raw.type) && (
        <label class="lh-prop">
          <span class="lh-prop-label">{s("key")}</span>
          <Line
            value={keyOf(raw)}
            disabled={!mayEdit}
            check={(text) => ((KEY.test(text) || (raw.type === "group" && text === "")) && !siblings.some((one, n) => n !== own && text !== "" && keyOf(one) === text) ? null : s("keyWrong"))}
            onChange={(text) => set(keyName, text)}
          />
        </label>
      )}
      {!SHOWN.has(raw.type) && both("description", s("describeZh"), s("describeEn"))}
      {!SHOWN.has(raw.type) && raw.type !== "expression" && raw.type !== "group" && (
        <label style={{ display: "flex", gap: "8px", alignItems: "center" }}>
          <input type="checkbox" checked={raw.validate?.["required"] === true} disabled={!mayEdit} onChange={(event) => rule("required", event.currentTarget.checked)} />
          {s("isRequired")}
        </label>
      )}
      {!SHOWN.has(raw.type) && raw.type !== "expression" && (
        <label style={{ display: "flex", gap: "8px", alignItems: "center" }}>
          <input type="checkbox" checked={raw["readonly"] === true} disabled={!mayEdit} onChange={(event) => set("readonly", event.currentTarget.checked || undefined)} />
          {s("isReadonly")}
        </label>
      )}
      {TEXTS.has(raw.type) && number("minLength", s("shortest"))}
      {TEXTS.has(raw.type) && number("maxLength", s("longest"))}
      {raw.type === "textfield" && (
        <label class="lh-prop">
          <span class="lh-prop-label">{s("pattern")}</span>
          <Line value={asText(raw.validate?.["pattern"])} disabled={!mayEdit} onChange={(text) => rule("pattern", text)} />
        </label>
      )}
      {(raw.type === "number" || raw.type === "datetime") && number("min", s("least"))}
      {(raw.type === "number" || raw.type === "datetime") && number("max", s("most"))}
      {raw.type === "number" && (
        <label class="lh-prop">
          <span class="lh-prop-label">{s("decimals")}</span>
          <Choose value={asText(raw["decimalDigits"])} disabled={!mayEdit} options={["0", "1", "2", "3", "4"].map((n) => ({ value: n, text: n }))} onChange={(text) => set("decimalDigits", text === "" ? undefined : Number(text))} />
        </label>
      )}
      {raw.values && <Choices raw={raw} mayEdit={mayEdit} onChange={(values) => set("values", values)} />}
      {raw.type === "expression" && (
        <div class="lh-prop">
          <span class="lh-prop-label">{s("expression")}</span>
          <FeelField label={s("expression")} value={asText(raw["expression"]).replace(/^=/, "")} disabled={!mayEdit} offered={offeredOf(names, [])} onChange={(text) => set("expression", `=${text}`)} />
        </div>
      )}
      <div class="lh-prop">
        <span class="lh-prop-label">{s("hideWhen")}</span>
        <FeelField
          label={s("hideWhen")}
          value={(raw.conditional?.hide ?? "").replace(/^=/, "")}
          disabled={!mayEdit}
          offered={offeredOf(names, [])}
          onChange={(text) => set("conditional", text === "" ? undefined : { hide: `=${text}` })}
        />
      </div>
      {!working.mayEdit && <p class="lh-prop-hint">{s("notHere")}</p>}
    </>
  );
}

function fieldKeys(form: RawForm): string[] {
  const found: string[] = [];
  const walk = (list: readonly Raw[]) => {
    for (const one of list) {
      if (keyOf(one)) found.push(keyOf(one));
      if (one.components) walk(one.components);
    }
  };
  walk(form.components);
  return [...new Set(found)];
}

function Choices({ raw, mayEdit, onChange }: { raw: Raw; mayEdit: boolean; onChange: (values: NonNullable<Raw["values"]>) => void }) {
  const values = raw.values ?? [];
  const set = (n: number, next: { value: string; label: unknown }) => onChange(values.map((one, place) => (place === n ? next : one)));
  return (
    <fieldset class="lh-word">
      <legend class="lh-prop-label">{s("choices")}</legend>
      {values.map((one, n) => {
        const zh = typeof one.label === "string" ? one.label : spoken(one.label, true);
        const en = typeof one.label === "string" ? "" : ((one.label as { en?: string } | undefined)?.en ?? "");
        return (
          <div key={n} class="lh-prop" style={{ display: "grid", gridTemplateColumns: "1fr 1fr 1fr auto", gap: "4px" }}>
            <Line value={one.value} disabled={!mayEdit} label={`${s("choiceValue")} ${String(n + 1)}`} onChange={(value) => set(n, { ...one, value })} />
            <Line value={zh} disabled={!mayEdit} label={`${s("labelZh")} ${String(n + 1)}`} onChange={(value) => set(n, { ...one, label: { zh: value, en: en || value } })} />
            <Line value={en} disabled={!mayEdit} label={`${s("labelEn")} ${String(n + 1)}`} onChange={(value) => set(n, { ...one, label: { zh, en: value } })} />
            {mayEdit && <Button small look="quiet" icon="bin" label={`${s("remove")} ${String(n + 1)}`} onClick={() => onChange(values.filter((_, place) => place !== n))} />}
          </div>
        );
      })}
      {mayEdit && (
        <span>
          <Button small look="quiet" icon="start" onClick={() => onChange([...values, { value: `choice_${String(values.length + 1)}`, label: { zh: `选项 ${String(values.length + 1)}`, en: `Choice ${String(values.length + 1)}` } }])}>
            {s("addChoice")}
          </Button>
        </span>
      )}
    </fieldset>
  );
}

/** The form as somebody sees it: at a desk or on a phone, with the rights of one step. */
function Preview({ form, uses, isPhone }: { form: RawForm; uses: readonly Use[]; isPhone: boolean }) {
  const [step, setStep] = useState("");
  const [answers, setAnswers] = useState<Answers>({});
  const schema = useMemo(() => resolved(form, language.get() === "zh"), [form]);
  const reading = useReading(schema, answers, {}, undefined, uses.find((one) => one.id === step)?.access);
  return (
    <div class="lh-stack">
      <label class="lh-prop" style={{ maxWidth: "320px" }}>
        <span class="lh-prop-label">{s("seenAt")}</span>
        <select class="lh-input lh-select" value={step} onChange={(event) => setStep(event.currentTarget.value)}>
          <option value="">{s("seenAny")}</option>
          {uses.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <div class={isPhone ? "lh-phone-frame" : "lh-desk-frame"}>
        {reading && <Form shown={reading.shown} onChange={(path, value) => setAnswers((before) => withAnswer(before, path, value))} within={reading.within} />}
      </div>
    </div>
  );
}
