import type { ComponentChildren } from "preact";
import { t } from "../texts";

/** Grey lines that appear only when waiting takes longer than a blink. */
export function Skeleton({ lines = 5 }: { lines?: number }) {
  return (
    <div class="lh-card lh-card-pad lh-stack" aria-busy="true">
      <span class="lh-hidden-text" role="status">
        {t("state.loading")}
      </span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="lh-skeleton lh-skeleton-late" style={{ width: `${94 - ((line * 23) % 47)}%` }} />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="lh-card lh-empty">
      <svg class="lh-empty-art" viewBox="0 0 72 72" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round">
        <path d="M8 52c14-34 24-30 30-14s14 12 26-22" opacity=".35" />
        <circle cx="8" cy="52" r="4" fill="currentColor" stroke="none" />
        <circle cx="38" cy="38" r="3" fill="currentColor" stroke="none" opacity=".55" />
        <circle cx="64" cy="16" r="4" />
      </svg>
      <h2 class="lh-h2">{title}</h2>
      {children}
    </div>
  );
}
