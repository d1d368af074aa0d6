/** A BPMN diagram to look at: how far a case has come, panned and pinched by mouse, touch or buttons. */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./diagram.css";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Diagram } from "../contract/shapes";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Notice } from "../ui/notice";
import { touchPan, type Canvas } from "./touch";

export interface DiagramProps {
  xml: string;
  elements?: Diagram["elements"];
  /** Names in the person's language, by element. */
  texts?: Diagram["texts"];
  /** Shades from 1 to 4, and what is written beside the shape. */
  heat?: Readonly<Record<string, { level: number; said: string }>>;
}

interface Overlays {
  clear(): void;
  add(element: string, overlay: { position: { top: number; left: number }; html: HTMLElement }): void;
}

interface Shape {
  id: string;
  type: string;
  source?: { id: string };
  target?: { id: string };
}

interface Registry {
  get(id: string): Shape | undefined;
  filter(test: (shape: Shape) => boolean): Shape[];
}

const BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL";
const BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI";
const DC = "http://www.omg.org/spec/DD/20100524/DC";
const LABEL = 90;
const FRAMES = new Set(["bpmn:SubProcess", "bpmn:Participant", "bpmn:Lane"]);

/** The same drawing with other names on it. Done on the XML: the drawing then needs no second pass. */
function renamed(xml: string, texts: Readonly<Record<string, string>>): string {
  if (Object.keys(texts).length === 0) return xml;
  const document = new DOMParser().parseFromString(xml, "application/xml");
  if (document.getElementsByTagName("parsererror").length > 0) return xml;
  const renamedIds = new Set<string | null>();
  for (const element of Array.from(document.getElementsByTagNameNS(BPMN, "*"))) {
    const text = texts[element.getAttribute("id") ?? ""];
    if (text === undefined || !element.hasAttribute("name")) continue;
    element.setAttribute("name", text);
    renamedIds.add(element.getAttribute("id"));
  }
  // The box of a label was drawn for two or three Chinese characters; English needs a wider one around the same middle.
  for (const label of Array.from(document.getElementsByTagNameNS(BPMNDI, "BPMNLabel"))) {
    const bounds = label.getElementsByTagNameNS(DC, "Bounds")[0];
    if (!bounds || !renamedIds.has(label.parentElement?.getAttribute("bpmnElement") ?? null)) continue;
    const width = Number(bounds.getAttribute("width"));
    if (width >= LABEL) continue;
    bounds.setAttribute("x", String(Number(bounds.getAttribute("x")) - (LABEL - width) / 2));
    bounds.setAttribute("width", String(LABEL));
  }
  return new XMLSerializer().serializeToString(document);
}

function mark(viewer: NavigatedViewer, elements: Diagram["elements"]): void {
  const canvas = viewer.get<Canvas>("canvas");
  const overlays = viewer.get<Overlays>("overlays");
  const registry = viewer.get<Registry>("elementRegistry");
  for (const [id, state] of Object.entries(elements)) {
    const shape = registry.get(id);
    if (!shape) continue;
    canvas.addMarker(id, `lh-${state.status}`);
    if (FRAMES.has(shape.type)) canvas.addMarker(id, "lh-frame");
    if (state.times > 1 && !shape.source) {
      const html = document.createElement("div");
      html.className = "lh-times";
      html.textContent = `×${state.times}`;
      overlays.add(id, { position: { top: -12, left: -8 }, html });
    }
  }
  // A line was walked where both its ends were reached, and its own state is not told.
  for (const line of registry.filter((shape) => shape.source !== undefined)) {
    const from = line.source && elements[line.source.id];
    const to = line.target && elements[line.target.id];
    if (!(line.id in elements) && from?.status === "done" && to) canvas.addMarker(line.id, "lh-done");
  }
}

function shade(viewer: NavigatedViewer, heat: NonNullable<DiagramProps["heat"]>): void {
  const canvas = viewer.get<Canvas>("canvas");
  const overlays = viewer.get<Overlays>("overlays");
  for (const [id, one] of Object.entries(heat)) {
    if (!viewer.get<Registry>("elementRegistry").get(id)) continue;
    canvas.addMarker(id, `lh-heat-${one.level}`);
    const html = document.createElement("div");
    html.className = "lh-times";
    html.textContent = one.said;
    overlays.add(id, { position: { top: -12, left: -8 }, html });
  }
}

