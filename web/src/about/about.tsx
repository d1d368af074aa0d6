/** What this is, and what it is built from. */
import { t } from "../texts";
import { Seal } from "../ui/icon";
import { useTitle } from "../ui/title";
import { parts } from "virtual:parts";

export function AboutPage() {
  useTitle(t("nav.about"));
  return (
    <div class="lh-narrow lh-stack" style={{ gap: "16px" }}>
      <header class="lh-row" style={{ gap: "14px" }}>
        <Seal />
        <h1 class="lh-h1">{t("about.title")}</h1>
      </header>
      <section class="lh-card lh-card-pad lh-stack">
        <p class="lh-text">{t("about.what")}</p>
        <p class="lh-text lh-quiet">{t("about.trail")}</p>
      </section>
      <section class="lh-card lh-card-pad lh-stack">
        <h2 class="lh-h2">{t("about.licences")}</h2>
        <p class="lh-text lh-quiet">{t("about.licencesWhat")}</p>
        {parts.map((part) => (
          <details key={part.name} class="lh-details">
            <summary class="lh-summary">
              {part.name} {part.version} · {part.licence}
            </summary>
            <pre class="lh-code" style={{ whiteSpace: "pre-wrap" }} tabIndex={0} aria-label={part.name}>
              {part.text}
            </pre>
          </details>
        ))}
      </section>
    </div>
  );
}
