/**
 * Charts as plain SVG: lines, columns side by side or stacked, bars. The drawing is for the eye alone;
 * beside each stands the same as a table, whose numbers lead to their lists.
 */
import type { ComponentChildren } from "preact";
import { t } from "../texts";
import { usePhone } from "../ui/media";
import { Grid, type Point } from "./grid";

export interface Series {
  name: string;
  /** Which of the colours of the house. */
  tone: "brand" | "info" | "warn" | "danger";
}

interface ChartProps {
  title: string;
  series: readonly Series[];
  points: readonly Point[];
}

/** Units of the drawing: fewer on a phone, so that its words stay as large. */
const useWidth = () => (usePhone() ? 340 : 640);
const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 26;
const TOP = 10;

/** A number that is no smaller and falls into four whole parts, for the top of the scale. */
export function ceiling(most: number): number {
  if (most <= 4) return 4;
  const magnitude = 10 ** Math.floor(Math.log10(most));
  return magnitude * ([2, 4, 8, 20].find((factor) => factor * magnitude >= most && (factor * magnitude) % 4 === 0) ?? 20);
}

const across = (n: number, of: number, width: number) => LEFT + ((n + 0.5) * (width - LEFT)) / Math.max(1, of);
const up = (value: number, top: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);

function Scale({ top, points, width }: { top: number; points: readonly Point[]; width: number }) {
  const every = Math.ceil((points.length * 76) / (width - LEFT));
  return (
    <>
      {[0, 0.25, 0.5, 0.75, 1].map((part) => (
        <g key={part}>
          <line class="lh-chart-grid" x1={LEFT} x2={width} y1={up(part * top, top)} y2={up(part * top, top)} />
          <text class="lh-chart-text" x={LEFT - 6} y={up(part * top, top) + 4} text-anchor="end">
            {top * part}
          </text>
        </g>
      ))}
      {points.map((point, n) =>
        n % every === 0 ? (
          <text key={point.label} class="lh-chart-text" x={across(n, points.length, width)} y={HEIGHT - 8} text-anchor="middle">
            {point.short ?? point.label}
          </text>
        ) : null,
      )}
    </>
  );
}

export function Lines({ title, series, points }: ChartProps) {
  const width = useWidth();
  const top = ceiling(Math.max(0, ...points.flatMap((point) => point.values)));
  const at = (n: number, s: number): [number, number] => [across(n, points.length, width), up(points[n]?.values[s] ?? 0, top)];
  return (
    <Figure title={title} series={series} points={points}>
      <Scale top={top} points={points} width={width} />
      {series.map((one, s) => (
        <g key={one.name} class={`lh-chart-${one.tone}`}>
          <polyline class="lh-chart-line" points={points.map((_, n) => at(n, s).join(",")).join(" ")} stroke-dasharray={s === 1 ? "7 4" : undefined} />
          {points.map((point, n) => (
            <circle key={point.label} class="lh-chart-dot" cx={at(n, s)[0]} cy={at(n, s)[1]} r={3.5} />
          ))}
        </g>
      ))}
    </Figure>
  );
}

/** Columns of each point: side by side, or one on the other. */
export function Columns({ title, series, points, stacked = false }: ChartProps & { stacked?: boolean }) {
  const width = useWidth();
  const sums = points.map((point) => point.values.reduce((sum, value) => sum + value, 0));
  const top = ceiling(Math.max(0, ...(stacked ? sums : points.flatMap((point) => point.values))));
  const room = ((width - LEFT) / Math.max(1, points.length)) * 0.62;
  const wide = Math.min(64, stacked ? room : room / series.length);
  return (
    <Figure title={title} series={series} points={points}>
      <Scale top={top} points={points} width={width} />
      {points.map((point, n) =>
        point.values.map((value, s) => {
          const below = stacked ? point.values.slice(0, s).reduce((sum, one) => sum + one, 0) : 0;
          const x = across(n, points.length, width) + (stacked ? -wide / 2 : (s - series.length / 2) * wide);
          const y = up(below + value, top);
          return <rect key={`${point.label}/${series[s]?.name ?? s}`} class={`lh-chart-${series[s]?.tone ?? "brand"} lh-chart-bar`} x={x} y={y} width={Math.max(1, wide - 2)} height={Math.max(0, up(below, top) - y)} />;
        }),
      )}
    </Figure>
  );
}

/** Bars that lie, one line each, for names that are long: stacked where there are several values. */
export function Bars({ title, series, points }: ChartProps) {
  const most = Math.max(1, ...points.map((point) => point.values.reduce((sum, value) => sum + value, 0)));
  const width = useWidth();
  const line = 30;
  const name = width / 3;
  return (
    <Figure title={title} series={series} points={points} height={points.length * line + 6}>
      {points.map((point, n) => (
        <g key={point.label}>
          <text class="lh-chart-text" x={name - 8} y={n * line + 20} text-anchor="end">
            {clipped(point.short ?? point.label, Math.floor(name / 7.5))}
          </text>
          {point.values.map((value, s) => {
            const before = point.values.slice(0, s).reduce((sum, one) => sum + one, 0);
            const scale = (width - name - 46) / most;
            return <rect key={series[s]?.name ?? s} class={`lh-chart-${series[s]?.tone ?? "brand"} lh-chart-bar`} x={name + before * scale} y={n * line + 6} width={value * scale} height={line - 12} />;
          })}
          <text class="lh-chart-text" x={name + 6 + (point.values.reduce((sum, value) => sum + value, 0) / most) * (width - name - 46)} y={n * line + 20}>
            {point.values.reduce((sum, value) => sum + value, 0)}
          </text>
        </g>
      ))}
    </Figure>
  );
}

/** A Chinese character is as wide as two Latin letters. */
function clipped(text: string, most: number): string {
  let width = 0;
  for (const [n, letter] of Array.from(text).entries()) {
    width += letter > "⺀" ? 2 : 1;
    if (width > most) return `${Array.from(text).slice(0, n).join("")}…`;
  }
  return text;
}

function Figure({ title, series, points, height = HEIGHT, children }: ChartProps & { height?: number; children: ComponentChildren }) {
  const width = useWidth();
  return (
    <figure class="lh-card lh-card-pad lh-chart">
      <figcaption class="lh-row lh-spread">
        <h2 class="lh-h3">{title}</h2>
        {series.length > 1 && (
          <span class="lh-row lh-small">
            {series.map((one) => (
              <span key={one.name} class="lh-chart-key">
                <span class={`lh-chart-swatch lh-chart-${one.tone}`} aria-hidden="true" />
                {one.name}
              </span>
            ))}
          </span>
        )}
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
        {children}
      </svg>
      <details>
        <summary class="lh-summary">{t("insights.asTable")}</summary>
        <Grid title={title} columns={series.map((one) => one.name)} rows={points} />
      </details>
    </figure>
  );
}
