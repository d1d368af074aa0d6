import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../texts";
import { Notice } from "../ui/notice";
import { Skeleton } from "../ui/states";
import type { DiagramProps } from "./diagram";

/** A diagram, with the library that draws it fetched when it is first needed. */
export function Drawn(props: DiagramProps) {
  const [view, setView] = useState<{ View: ComponentType<DiagramProps> } | "lost" | null>(null);
  useEffect(() => {
    let gone = false;
    import("./diagram").then(
      (module) => {
        if (!gone) setView({ View: module.DiagramView });
      },
      () => {
        if (!gone) setView("lost");
      },
    );
    return () => {
      gone = true;
    };
  }, []);
  if (view === null) return <Skeleton />;
  if (view === "lost") {
    return (
      <Notice tone="danger" alert>
        {t("error.lost")}
      </Notice>
    );
  }
  return <view.View {...props} />;
}
