import { useEffect, useMemo, useState } from "preact/hooks";
import type { Answers, Component, FormSchema } from "../../contract/shapes";
import { isExpression, needsFeel, read, type Access, type Reading } from "./fit";
import type { Feel } from "./unknown";

/** The FEEL interpreter, fetched only where a form has something to evaluate. `undefined`: still on its way. */
function useFeel(needed: boolean): Feel | null | undefined {
  const [feel, setFeel] = useState<Feel | null | undefined>(needed ? undefined : null);
  useEffect(() => {
    if (!needed) {
      setFeel(null);
      return;
    }
    let gone = false;
    import("./feel").then(
      (module) => {
        if (!gone) setFeel(module.feel);
      },
      () => {
        // Without it every field is shown and nothing is previewed; the server decides either way.
        if (!gone) setFeel(null);
      },
    );
    return () => {
      gone = true;
    };
  }, [needed]);
  return feel;
}

export interface FormReading extends Reading {
  within: (component: Component) => string | undefined;
}

/** Reads the form anew with every change; `null` until it can. */
export function useReading(
  schema: FormSchema | null,
  answers: Answers,
  context: Readonly<Record<string, unknown>>,
  today: string | undefined,
  access?: Readonly<Record<string, Access>>,
): FormReading | null {
  const needed = useMemo(() => schema !== null && needsFeel(schema.components), [schema]);
  const feel = useFeel(needed);
  return useMemo(() => {
    if (!schema || feel === undefined) return null;
    const reading = read(schema, answers, { context, feel, ...(access ? { access } : {}), ...(today ? { today } : {}) });
    const within = (component: Component): string | undefined => {
      if (component.within === undefined) return undefined;
      if (!isExpression(component.within)) return component.within;
      const unit = feel?.value(component.within, { ...context, ...reading.values });
      return typeof unit === "string" ? unit : undefined;
    };
    return { ...reading, within };
  }, [schema, answers, context, feel, today, access]);
}
