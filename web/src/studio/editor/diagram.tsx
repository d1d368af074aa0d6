/** The drawing with its properties: what is drawn is written into the file, what is found is marked on it. */
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn-codes.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import { useQuery } from "@tanstack/preact-query";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { definitions } from "../../contract/calls";
import { touchPan } from "../../definitions/touch";
import { Button } from "../../ui/button";
import { Notice } from "../../ui/notice";
import { language } from "../../ui/preferences";
import { asText, clausesIn, decisionsIn, fieldsIn, formNames, json, parametersIn, without, type Around } from "./around";
import { namesAt, type Finding, type KnownName, type Vocabulary } from "./calls";
import { fit, make, written, type Canvas, type CommandStack, type Drawing, type Made, type Overlays, type Registry, type Selection, type Shape } from "./modeler";
import { elementName, Panel } from "./panel";
import { s } from "./texts";
import { attribute, carrier, said, tagOf } from "./words";
import type { Working } from "./working";

/** What the page may ask of the drawing. */
export interface Hand {
  choose: (id: string) => void;
  name: (id: string) => string;
  /** Marks elements by a class of their own; each call replaces the marks before it. */
  mark: (marks: Readonly<Record<string, string>>) => void;
  look: (id: string) => void;
}

interface DiagramProps {
  working: Working;
  vocabulary: Vocabulary;
  findings: readonly Finding[];
  openForm: (name: string) => void;
  openDecision: (id: string) => void;
  onMade: (hand: Hand | null) => void;
  /** Where it begins: an element somebody came for. */
  begin: string | null;
  dock: ComponentChildren;
}

const PEOPLE = new Set(["bpmn:UserTask", "bpmn:ManualTask"]);

interface Bus {
  on(event: string, listener: (event: { element?: Shape; newSelection?: Shape[] }) => void): void;
}

