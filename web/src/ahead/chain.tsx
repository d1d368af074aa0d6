/** Beside the start form: who will handle the case, as far as it can be told from what is filled in. */
import { previewStart } from "../contract/calls";
import type { AheadStep, Answers } from "../contract/shapes";
import { t } from "../texts";
import { stepWho } from "./words";
import { useAhead } from "./use-ahead";
import "./ahead.css";

interface ChainProps {
  definition: string;
  unit: string | null;
  answers: Answers;
}

export function Chain({ definition, unit, answers }: ChainProps) {
  const body = { definition, data: answers, ...(unit ? { unit } : {}) };
  const seen = useAhead(unit === null ? null : JSON.stringify(body), () => previewStart(body));
  const steps = seen.value ? [...seen.value.next, ...seen.value.chain] : [];
  const first = seen.value?.next.length ?? 0;
  return (
    <section class="lh-card lh-pane lh-chain" aria-label={t("ahead.who")} aria-busy={seen.busy} data-act="chain">
      <h2 class="lh-h3">{t("ahead.who")}</h2>
      {steps.length === 0 ? (
        <p class="lh-plain lh-small lh-quiet">{t(seen.busy ? "ahead.loading" : "ahead.none")}</p>
      ) : (
        <>
          <ol class="lh-chain-list">
            {steps.map((step, n) => (
              <li key={`${step.element} ${n}`} class={`lh-chain-step${n < first ? " lh-chain-first" : ""}${step.kind === "depends" ? " lh-chain-depends" : ""}`}>
                <ChainStep step={step} />
              </li>
            ))}
          </ol>
          <p class="lh-plain lh-small lh-quiet">{t("ahead.whoHint")}</p>
        </>
      )}
    </section>
  );
}

function ChainStep({ step }: { step: AheadStep }) {
  if (step.kind === "depends") return <span class="lh-small lh-quiet">{t("ahead.depends", { options: step.options.join(t("ahead.or")) })}</span>;
  return (
    <>
      <span class="lh-strong">{step.step ? t("step.named", { step: step.step, name: step.name }) : step.name}</span>
      <span class={`lh-sub${step.is_vacant ? " lh-chain-vacant" : ""}`}>{stepWho(step)}</span>
    </>
  );
}
