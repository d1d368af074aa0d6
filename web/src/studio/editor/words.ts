/** The words of Liuhen on an element of the drawing: read from moddle, written by commands that can be undone. */
import type { Bo, Drawing, Factory, Modeling, Shape } from "./modeler";

export type Said = Readonly<Record<string, string>>;

const TYPES: Readonly<Record<string, string>> = { "bpmn:Participant": "process", "bpmn:Collaboration": "process" };

export const typeOf = (bo: Bo): string => {
  const bare = bo.$type.replace(/^bpmn:/, "");
  return bare.charAt(0).toLowerCase() + bare.slice(1);
};

/** What carries the words of a shape: itself, or the process behind a pool. */
export function carrier(shape: Shape): Bo | null {
  const bo = shape.businessObject;
  if (bo.$type === "bpmn:Participant") return (bo.get("processRef") as Bo | undefined) ?? null;
  if (bo.$type === "bpmn:Collaboration") {
    const pools = (bo.get("participants") as Bo[] | undefined) ?? [];
    return pools.map((pool) => pool.get("processRef") as Bo | undefined).find((one) => one !== undefined) ?? null;
  }
  return bo;
}

export const tagOf = (shape: Shape): string => TYPES[shape.businessObject.$type] ?? typeOf(shape.businessObject);

const kindOf = (word: string): string => `liuhen:${word.charAt(0).toUpperCase()}${word.slice(1)}`;

const extensions = (bo: Bo): Bo[] => {
  const holder = bo.get("extensionElements") as Bo | undefined;
  return (holder?.get("values") as Bo[] | undefined) ?? [];
};

const ATTRIBUTES = new Set(["$type", "$parent", "$descriptor"]);

/** Every occurrence of an element word, with what it says. */
export function said(bo: Bo, word: string, parts: readonly string[]): Said[] {
  return extensions(bo)
    .filter((one) => one.$type === kindOf(word))
    .map((one) => {
      const found: Record<string, string> = {};
      for (const part of parts) {
        const value = one.get(part);
        if (typeof value === "string" && !ATTRIBUTES.has(part)) found[part] = value;
      }
      return found;
    });
}

export const attribute = (bo: Bo, word: string): string => {
  const value = bo.get(`liuhen:${word}`);
  return typeof value === "string" ? value : "";
};

/** Writes all occurrences of an element word anew; the others stay as they are. */
export function say(drawing: Drawing, shape: Shape, bo: Bo, word: string, all: readonly Said[]): void {
  const modeling = drawing.get<Modeling>("modeling");
  const factory = drawing.get<Factory>("bpmnFactory");
  let holder = bo.get("extensionElements") as Bo | undefined;
  const before = extensions(bo);
  const isNew = holder === undefined;
  holder ??= factory.create("bpmn:ExtensionElements", { values: [] });
  holder.$parent = bo;
  const made = all.map((one) => {
    const clean = Object.fromEntries(Object.entries(one).filter(([, value]) => value !== ""));
    const element = factory.create(kindOf(word), clean);
    element.$parent = holder;
    return element;
  });
  // In the place of the first one: a word that is changed does not wander in the file.
  const first = before.findIndex((one) => one.$type === kindOf(word));
  const others = before.filter((one) => one.$type !== kindOf(word));
  const at = first < 0 ? others.length : before.slice(0, first).filter((one) => one.$type !== kindOf(word)).length;
  const values = [...others.slice(0, at), ...made, ...others.slice(at)];
  if (isNew) {
    holder.set("values", values);
    modeling.updateModdleProperties(shape, bo, { extensionElements: holder });
  } else if (values.length === 0) modeling.updateModdleProperties(shape, bo, { extensionElements: undefined });
  else modeling.updateModdleProperties(shape, holder, { values });
}

export function sayAttribute(drawing: Drawing, shape: Shape, bo: Bo, word: string, value: string): void {
  drawing.get<Modeling>("modeling").updateModdleProperties(shape, bo, { [`liuhen:${word}`]: value === "" ? undefined : value });
}
