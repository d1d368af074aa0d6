/**
 * Charts as plain SVG: lines, columns side by side or stacked, bars, a grid of heat. The drawing is for the eye alone;
 * beside each stands the same as a table, whose numbers lead to their lists.
 */
import type { ComponentChildren } from "preact";
import { t } from "../texts";

export interface Series {
  name: string;
  /** Which of the colours of the house. */
  tone: "brand" | "info" | "warn" | "danger";
}

export interface Point {
  label: string;
  /** What stands under the drawing, where the label is too long for it. */
  short?: string;
  values: readonly number[];
  /** The list behind each value. */
  hrefs?: readonly (string | undefined)[];
}

interface ChartProps {
  title: string;
  series: readonly Series[];
  points: readonly Point[];
}

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 26;
const TOP = 10;

/** A round number that is no smaller, for the top of the scale. */
export function ceiling(most: number): number {
  if (most <= 4) return 4;
  const magnitude = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 4, 5, 10].find((factor) => factor * magnitude >= most) ?? 10;
  return step * magnitude;
}

const across = (n: number, of: number) => LEFT + ((n + 0.5) * (WIDTH - LEFT)) / Math.max(1, of);
const up = (value: number, top: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);

function Scale({ top, points }: { top: number; points: readonly Point[] }) {
  const every = Math.ceil(points.length / 8);
  return (
    <>
      {[0, 0.25, 0.5, 0.75, 1].map((part) => (
        <g key={part}>
          <line class="lh-chart-grid" x1={LEFT} x2={WIDTH} y1={up(part * top, top)} y2={up(part * top, top)} />
          <text class="lh-chart-text" x={LEFT - 6} y={up(part * top, top) + 4} text-anchor="end">
            {top * part}
          </text>
        </g>
      ))}
      {points.map((point, n) =>
        n % every === 0 ? (
          <text key={point.label} class="lh-chart-text" x={across(n, points.length)} y={HEIGHT - 8} text-anchor="middle">
            {point.short ?? point.label}
          </text>
        ) : null,
      )}
    </>
  );
}

export function Lines({ title, series, points }: ChartProps) {
  const top = ceiling(Math.max(0, ...points.flatMap((point) => point.values)));
  const at = (n: number, s: number): [number, number] => [across(n, points.length), up(points[n]?.values[s] ?? 0, top)];
  return (
    <Figure title={title} series={series} points={points}>
      <Scale top={top} points={points} />
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
  const sums = points.map((point) => point.values.reduce((sum, value) => sum + value, 0));
  const top = ceiling(Math.max(0, ...(stacked ? sums : points.flatMap((point) => point.values))));
  const room = ((WIDTH - LEFT) / Math.max(1, points.length)) * 0.62;
  const width = Math.min(64, stacked ? room : room / series.length);
  return (
    <Figure title={title} series={series} points={points}>
      <Scale top={top} points={points} />
      {points.map((point, n) =>
        point.values.map((value, s) => {
          const below = stacked ? point.values.slice(0, s).reduce((sum, one) => sum + one, 0) : 0;
          const x = across(n, points.length) + (stacked ? -width / 2 : (s - series.length / 2) * width);
          const y = up(below + value, top);
          return <rect key={`${point.label}/${series[s]?.name ?? s}`} class={`lh-chart-${series[s]?.tone ?? "brand"} lh-chart-bar`} x={x} y={y} width={Math.max(1, width - 2)} height={Math.max(0, up(below, top) - y)} />;
        }),
      )}
    </Figure>
  );
}

/** Bars that lie, one line each, for names that are long: stacked where there are several values. */
export function Bars({ title, series, points }: ChartProps) {
  const most = Math.max(1, ...points.map((point) => point.values.reduce((sum, value) => sum + value, 0)));
  const line = 30;
  const name = 210;
  return (
    <Figure title={title} series={series} points={points} height={points.length * line + 6}>
      {points.map((point, n) => (
        <g key={point.label}>
          <text class="lh-chart-text" x={name - 8} y={n * line + 20} text-anchor="end">
            {clipped(point.short ?? point.label)}
          </text>
          {point.values.map((value, s) => {
            const before = point.values.slice(0, s).reduce((sum, one) => sum + one, 0);
            const scale = (WIDTH - name - 46) / most;
            return <rect key={series[s]?.name ?? s} class={`lh-chart-${series[s]?.tone ?? "brand"} lh-chart-bar`} x={name + before * scale} y={n * line + 6} width={value * scale} height={line - 12} />;
          })}
          <text class="lh-chart-text" x={name + 6 + (point.values.reduce((sum, value) => sum + value, 0) / most) * (WIDTH - name - 46)} y={n * line + 20}>
            {point.values.reduce((sum, value) => sum + value, 0)}
          </text>
        </g>
      ))}
    </Figure>
  );
}

/** A Chinese character is as wide as two Latin letters. */
function clipped(text: string): string {
  let width = 0;
  for (const [n, letter] of Array.from(text).entries()) {
    width += letter > "⺀" ? 2 : 1;
    if (width > 28) return `${Array.from(text).slice(0, n).join("")}…`;
  }
  return text;
}

function Figure({ title, series, points, height = HEIGHT, children }: ChartProps & { height?: number; children: ComponentChildren }) {
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
      <svg viewBox={`0 0 ${WIDTH} ${height}`} aria-hidden="true" focusable="false">
        {children}
      </svg>
      <details>
        <summary class="lh-summary">{t("insights.asTable")}</summary>
        <Grid title={title} columns={series.map((one) => one.name)} rows={points} />
      </details>
    </figure>
  );
}

/** Numbers in rows and columns that lead to their lists; with `heat`, the greater the darker. */
export function Grid({ title, columns, rows, heat = false }: { title: string; columns: readonly string[]; rows: readonly Point[]; heat?: boolean }) {
  const most = Math.max(1, ...rows.flatMap((row) => row.values));
  return (
    <div class="lh-figures-scroll" tabIndex={0} role="region" aria-label={title}>
      <table class="lh-figures">
        <thead>
          <tr>
            <td />
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              {row.values.map((value, n) => (
                <td key={columns[n]} style={heat && value > 0 ? { background: `color-mix(in srgb, var(--lh-warn-weak) ${20 + Math.round((80 * value) / most)}%, var(--lh-surface))` } : undefined}>
                  <Counted value={value} href={row.hrefs?.[n]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A number that leads to the list of what it counts; nothing leads nowhere. */
export function Counted({ value, href }: { value: number; href?: string | undefined }) {
  if (value === 0 || !href) return <span class="lh-numeric">{value}</span>;
  return (
    <a class="lh-link lh-numeric" href={href} data-count={value}>
      {value}
    </a>
  );
}
