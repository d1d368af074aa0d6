/** Two drawings side by side that pan and zoom together: what was, and what is to come, with what differs marked. */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../texts";
import { Notice } from "../ui/notice";
import { s } from "./texts";

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Canvas {
  viewbox(box?: Box): Box;
  zoom(how: "fit-viewport", center: "auto"): number;
  addMarker(id: string, name: string): void;
}

interface Registry {
  get(id: string): unknown;
}

interface Bus {
  on(event: "canvas.viewbox.changed", heard: (event: { viewbox: Box }) => void): void;
}

interface CompareProps {
  before: string | null;
  after: string | null;
  version: number | null;
  elements: Readonly<Record<string, string>>;
}

/** What is marked on which side: what is gone stands on the left only, what is new on the right. */
const sides: readonly (readonly string[])[] = [
  ["removed", "changed", "moved"],
  ["added", "changed", "moved"],
];

export default function Compare({ before, after, version, elements }: CompareProps) {
  const left = useRef<HTMLDivElement>(null);
  const right = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const drawings = [
      { container: left.current, xml: before },
      { container: right.current, xml: after },
    ].map(({ container, xml }) => ({ xml, made: container && xml ? new NavigatedViewer({ container, zoomScroll: { enabled: false } }) : null }));
    let gone = false;
    Promise.all(drawings.map(async ({ made, xml }) => (made && xml ? made.importXML(xml) : null))).then(
      () => {
        if (gone) return;
        drawings.forEach(({ made }, side) => {
          if (!made) return;
          const canvas = made.get<Canvas>("canvas");
          for (const [id, kind] of Object.entries(elements)) {
            if (sides[side]?.includes(kind) && made.get<Registry>("elementRegistry").get(id)) canvas.addMarker(id, `lh-diff-${kind}`);
          }
          canvas.zoom("fit-viewport", "auto");
        });
        let following = false;
        drawings.forEach(({ made }, side) => {
          const other = drawings[1 - side]?.made;
          if (!made || !other) return;
          made.get<Bus>("eventBus").on("canvas.viewbox.changed", ({ viewbox }) => {
            if (following) return;
            following = true;
            other.get<Canvas>("canvas").viewbox({ x: viewbox.x, y: viewbox.y, width: viewbox.width, height: viewbox.height });
            following = false;
          });
        });
      },
      () => {
        if (!gone) setFailed(true);
      },
    );
    return () => {
      gone = true;
      for (const { made } of drawings) made?.destroy();
    };
  }, [before, after, elements]);
  if (failed) {
    return (
      <Notice tone="danger" alert>
        {t("diagram.failed")}
      </Notice>
    );
  }
  return (
    <div class="lh-compare">
      {before !== null && (
        <figure class="lh-compare-one lh-plain" role="group" aria-label={s("before", { n: version ?? 0 })}>
          <figcaption class="lh-small">{s("before", { n: version ?? 0 })}</figcaption>
          <div class="lh-diagram">
            <div class="lh-canvas" ref={left} />
          </div>
        </figure>
      )}
      <figure class="lh-compare-one lh-plain" role="group" aria-label={s("after")}>
        <figcaption class="lh-small">{s("after")}</figcaption>
        <div class="lh-diagram">
          <div class="lh-canvas" ref={right} />
        </div>
      </figure>
    </div>
  );
}
