/** How far a countersignature has come: who has signed, and what is still needed. A secret ballot tells only how many. */
import type { Countersign } from "../contract/shapes";
import { t } from "../texts";
import { longTime } from "../ui/dates";
import { holdersText } from "../ui/holders";
import { Pill } from "../ui/pill";
import "./handing.css";

const SIDES = ["agree", "against", "abstain"] as const;
const tones = { agree: "good", against: "danger", abstain: "neutral" } as const;

export function CountersignPane({ found }: { found: Countersign }) {
  const { agree, against, abstain } = found;
  return (
    <section class="lh-card lh-pane" aria-label={t("count.title")} data-pane="countersign">
      <div class="lh-row lh-spread">
        <h2 class="lh-h3">{t("count.title")}</h2>
        {found.is_secret && (
          <Pill tone="info" icon="lock">
            {t("count.secret")}
          </Pill>
        )}
      </div>
      <p class="lh-plain lh-strong lh-numeric">{t("count.voted", { asked: found.asked, voted: found.voted })}</p>
      <div class="lh-count-bar" aria-hidden="true">
        {found.is_secret ? (
          <span class="lh-count-voted" style={{ width: `${(100 * found.voted) / Math.max(1, found.asked)}%` }} />
        ) : (
          SIDES.map((side) => <span key={side} class={`lh-count-${side}`} style={{ width: `${(100 * (found[side] ?? 0)) / Math.max(1, found.asked)}%` }} />)
        )}
      </div>
      {agree !== null && against !== null && abstain !== null && <p class="lh-plain lh-numeric">{t("count.sides", { agree, against, abstain })}</p>}
      <p class="lh-plain lh-small lh-quiet">{found.sentence}</p>
      {found.is_secret && <p class="lh-plain lh-small lh-quiet">{t("count.secretWhat")}</p>}
      {found.signers.length > 0 && (
        <ul class="lh-parts">
          {found.signers.map((one) => (
            <li key={one.task}>
              <span class="lh-part-main">
                {one.by ? (one.acting_for ? t("parts.for", { name: one.by.name, absent: one.acting_for.name }) : one.by.name) : holdersText(one.holders)}
                {one.opinion && <span class="lh-sub">{one.opinion}</span>}
              </span>
              {one.side ? <Pill tone={tones[one.side]}>{one.decision_label ?? ""}</Pill> : <Pill>{t("count.waiting")}</Pill>}
              {one.at && <span class="lh-small lh-quiet lh-numeric">{longTime(one.at)}</span>}
            </li>
          ))}
          {found.more > 0 && <li class="lh-quiet">{t("count.more", { n: found.more })}</li>}
        </ul>
      )}
    </section>
  );
}