/** Take away what `mark` drew, so that another moment of the same drawing can be marked. */
function unmark(viewer: NavigatedViewer): void {
  const canvas = viewer.get<Marked>("canvas");
  viewer.get<Overlays>("overlays").clear();
  for (const shape of viewer.get<Registry>("elementRegistry").filter(() => true)) {
    for (const name of MARKERS) if (canvas.hasMarker(shape.id, name)) canvas.removeMarker(shape.id, name);
  }
}

const MARKERS = ["lh-done", "lh-open", "lh-held", "lh-stopped", "lh-frame", "lh-heat-1", "lh-heat-2", "lh-heat-3", "lh-heat-4"];

interface Marked {
  hasMarker(id: string, name: string): boolean;
  removeMarker(id: string, name: string): void;
}

export function DiagramView({ xml, elements, texts, heat }: DiagramProps) {
  const box = useRef<HTMLDivElement>(null);
  const viewer = useRef<NavigatedViewer | null>(null);
  const [failed, setFailed] = useState(false);
  const [drawn, setDrawn] = useState<NavigatedViewer | null>(null);
  const marked = useRef(elements);
  const latest = useRef(elements);
  latest.current = elements;

  useEffect(() => {
    const container = box.current;
    if (!container) return;
    // The wheel alone belongs to the page: a diagram that swallows it traps whoever scrolls past.
    const made = new NavigatedViewer({ container, zoomScroll: { enabled: false } });
    viewer.current = made;
    let stop: (() => void) | null = null;
    made.importXML(renamed(xml, texts ?? {})).then(
      () => {
        const canvas = made.get<Canvas>("canvas");
        fit(canvas);
        const elements = latest.current;
        marked.current = elements;
        setDrawn(made);
        if (elements) {
          mark(made, elements);
          const at = Object.keys(elements).find((id) => elements[id]?.status === "open" && !FRAMES.has(made.get<Registry>("elementRegistry").get(id)?.type ?? ""));
          if (at && canvas.zoom() < 0.45) {
            // Too small to read: begin where the case is.
            canvas.zoom(0.8);
            canvas.scrollToElement(at, { top: 120, bottom: 120, left: 80, right: 80 });
          }
        }
        stop = touchPan(container, canvas);
      },
      () => setFailed(true),
    );
    return () => {
      stop?.();
      setDrawn(null);
      made.destroy();
      viewer.current = null;
    };
  }, [xml, texts]);

  // The same drawing at another moment is marked anew where it stands: nothing flickers, and nobody loses their place.
  useEffect(() => {
    if (!drawn || drawn !== viewer.current || marked.current === elements) return;
    unmark(drawn);
    marked.current = elements;
    if (elements) mark(drawn, elements);
  }, [drawn, elements]);

  useEffect(() => {
    if (!drawn || drawn !== viewer.current || !heat) return;
    unmark(drawn);
    shade(drawn, heat);
  }, [drawn, heat]);

  const canvas = () => viewer.current?.get<Canvas>("canvas");
  const zoom = (factor: number) => {
    const shown = canvas();
    if (shown) shown.zoom(Math.min(4, Math.max(0.1, shown.zoom() * factor)));
  };
  if (failed) {
    return (
      <Notice tone="danger" alert>
        {t("diagram.failed")}
      </Notice>
    );
  }
  return (
    <div class="lh-diagram" role="group" aria-label={t("diagram.label")}>
      <div class="lh-canvas" ref={box} />
      <div class="lh-diagram-tools">
        <Button icon="start" label={t("diagram.in")} onClick={() => zoom(1.3)} />
        <Button icon="minus" label={t("diagram.out")} onClick={() => zoom(1 / 1.3)} />
        <Button
          icon="fit"
          label={t("diagram.fit")}
          onClick={() => {
            const shown = canvas();
            if (shown) fit(shown);
          }}
        />
      </div>
    </div>
  );
}

function fit(canvas: Canvas): void {
  canvas.zoom("fit-viewport", "auto");
}
