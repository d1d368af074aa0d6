/** One card of a page of oversight, with its heading and what can be done there. */
import type { ComponentChildren } from "preact";

export function Part({ title, children, acts }: { title: string; children: ComponentChildren; acts?: ComponentChildren }) {
  return (
    <section class="lh-card lh-card-pad lh-stack" aria-label={title}>
      <div class="lh-row lh-spread">
        <h2 class="lh-h2">{title}</h2>
        {acts}
      </div>
      {children}
    </section>
  );
}
