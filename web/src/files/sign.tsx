/** What a step that is signed demands: the password again, or a signature drawn with finger, pen or mouse. */
import { useRef, useState } from "preact/hooks";
import type { Signed } from "../contract/shapes";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { extended, FIELD, pathOf, placed, type Stroke } from "./pad";
import "./files.css";
import { Must } from "../ui/must";

type Way = "password" | "drawing";

interface SignProps {
  ways: readonly string[];
  fault: string | null;
  onChange: (signature: Signed | null) => void;
}

export function Sign({ ways, fault, onChange }: SignProps) {
  const [way, setWay] = useState<Way>(ways.includes("drawing") && matchMedia("(pointer: coarse)").matches ? "drawing" : ways.includes("password") ? "password" : "drawing");
  const [password, setPassword] = useState("");
  const choose = (next: Way) => {
    setWay(next);
    setPassword("");
    onChange(null);
  };
  return (
    <fieldset class="lh-sign">
      <legend class="lh-label">
        {t("sign.title")}
        <Must />
      </legend>
      {ways.length > 1 && (
        <div class="lh-row" role="radiogroup" aria-label={t("sign.by")}>
          {(["drawing", "password"] as const).map((one) => (
            <label key={one} class="lh-sign-way">
              <input type="radio" name="sign-way" checked={way === one} onChange={() => choose(one)} />
              {t(one === "drawing" ? "sign.byDrawing" : "sign.byPassword")}
            </label>
          ))}
        </div>
      )}
      {way === "password" ? (
        <div class="lh-field">
          <label class="lh-label" for="sign-password">
            {t("sign.password")}
          </label>
          <input
            id="sign-password"
            class="lh-input"
            type="password"
            autoComplete="current-password"
            value={password}
            aria-invalid={fault ? "true" : undefined}
            aria-describedby={fault ? "sign-error" : undefined}
            onInput={(event) => {
              const typed = event.currentTarget.value;
              setPassword(typed);
              onChange(typed ? { password: typed } : null);
            }}
          />
        </div>
      ) : (
        <Pad onChange={(drawing) => onChange(drawing ? { drawing } : null)} hint={ways.includes("password")} />
      )}
      {fault && (
        <p class="lh-error" id="sign-error">
          <Icon name="warn" />
          <span>{fault}</span>
        </p>
      )}
    </fieldset>
  );
}

function Pad({ onChange, hint }: { onChange: (path: string) => void; hint: boolean }) {
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const field = useRef<SVGSVGElement>(null);
  const drawn = useRef<readonly Stroke[]>([]);
  const pen = useRef<number | null>(null);

  const put = (next: readonly Stroke[], isWhole: boolean) => {
    drawn.current = next;
    setStrokes(next);
    if (isWhole) onChange(pathOf(next));
  };
  const at = (event: PointerEvent) => placed(event.clientX, event.clientY, field.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1));
  const up = (event: PointerEvent) => {
    if (pen.current !== event.pointerId) return;
    pen.current = null;
    put(drawn.current, true);
  };
  return (
    <>
      <svg
        ref={field}
        class="lh-pad"
        viewBox={`0 0 ${FIELD.width} ${FIELD.height}`}
        role="img"
        aria-label={t("sign.pad")}
        onPointerDown={(event) => {
          if (pen.current !== null) return;
          event.preventDefault();
          pen.current = event.pointerId;
          field.current?.setPointerCapture(event.pointerId);
          put([...drawn.current, [at(event)]], false);
        }}
        onPointerMove={(event) => {
          if (pen.current !== event.pointerId) return;
          const last = drawn.current[drawn.current.length - 1] ?? [];
          put([...drawn.current.slice(0, -1), extended(last, at(event))], false);
        }}
        onPointerUp={up}
        onPointerCancel={up}
      >
        <line class="lh-pad-line" x1="30" y1="160" x2="570" y2="160" />
        <path class="lh-pad-ink" d={pathOf(strokes)} />
      </svg>
      <div class="lh-row">
        <Button small look="quiet" refused={strokes.length === 0 ? t("sign.missing") : null} onClick={() => put(drawn.current.slice(0, -1), true)}>
          {t("sign.undo")}
        </Button>
        <Button small look="quiet" refused={strokes.length === 0 ? t("sign.missing") : null} onClick={() => put([], true)}>
          {t("sign.clear")}
        </Button>
        {hint && <span class="lh-small lh-quiet">{t("sign.padHint")}</span>}
      </div>
    </>
  );
}
