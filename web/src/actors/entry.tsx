/** A labelled line of a form at the door: a password, a code, a name. */
import type { Ref } from "preact";
import { useId } from "preact/hooks";

interface EntryProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "password";
  autoComplete: string;
  numeric?: boolean;
  gap?: string | null | undefined;
  hint?: string;
  inputRef?: Ref<HTMLInputElement>;
  maxLength?: number;
}

export function Entry({ label, value, onInput, type = "text", autoComplete, numeric, gap, hint, inputRef, maxLength }: EntryProps) {
  const id = useId();
  const described = [gap ? `${id}-gap` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  return (
    <div class="lh-field">
      <label class="lh-label" for={id}>
        {label}
      </label>
      <input
        id={id}
        ref={inputRef ?? null}
        class={numeric ? "lh-input lh-otp" : "lh-input"}
        type={type}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellcheck={false}
        inputMode={numeric ? "numeric" : undefined}
        maxLength={maxLength}
        value={value}
        aria-invalid={gap ? "true" : undefined}
        aria-describedby={described || undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {hint && (
        <p class="lh-plain lh-small lh-quiet" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {gap && (
        <p class="lh-error" id={`${id}-gap`}>
          {gap}
        </p>
      )}
    </div>
  );
}
