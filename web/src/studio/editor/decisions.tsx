/** Decisions by dmn-js: their diagram and their tables, written into the file as they are edited. */
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-drd.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-js-literal-expression.css";
import "dmn-js/dist/assets/dmn-font/css/dmn-codes.css";
import "./decisions.css";
import DmnModeler from "dmn-js/lib/Modeler";
import DmnViewer from "dmn-js/lib/NavigatedViewer";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/button";
import { Notice } from "../../ui/notice";
import { language } from "../../ui/preferences";
import { decisionsIn } from "./around";
import { bpmnWords, translating } from "./bpmn-words";
import type { Finding } from "./calls";
import { dmnWords } from "./dmn-words";
import { s } from "./texts";
import type { Working } from "./working";

interface View {
  type: string;
  id: string;
  name?: string;
  element: { id: string };
}

interface Dmn {
  importXML(xml: string): Promise<unknown>;
  saveXML(options: { format: boolean }): Promise<{ xml: string }>;
  getViews(): View[];
  getActiveView(): View | undefined;
  open(view: View): Promise<unknown>;
  getActiveViewer(): { get(name: string): { on(event: string, listener: () => void): void } } | undefined;
  on(event: string, listener: (event: { views?: View[]; activeView?: View }) => void): void;
  destroy(): void;
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]{0,60}$/;

