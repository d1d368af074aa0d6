import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "../ui/icon";
import { Must } from "../ui/must";

export interface Wiring {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
  "aria-required": "true" | undefined;
}

interface FieldProps {
  label: string;
  hint?: string | undefined;
  wrong?: string | undefined;
  required?: boolean;
  children: (wiring: Wiring) => ComponentChildren;
}

/** A control with its label, what to know of it, and what is wrong with it, all tied together for a screen reader. */
export function Field({ label, hint, wrong, required = false, children }: FieldProps) {
  const id = useId();
  const about = [hint ? `${id}-hint` : "", wrong ? `${id}-wrong` : ""].filter(Boolean).join(" ");
  return (
    <div class="lh-field">
      <label class="lh-label" for={id}>
        {label}
        {required && <Must />}
      </label>
      {hint && (
        <p class="lh-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({ id, "aria-describedby": about || undefined, "aria-invalid": wrong ? "true" : undefined, "aria-required": required ? "true" : undefined })}
      {wrong && (
        <p class="lh-error" id={`${id}-wrong`}>
          <Icon name="warn" />
          {wrong}
        </p>
      )}
    </div>
  );
}
