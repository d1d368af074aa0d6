/** The last look before an act: which decision, with what words. One sheet for agreeing, returning and refusing. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { OutcomeKind } from "../contract/shapes";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Must } from "../ui/must";
import { RefusalNotice } from "../ui/notice";
import { PhraseBar, phraseOf, usePhrases, withPhrase } from "../remarks/phrases";

const phrases: Record<OutcomeKind, readonly Key[]> = {
  agree: ["phrase.agree.1", "phrase.agree.2", "phrase.agree.3"],
  neutral: ["phrase.neutral.1", "phrase.neutral.2"],
  return: ["phrase.return.1", "phrase.return.2", "phrase.return.3"],
  reject: ["phrase.reject.1", "phrase.reject.2"],
};

interface OpinionProps {
  title: string;
  kind: OutcomeKind;
  required: boolean;
  value: string;
  busy: boolean;
  /** What the server said of the opinion. */
  fault: string | null;
  hint?: string | undefined;
  /** What the words are called, where they are no opinion. */
  label?: string;
  /** Why no words are taken. */
  silent?: string | undefined;
  /** Why the act did not go through, where the page behind cannot say it. */
  refusal?: unknown;
  /** What else has to be chosen first. */
  children?: ComponentChildren;
  onInput: (value: string) => void;
  onSubmit: () => void;
  onClose: () => void;
}

export function OpinionSheet({ title, kind, required, value, busy, fault, hint, label, silent, refusal, children, onInput, onSubmit, onClose }: OpinionProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [missing, setMissing] = useState(false);
  const { own, all } = usePhrases(phrases[kind].map((key) => t(key)));
  const shown = missing && required && value.trim() === "" ? t("opinion.missing") : fault;
  useEffect(() => {
    if (fault) area.current?.focus();
  }, [fault]);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => {
        if (busy) return;
        if (required && !silent && value.trim() === "") {
          setMissing(true);
          area.current?.focus();
        } else onSubmit();
      }}
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button type="submit" look={kind === "return" || kind === "reject" ? "danger" : "primary"} busy={busy} data="submit">
            {title}
          </Button>
        </>
      }
    >
      {hint && <p class="lh-plain lh-quiet">{hint}</p>}
      {refusal !== undefined && refusal !== null && <RefusalNotice error={refusal} />}
      {children}
      {silent ? (
        <p class="lh-plain lh-quiet">{silent}</p>
      ) : (
        <>
          <div class="lh-field">
            <label class="lh-label" for="opinion">
              {label ?? t("opinion.label")}
              {required ? (
                <Must />
              ) : (
                <span class="lh-quiet lh-small"> {t("form.optional")}</span>
              )}
            </label>
            <textarea
              id="opinion"
              ref={area}
              class="lh-input lh-area"
              rows={3}
              value={value}
              aria-required={required ? "true" : undefined}
              aria-invalid={shown ? "true" : undefined}
              aria-describedby={shown ? "opinion-error" : undefined}
              onInput={(event) => onInput(event.currentTarget.value)}
              onKeyDown={(event) => {
                const phrase = phraseOf(event, all);
                if (phrase === null) return;
                event.preventDefault();
                onInput(withPhrase(value, phrase));
              }}
            />
            {shown && (
              <p class="lh-error" id="opinion-error">
                <Icon name="warn" />
                <span>{shown}</span>
              </p>
            )}
          </div>
          {label === undefined && <PhraseBar value={value} own={own} all={all} onInput={onInput} />}
        </>
      )}
    </Dialog>
  );
}

interface ReasonProps<T> {
  title: string;
  kind: OutcomeKind;
  hint: string;
  /** What the words are called, where they are no opinion. */
  label?: string;
  run: (reason: string) => Promise<T>;
  /** The deed is done; closing the sheet is part of it. */
  onDone: (answer: T) => void | Promise<void>;
  onClose: () => void;
}

/** A deed that wants nothing but a reason: the sheet stays open with its refusal, and what was written stays in it. */
export function ReasonSheet<T>({ title, kind, hint, label, run, onDone, onClose }: ReasonProps<T>) {
  const [reason, setReason] = useState("");
  const deed = useDeed();
  return (
    <OpinionSheet
      title={title}
      kind={kind}
      {...(label === undefined ? {} : { label })}
      required
      value={reason}
      busy={deed.busy}
      fault={null}
      hint={hint}
      refusal={deed.refused}
      onInput={setReason}
      onClose={onClose}
      onSubmit={() => deed.run(() => run(reason.trim()), onDone)}
    />
  );
}
