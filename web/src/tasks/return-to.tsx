/** Where a task goes back to: the steps the designer allows, and what each choice would undo. */
import { useQuery } from "@tanstack/preact-query";
import { useEffect } from "preact/hooks";
import { returnsOf, type Back } from "../contract/calls";
import type { Returns } from "../contract/shapes";
import { t } from "../texts";
import { RefusalNotice } from "../ui/notice";
import { Skeleton } from "../ui/states";

interface ReturnToProps {
  task: string;
  chosen: Back;
  onChoose: (back: Back) => void;
}

type Target = Returns["targets"][number];

export function ReturnTo({ task, chosen, onChoose }: ReturnToProps) {
  const found = useQuery({ queryKey: ["task", task, "returns"], queryFn: () => returnsOf(task) });
  const first = found.data?.targets.at(-1)?.to;
  useEffect(() => {
    if (first !== undefined && chosen.to === undefined) onChoose({ ...chosen, to: first });
  }, [first, chosen, onChoose]);
  if (found.isPending) return <Skeleton lines={3} />;
  if (!found.data) return <RefusalNotice error={found.error} />;
  const { targets, mode } = found.data;
  if (targets.length === 0) return <p class="lh-plain lh-quiet">{t("return.nowhere")}</p>;
  return (
    <>
      <fieldset class="lh-plain lh-field">
        <legend class="lh-label">{t("return.to")}</legend>
        <div class="lh-stack" style={{ gap: "8px" }}>
          {targets.map((target) => (
            <label key={target.to} class="lh-choice" style={{ alignItems: "flex-start" }}>
              <input
                class="lh-tick"
                type="radio"
                name="return-to"
                value={target.to}
                checked={chosen.to === target.to}
                onChange={() => onChoose({ ...chosen, to: target.to })}
              />
              <span>
                <span class="lh-strong">
                  {target.step && `${t("step.nth", { step: target.step })} `}
                  {target.name}
                </span>
                <Undoes target={target} />
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      {mode === "ask" && (
        <fieldset class="lh-plain lh-field">
          <legend class="lh-label">{t("return.then")}</legend>
          <div class="lh-choices">
            {[false, true].map((straight) => (
              <label key={String(straight)} class="lh-choice">
                <input
                  class="lh-tick"
                  type="radio"
                  name="return-then"
                  checked={(chosen.straight ?? false) === straight}
                  onChange={() => onChoose({ ...chosen, straight })}
                />
                {t(straight ? "return.straight" : "return.again")}
              </label>
            ))}
          </div>
        </fieldset>
      )}
    </>
  );
}

function Undoes({ target }: { target: Target }) {
  const names = (items: readonly { name: string }[]) => items.map((item) => item.name).join(t("form.and"));
  return (
    <span class="lh-small lh-quiet" style={{ display: "block" }}>
      {target.goes_to.length > 0 && <span style={{ display: "block" }}>{t("return.goesTo", { names: names(target.goes_to) })}</span>}
      {target.void.length > 0 && <span style={{ display: "block" }}>{t("return.voids", { names: names(target.void) })}</span>}
      {target.gone.length > 0 && <span style={{ display: "block" }}>{t("return.takesAway", { names: names(target.gone) })}</span>}
    </span>
  );
}
