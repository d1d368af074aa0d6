/** A sheet for printing: a bar that stays on the screen, and the paper below it. */
import type { ComponentChildren } from "preact";
import { t } from "../texts";
import { Button } from "./button";
import { Icon } from "./icon";
import "./paper.css";

export function Printout({ back, name, children }: { back: string; name: string; children: ComponentChildren }) {
  return (
    <div class="lh-print">
      <div class="lh-print-bar">
        <a class="lh-back" href={back}>
          <Icon name="back" small />
          {name}
        </a>
        <Button look="primary" onClick={() => window.print()} data="print-now">
          {t("print.now")}
        </Button>
      </div>
      {children}
    </div>
  );
}

/** Facts with their labels. */
export function PaperLines({ lines }: { lines: readonly (readonly [label: string, value: string])[] }) {
  return (
    <dl class="lh-paper-lines">
      {lines.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