export function Diagram({ working, vocabulary, findings, openForm, openDecision, onMade, begin, dock }: DiagramProps) {
  const { mayEdit, generation } = working;
  const box = useRef<HTMLDivElement>(null);
  const [made, setMade] = useState<Made | null>(null);
  const [failed, setFailed] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [version, setVersion] = useState(0);
  const [missing, setMissing] = useState("");
  const latest = useRef(working);
  latest.current = working;
  const isChinese = language.get() === "zh";
  const procedures = useQuery({ queryKey: ["definitions"], queryFn: definitions, staleTime: 60_000 });

  useEffect(() => {
    const container = box.current;
    if (!container) return;
    const { drawing, missing: lacking } = make(container, mayEdit, isChinese);
    let gone = false;
    let stop: (() => void) | null = null;
    let writing: ReturnType<typeof setTimeout> | undefined;
    let isDrawn = false;
    const store = async () => {
      writing = undefined;
      const xml = await written(drawing);
      if (xml && !gone) latest.current.write("process.bpmn", xml);
    };
    const bus = drawing.get<Bus>("eventBus");
    bus.on("selection.changed", (event) => {
      const [one, other] = event.newSelection ?? [];
      setChosen(one && !other ? (one.labelTarget?.id ?? one.id) : null);
      setMissing([...lacking].join("|"));
    });
    bus.on("commandStack.changed", () => {
      if (!isDrawn) return;
      setVersion((n) => n + 1);
      // What is chosen may have another identifier now.
      const [one, other] = drawing.get<Selection>("selection").get();
      setChosen(one && !other ? (one.labelTarget?.id ?? one.id) : null);
      clearTimeout(writing);
      writing = setTimeout(() => void store(), 120);
    });
    bus.on("popupMenu.opened", () => setMissing([...lacking].join("|")));
    bus.on("element.changed", () => setVersion((n) => n + 1));
    drawing.importXML(latest.current.files["process.bpmn"] ?? "").then(
      () => {
        if (gone) return;
        isDrawn = true;
        setFailed(false);
        fit(drawing, mayEdit);
        stop = touchPan(container, drawing.get<Canvas>("canvas"));
        setMade({ drawing, mayEdit, missing: lacking });
        setMissing([...lacking].join("|"));
        setVersion((n) => n + 1);
      },
      () => {
        if (!gone) setFailed(true);
      },
    );
    return () => {
      // What was drawn a moment ago is written all the same.
      if (writing !== undefined) void written(drawing).then((xml) => latest.current.write("process.bpmn", xml));
      gone = true;
      clearTimeout(writing);
      stop?.();
      setMade(null);
      setChosen(null);
      drawing.destroy();
    };
  }, [mayEdit, generation, isChinese]);

  useEffect(() => {
    // The menus of bpmn.io search only when a key is let go: what is pasted, dictated or chosen from an input method has none.
    const typed = (event: Event) => {
      if (event.target instanceof HTMLInputElement && event.target.closest(".djs-popup-search")) event.target.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
    };
    document.addEventListener("input", typed);
    return () => document.removeEventListener("input", typed);
  }, []);

  const drawing = made?.drawing ?? null;
  // What is drawn with, which follows what is allowed a moment later.
  const isModeler = made?.mayEdit ?? false;

  const hand = useMemo<Hand | null>(() => {
    if (!drawing) return null;
    const registry = drawing.get<Registry>("elementRegistry");
    const canvas = drawing.get<Canvas>("canvas");
    let marked: [string, string][] = [];
    const look = (id: string) => {
      if (registry.get(id)) canvas.scrollToElement(id, { top: 120, bottom: 120, left: 160, right: 160 });
    };
    return {
      look,
      choose: (id) => {
        const shape = registry.get(id);
        if (!shape) return;
        look(id);
        if (isModeler) drawing.get<Selection>("selection").select(shape);
        else setChosen(id);
      },
      name: (id) => {
        const shape = registry.get(id);
        return shape ? elementName(latest.current.files, shape) : id;
      },
      mark: (marks) => {
        for (const [id, name] of marked) if (registry.get(id)) canvas.removeMarker(id, name);
        marked = Object.entries(marks).filter(([id]) => registry.get(id));
        for (const [id, name] of marked) canvas.addMarker(id, name);
      },
    };
  }, [drawing, isModeler]);
  useEffect(() => {
    onMade(hand);
    if (hand && begin) hand.choose(begin);
    return () => onMade(null);
  }, [hand, onMade, begin]);

  useLayoutEffect(() => {
    if (!drawing) return;
    // A viewer has no selection of its own to follow.
    if (isModeler) return;
    drawing.get<Bus>("eventBus").on("element.click", (event) => setChosen(event.element?.labelTarget?.id ?? event.element?.id ?? null));
  }, [drawing, isModeler]);

  useEffect(() => {
    if (!drawing) return;
    const canvas = drawing.get<Canvas>("canvas");
    const overlays = drawing.get<Overlays>("overlays");
    const registry = drawing.get<Registry>("elementRegistry");
    const at = new Map<string, Finding[]>();
    for (const one of findings) if (one.element && registry.get(one.element)) at.set(one.element, [...(at.get(one.element) ?? []), one]);
    overlays.remove({ type: "lh-finding" });
    const marked: [string, string][] = [];
    for (const [id, all] of at) {
      const isError = all.some((one) => one.severity === "error");
      const name = isError ? "lh-finding-error" : "lh-finding-warning";
      canvas.addMarker(id, name);
      marked.push([id, name]);
      const html = document.createElement("div");
      html.className = isError ? "lh-finding-mark" : "lh-finding-mark lh-finding-mark-warning";
      html.textContent = isError ? "!" : "?";
      html.title = all.map((one) => one.message).join("\n");
      if (registry.get(id)?.source === undefined) overlays.add(id, "lh-finding", { position: { top: -10, right: 10 }, html });
    }
    return () => {
      for (const [id, name] of marked) if (registry.get(id)) canvas.removeMarker(id, name);
    };
  }, [drawing, findings]);

  const shape = useMemo(() => {
    if (!drawing) return null;
    // Whatever was changed may have been taken away.
    const found = version >= 0 && chosen ? drawing.get<Registry>("elementRegistry").get(chosen) : undefined;
    return found ?? drawing.get<Canvas>("canvas").getRootElement();
  }, [drawing, chosen, version]);

  const element = shape ? (carrier(shape)?.id ?? shape.id) : "";
  const names = useQuery({
    queryKey: ["draft-names", working.draft.id, working.rev, element],
    queryFn: () => namesAt(working.draft.id, element),
    enabled: element !== "",
    staleTime: 60_000,
    placeholderData: (before: { names: KnownName[] } | undefined) => before,
  });

  const around = useMemo<Around | null>(() => {
    if (!drawing || !shape) return null;
    const files = working.files;
    const registry = drawing.get<Registry>("elementRegistry");
    const option = (one: Shape) => ({ value: one.id, text: elementName(files, one) });
    const bo = carrier(shape);
    const fieldsOf = (id: string) => {
      const one = registry.get(id);
      const form = one ? attribute(one.businessObject, "form") : "";
      return form ? fieldsIn(files[`forms/${form}.json`], isChinese) : [];
    };
    return {
      drawing,
      shape,
      files,
      vocabulary,
      steps: registry.filter((one) => PEOPLE.has(one.type) && one.labelTarget === undefined).map(option),
      starts: registry.filter((one) => one.type === "bpmn:StartEvent" && one.labelTarget === undefined).map(option),
      forms: formNames(files).map((name) => ({ value: name, text: name })),
      decisions: decisionsIn(files).map((one) => ({ value: one.id, text: one.name })),
      documents: Object.keys(files)
        .filter((path) => path.startsWith("documents/"))
        .map((path) => ({ value: path.slice(10, -5), text: path.slice(10, -5) })),
      clauses: clausesIn(files, isChinese),
      parameters: parametersIn(files, isChinese),
      procedures: (procedures.data?.items ?? []).map((one) => ({ value: one.key, text: one.name })),
      fields: bo && attribute(bo, "form") ? fieldsIn(files[`forms/${attribute(bo, "form")}.json`], isChinese) : [],
      outcomes: bo ? said(bo, "outcome", ["value"]).map((one) => ({ value: one["value"] ?? "", text: one["value"] ?? "" })) : [],
      names: names.data?.names ?? [],
      mayEdit: isModeler,
      lane: laneOf(shape),
      textOf: (spokenIn, key) => asText(json(files[`texts.${spokenIn}.json`])?.[key]),
      writeText: (spokenIn, key, value) => {
        const path = `texts.${spokenIn}.json`;
        const before = json(latest.current.files[path]) ?? {};
        latest.current.write(path, `${JSON.stringify(value === "" ? without(before, key) : { ...before, [key]: value }, null, 2)}\n`);
      },
      fieldsOf,
      openForm,
      openDecision,
      makeForm: (at) => makeForm(latest.current, drawing, at, openForm),
    };
    // `version` stands for everything inside the drawing, and what is written there is in `latest`.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [drawing, shape, working.files, vocabulary, names.data, isModeler, version, procedures.data, openForm, openDecision, isChinese]);

  const registry = drawing?.get<Registry>("elementRegistry");
  const all = drawing ? (registry?.filter((one) => one.labelTarget === undefined && one.parent !== undefined) ?? []) : [];
  const stack = isModeler && drawing ? drawing.get<CommandStack>("commandStack") : null;
  const zoom = (factor: number) => {
    const canvas = drawing?.get<Canvas>("canvas");
    canvas?.zoom(Math.min(4, Math.max(0.1, canvas.zoom() * factor)), "auto");
  };
  return (
    <div class="lh-editor-body" data-untranslated={missing}>
      <div class="lh-editor-canvas" role="group" aria-label={s("canvas")}>
        <div class="lh-editor-paper" ref={box} data-drawn={made !== null ? "true" : "false"} />
        {failed && (
          <Notice tone="danger" alert>
            {s("diagramLost")}
          </Notice>
        )}
        <div class="lh-editor-zoom">
          {stack && <Button small icon="back" label={s("undo")} refused={stack.canUndo() ? null : s("undo")} onClick={() => stack.undo()} />}
          {stack && <Button small icon="next" label={s("redo")} refused={stack.canRedo() ? null : s("redo")} onClick={() => stack.redo()} />}
          <Button small icon="start" label={s("zoomIn")} onClick={() => zoom(1.25)} />
          <Button small icon="minus" label={s("zoomOut")} onClick={() => zoom(0.8)} />
          <Button small icon="fit" label={s("fit")} onClick={() => drawing && fit(drawing, isModeler)} />
          {stack && <Button small icon="search" label={s("search")} onClick={() => drawing?.get<{ toggle(): void }>("searchPad").toggle()} />}
        </div>
      </div>
      <aside class="lh-editor-side" aria-label={s("properties")}>
        <div class="lh-editor-side-head">
          <label class="lh-prop">
            <span class="lh-prop-label">{s("outline")}</span>
            <select class="lh-input lh-select" value={chosen ?? ""} onChange={(event) => (event.currentTarget.value ? hand?.choose(event.currentTarget.value) : (setChosen(null), isModeler && drawing?.get<Selection>("selection").select(null)))}>
              <option value="">{s("case_")}</option>
              {all.map((one) => (
                <option key={one.id} value={one.id}>
                  {elementName(working.files, one)} · {tagOf(one)}
                </option>
              ))}
            </select>
          </label>
        </div>
        {around && <Panel key={around.shape.id} around={around} />}
      </aside>
      {dock}
    </div>
  );
}

/** The innermost lane around an element whose words say who acts. */
function laneOf(shape: Shape): string | null {
  for (const lane of (shape.businessObject.get("lanes") as { name?: string; id: string; $type: string; get(name: string): unknown }[] | undefined) ?? [])
    if (said(lane as never, "who", []).length > 0) return lane.name ?? lane.id;
  return null;
}

/** A form for a step that has none: named after it, with nothing in it yet. */
function makeForm(working: Working, drawing: Drawing, shape: Shape, openForm: (name: string) => void): void {
  const bo = carrier(shape);
  if (!bo) return;
  const taken = new Set(formNames(working.files));
  const base = shape.id.replace(/[^A-Za-z0-9_-]/g, "_");
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base}_${String(n)}`;
  working.write(`forms/${name}.json`, `${JSON.stringify({ type: "default", id: name, schemaVersion: 16, components: [] }, null, 2)}\n`);
  drawing.get<{ updateModdleProperties(element: Shape, holder: unknown, properties: object): void }>("modeling").updateModdleProperties(shape, bo, { "liuhen:form": name });
  // The drawing is written a moment later than the form; whoever leaves it for the form takes it along.
  void written(drawing).then((xml) => {
    working.write("process.bpmn", xml);
    openForm(name);
  });
}
