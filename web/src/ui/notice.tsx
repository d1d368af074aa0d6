import type { ComponentChildren, Ref } from "preact";
import type { Clause } from "../contract/shapes";
import { Refusal } from "../contract/client";
import { t } from "../texts";
import { Button } from "./button";
import { longDay } from "./dates";
import { Icon, type IconName } from "./icon";

type Tone = "info" | "danger" | "warn" | "good";

const sign: Record<Tone, IconName> = { info: "info", danger: "warn", warn: "warn", good: "check" };

interface NoticeProps {
  tone?: Tone;
  title?: string;
  children?: ComponentChildren;
  icon?: IconName;
  /** Spoken at once; for what the person has just caused. */
  alert?: boolean;
  focusRef?: Ref<HTMLDivElement>;
}

export function Notice({ tone = "info", title, children, icon, alert, focusRef }: NoticeProps) {
  return (
    <div
      class={tone === "info" ? "lh-notice" : `lh-notice lh-notice-${tone}`}
      role={alert ? "alert" : undefined}
      tabIndex={focusRef ? -1 : undefined}
      ref={focusRef}
    >
      <Icon name={icon ?? sign[tone]} />
      <div class="lh-notice-body">
        {title && <p class="lh-plain lh-strong">{title}</p>}
        {children}
      </div>
    </div>
  );
}

/** The rule that stands behind a refusal or a date. */
export function Citation({ clause }: { clause: Clause | null | undefined }) {
  if (!clause) return null;
  return (
    <span class="lh-clause">
      {clause.article && <span class="lh-clause-article">{clause.article} </span>}
      {clause.text}
    </span>
  );
}

export function sentenceOf(error: unknown): string {
  if (!(error instanceof Refusal)) return t("error.unknown");
  if (error.code === "err_offline") return t("error.offline");
  return error.problem.detail || error.problem.title || t("error.unknown");
}

/** A refusal of the API: its sentence, the clause it enforces, the earliest date, the steps still missing. */
export function RefusalNotice({ error, focusRef, title }: { error: unknown; focusRef?: Ref<HTMLDivElement>; title?: string }) {
  const problem = error instanceof Refusal ? error.problem : null;
  const offline = problem?.code === "err_offline";
  return (
    <Notice tone="danger" alert icon={offline ? "offline" : "warn"} {...(focusRef ? { focusRef } : {})} {...(title ? { title } : {})}>
      <p class="lh-plain">{sentenceOf(error)}</p>
      {problem?.why && <p class="lh-plain">{problem.why}</p>}
      {problem?.earliest && <p class="lh-plain lh-strong">{t("error.earliest", { date: longDay(problem.earliest) })}</p>}
      {problem?.missing && problem.missing.length > 0 && (
        <ul class="lh-bullets">
          {problem.missing.map((step) => (
            <li key={step.element}>{step.step ? t("step.named", { step: step.step, name: step.name ?? step.element }) : (step.name ?? step.element)}</li>
          ))}
        </ul>
      )}
      <Citation clause={problem?.clause} />
      {problem && problem.status >= 500 && <p class="lh-plain lh-small lh-quiet">{t("error.code", { code: problem.code })}</p>}
    </Notice>
  );
}

/** The whole place of a page or list that could not be loaded. */
export function LoadFailure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const missing = error instanceof Refusal && error.status === 404;
  return (
    <div class="lh-stack">
      <RefusalNotice error={error} title={missing ? t("error.missing") : t("error.load")} />
      <div class="lh-row">
        {!missing && <Button onClick={onRetry}>{t("act.retry")}</Button>}
        {missing && (
          <a class="lh-button" href="/">
            {t("act.toInbox")}
          </a>
        )}
      </div>
    </div>
  );
}
