/** Numbers as a table: what stands beside every drawing, and a grid of heat by itself. */

export interface Point {
  label: string;
  /** What stands under the drawing, where the label is too long for it. */
  short?: string;
  values: readonly number[];
  /** The list behind each value. */
  hrefs?: readonly (string | undefined)[];
}

/** Numbers in rows and columns that lead to their lists; with `heat`, the greater the darker. */
export function Grid({ title, columns, rows, heat = false }: { title: string; columns: readonly string[]; rows: readonly Point[]; heat?: boolean }) {
  const most = Math.max(1, ...rows.flatMap((row) => row.values));
  return (
    <div class="lh-figures-scroll" tabIndex={0} role="group" aria-label={title}>
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