/** A table with one input, one output and one rule: what a decision begins as. */
const begun = (id: string, name: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="definitions_${id}" name="${name}" namespace="urn:liuhen:decision:${id}">
  <decision id="${id}" name="${name}">
    <decisionTable id="table_${id}" hitPolicy="UNIQUE">
      <input id="${id}_input_1" label="">
        <inputExpression id="${id}_expression_1" typeRef="string"><text></text></inputExpression>
      </input>
      <output id="${id}_output_1" name="result" typeRef="string" />
      <rule id="${id}_rule_1">
        <inputEntry id="${id}_entry_1"><text></text></inputEntry>
        <outputEntry id="${id}_value_1"><text></text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram>
      <dmndi:DMNShape dmnElementRef="${id}"><dc:Bounds height="80" width="180" x="160" y="80" /></dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
`;

export interface DecisionsProps {
  working: Working;
  /** The decision, or the file, that somebody came for. */
  chosen: string | null;
  onChoose: (name: string | null) => void;
  findings: readonly Finding[];
}

export function Decisions({ working, chosen, onChoose, findings }: DecisionsProps) {
  const all = decisionsIn(working.files);
  const here = all.find((one) => one.id === chosen || one.file === chosen) ?? all[0] ?? null;
  const [name, setName] = useState("");
  const taken = (value: string) => !IDENTIFIER.test(value) || all.some((one) => one.id === value) || `${value}.dmn` in working.files;
  const make = () => {
    if (name === "" || taken(name)) return;
    working.write(`${name}.dmn`, begun(name, name));
    onChoose(name);
    setName("");
  };
  const said = here ? findings.filter((one) => one.file === here.file) : [];
  return (
    <div style={{ display: "grid", gridTemplateColumns: "240px minmax(0, 1fr)", minHeight: 0 }}>
      <nav class="lh-stack" style={{ padding: "14px 16px", overflowY: "auto", background: "var(--lh-surface)", borderInlineEnd: "1px solid var(--lh-line)" }} aria-label={s("dmnTables")}>
        {all.length === 0 && <p class="lh-quiet lh-small">{s("decisionsNone")}</p>}
        {all.map((one) => (
          <button key={one.id} type="button" class="lh-editor-tab" style={{ textAlign: "start" }} aria-pressed={one.id === here?.id} onClick={() => onChoose(one.id)}>
            {one.name}
            <span class="lh-sub lh-mono">{one.id}</span>
          </button>
        ))}
        {working.mayEdit && (
          <form
            class="lh-prop"
            onSubmit={(event) => {
              event.preventDefault();
              make();
            }}
          >
            <label class="lh-prop-label" for="new-decision">
              {s("decisionName")}
            </label>
            <input id="new-decision" class="lh-input" value={name} aria-invalid={name !== "" && taken(name)} onInput={(event) => setName(event.currentTarget.value)} />
            {name !== "" && taken(name) && <span class="lh-prop-wrong">{s("nameTaken")}</span>}
            <Button small type="submit" icon="start">
              {s("newDecision")}
            </Button>
          </form>
        )}
        {here && working.mayEdit && (
          <Button
            small
            look="quiet"
            icon="bin"
            onClick={() => {
              if (!confirm(s("dropSure", { path: here.file }))) return;
              working.write(here.file, null);
              onChoose(null);
            }}
          >
            {s("dropFile")}
          </Button>
        )}
      </nav>
      <div style={{ display: "grid", gridTemplateRows: "auto minmax(0, 1fr)", minHeight: 0 }}>
        <div class="lh-stack" style={{ padding: said.length > 0 ? "8px 12px" : 0 }}>
          {said.map((one, n) => (
            <Notice key={n} tone={one.severity === "error" ? "danger" : "warn"}>
              {one.message} {one.remedy}
            </Notice>
          ))}
        </div>
        {here && <Table key={`${here.file} ${String(working.generation)} ${String(working.mayEdit)}`} working={working} file={here.file} id={here.id} />}
      </div>
    </div>
  );
}

function Table({ working, file, id }: { working: Working; file: string; id: string }) {
  const box = useRef<HTMLDivElement>(null);
  const dmn = useRef<Dmn | null>(null);
  const [views, setViews] = useState<View[]>([]);
  const [active, setActive] = useState("");
  const [failed, setFailed] = useState(false);
  const [missing, setMissing] = useState("");
  const latest = useRef(working);
  latest.current = working;
  const { mayEdit } = working;

  useEffect(() => {
    const container = box.current;
    if (!container) return;
    const lacking = new Set<string>();
    const words = { translate: ["value", translating(language.get() === "zh" ? { ...bpmnWords, ...dmnWords } : null, lacking)] };
    const modules = { additionalModules: [words] };
    const options = { container, drd: modules, decisionTable: modules, literalExpression: modules, boxedExpression: modules };
    const made = (mayEdit ? new DmnModeler(options) : new DmnViewer(options)) as unknown as Dmn;
    dmn.current = made;
    let gone = false;
    let writing: ReturnType<typeof setTimeout> | undefined;
    const store = async () => {
      writing = undefined;
      const { xml } = await made.saveXML({ format: true });
      latest.current.write(file, xml);
      setMissing([...lacking].join("|"));
    };
    const listening = new WeakSet<object>();
    made.on("views.changed", (event) => {
      setViews(event.views ?? []);
      setActive(event.activeView ? `${event.activeView.type} ${event.activeView.element.id}` : "");
      const viewer = made.getActiveViewer();
      if (!viewer || listening.has(viewer) || !mayEdit) return;
      listening.add(viewer);
      viewer.get("eventBus").on("elements.changed", () => {
        clearTimeout(writing);
        writing = setTimeout(() => void store(), 200);
      });
    });
    made.importXML(latest.current.files[file] ?? "").then(
      async () => {
        if (gone) return;
        const view = made.getViews().find((one) => one.element.id === id && one.type !== "drd");
        if (view) await made.open(view);
        setMissing([...lacking].join("|"));
      },
      () => {
        if (!gone) setFailed(true);
      },
    );
    return () => {
      if (writing !== undefined) void store();
      gone = true;
      clearTimeout(writing);
      dmn.current = null;
      made.destroy();
    };
  }, [file, mayEdit, id]);

  if (failed)
    return (
      <Notice tone="danger" alert>
        {s("diagramLost")}
      </Notice>
    );
  return (
    <div style={{ display: "grid", gridTemplateRows: "auto minmax(0, 1fr)", minHeight: 0 }} data-untranslated-dmn={missing}>
      <div class="lh-row" style={{ padding: "4px 12px" }}>
        {views.map((view) => {
          const key = `${view.type} ${view.element.id}`;
          return (
            <button key={key} type="button" class="lh-editor-tab" aria-pressed={key === active} onClick={() => void dmn.current?.open(view)}>
              {view.type === "drd" ? s("drd") : (view.name ?? view.element.id)}
            </button>
          );
        })}
      </div>
      <div class="lh-dmn" role="group" aria-label={s("decisions")}>
        <div class="lh-dmn-paper" ref={box} />
      </div>
    </div>
  );
}

