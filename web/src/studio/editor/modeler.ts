/** bpmn-js as Liuhen draws with it: our words, our language, our first choices; nothing here knows of drafts. */
import Modeler from "bpmn-js/lib/Modeler";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { CreateAppendAnythingModule } from "bpmn-js-create-append-anything";
import minimap from "diagram-js-minimap";
import descriptor from "./liuhen.json";
import { bpmnWords, translating } from "./bpmn-words";

/** A moddle object: what stands in the file. */
export interface Bo {
  $type: string;
  $parent?: Bo;
  $attrs: Record<string, string>;
  id: string;
  name?: string;
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

/** What stands on the canvas. */
export interface Shape {
  id: string;
  type: string;
  businessObject: Bo;
  parent?: Shape;
  children?: Shape[];
  labelTarget?: Shape;
  source?: Shape;
  target?: Shape;
  incoming?: Shape[];
  outgoing?: Shape[];
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Canvas {
  zoom(to?: number | "fit-viewport", center?: "auto" | { x: number; y: number }): number;
  scroll(by: { dx: number; dy: number }): void;
  scrollToElement(id: string | Shape, padding?: { top: number; bottom: number; left: number; right: number }): void;
  addMarker(id: string, name: string): void;
  removeMarker(id: string, name: string): void;
  hasMarker(id: string, name: string): boolean;
  getRootElement(): Shape;
  findRoot(id: string): Shape | null;
  setRootElement(root: Shape): void;
  viewbox(): { inner: { x: number; y: number; width: number; height: number } };
}

export interface Modeling {
  updateProperties(element: Shape, properties: Record<string, unknown>): void;
  updateModdleProperties(element: Shape, holder: Bo, properties: Record<string, unknown>): void;
}

export interface Registry {
  get(id: string): Shape | undefined;
  filter(test: (shape: Shape) => boolean): Shape[];
  getGraphics(id: string): SVGElement | undefined;
}

export interface Overlays {
  add(element: string, type: string, overlay: { position: { top?: number; left?: number; bottom?: number; right?: number }; html: HTMLElement }): string;
  remove(filter: { type?: string; element?: string }): void;
}

export interface Selection {
  get(): Shape[];
  select(shape: Shape | Shape[] | null): void;
}

export interface Factory {
  create(type: string, properties?: Record<string, unknown>): Bo;
}

export interface CommandStack {
  canUndo(): boolean;
  canRedo(): boolean;
  undo(): void;
  redo(): void;
  clear(emit?: boolean): void;
}

interface Entries {
  [name: string]: { action?: unknown; title?: string; className?: string; group?: string } | undefined;
}

interface Create {
  start(event: unknown, shape: Shape, context?: object): void;
}

/** A task that somebody draws here is done by people, unless they choose otherwise. */
function FirstChoices(
  this: { getContextPadEntries?: unknown; getPaletteEntries?: unknown },
  contextPad: { registerProvider(priority: number, provider: object): void },
  palette: { registerProvider(priority: number, provider: object): void },
  create: Create,
  elementFactory: { createShape(of: { type: string }): Shape },
  autoPlace: { append(source: Shape, shape: Shape): void },
  translate: (text: string) => string,
) {
  const task = () => elementFactory.createShape({ type: "bpmn:UserTask" });
  this.getContextPadEntries = (element: Shape) => (entries: Entries) => {
    const entry = entries["append.append-task"];
    if (!entry) return entries;
    return {
      ...entries,
      "append.append-task": {
        ...entry,
        className: "bpmn-icon-user-task",
        title: translate("Append task"),
        action: {
          click: () => autoPlace.append(element, task()),
          dragstart: (event: unknown) => create.start(event, task(), { source: element }),
        },
      },
    };
  };
  this.getPaletteEntries = () => (entries: Entries) => {
    const begin = (event: unknown) => create.start(event, task());
    return { ...entries, "create.task": { ...entries["create.task"], className: "bpmn-icon-user-task", action: { click: begin, dragstart: begin } } };
  };
  contextPad.registerProvider(400, this);
  palette.registerProvider(400, this);
}
FirstChoices.$inject = ["contextPad", "palette", "create", "elementFactory", "autoPlace", "translate"];

/** What Liuhen refuses to run is not offered: a menu is no place to learn of it. */
const REFUSED = new Set(["task", "complex-gateway", "ad-hoc-subprocess", "expanded-ad-hoc-subprocess", "collapsed-ad-hoc-subprocess", "compensation-start"]);

const bare = (id: string): string => id.replace(/^(?:(?:append|create|replace|with)-)+/, "");

function WhatRuns(this: { getPopupMenuEntries?: unknown }, popupMenu: { registerProvider(menu: string, priority: number, provider: object): void }) {
  this.getPopupMenuEntries = () => (entries: Entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => !REFUSED.has(bare(id))));
  for (const menu of ["bpmn-append", "bpmn-create", "bpmn-replace"]) popupMenu.registerProvider(menu, 300, this);
}
WhatRuns.$inject = ["popupMenu"];

export type Drawing = Modeler | NavigatedViewer;

export interface Made {
  drawing: Drawing;
  /** Whether it can be changed: a viewer has no commands. */
  mayEdit: boolean;
  /** What was asked for in Chinese and is not there. */
  missing: ReadonlySet<string>;
}

export function make(container: HTMLElement, mayEdit: boolean, isChinese: boolean): Made {
  const missing = new Set<string>();
  const words = { translate: ["value", translating(isChinese ? bpmnWords : null, missing)] };
  const moddleExtensions = { liuhen: descriptor };
  if (!mayEdit) return { drawing: new NavigatedViewer({ container, moddleExtensions, additionalModules: [words] }), mayEdit, missing };
  const drawing = new Modeler({
    container,
    moddleExtensions,
    keyboard: { bind: true },
    additionalModules: [words, minimap, CreateAppendAnythingModule, { __init__: ["liuhenFirstChoices", "liuhenWhatRuns"], liuhenFirstChoices: ["type", FirstChoices], liuhenWhatRuns: ["type", WhatRuns] }],
  } as never);
  return { drawing, mayEdit, missing };
}

/** Everything, beside the palette: what fits the window exactly would begin behind it. */
export function fit(drawing: Drawing, mayEdit: boolean): void {
  const canvas = drawing.get<Canvas>("canvas");
  canvas.zoom("fit-viewport", "auto");
  canvas.zoom(Math.min(1, canvas.zoom() * 0.9), "auto");
  if (mayEdit) canvas.scroll({ dx: 56, dy: 0 });
}

export async function written(drawing: Drawing): Promise<string> {
  const { xml } = await drawing.saveXML({ format: true });
  return xml ?? "";
}
