/** The strokes of a drawn signature, and the path data that stands for them. */
export const FIELD = { width: 600, height: 200 } as const;

export type Point = readonly [number, number];
export type Stroke = readonly Point[];

/** Longest path data that the server takes, with room to spare. */
const LONGEST = 19_000;
const NEAR = 2;

/** A stroke goes on to a point, unless that is hardly elsewhere. */
export function extended(stroke: Stroke, point: Point): Stroke {
  const last = stroke[stroke.length - 1];
  if (last && Math.abs(last[0] - point[0]) < NEAR && Math.abs(last[1] - point[1]) < NEAR) return stroke;
  return [...stroke, point];
}

/** Where a pointer is within the field, in its own units and inside its edges. */
export function placed(x: number, y: number, box: { left: number; top: number; width: number; height: number }): Point {
  const within = (value: number, most: number) => Math.round(Math.min(most, Math.max(0, value)));
  return [within(((x - box.left) / box.width) * FIELD.width, FIELD.width), within(((y - box.top) / box.height) * FIELD.height, FIELD.height)];
}

/** `M x y L x y …`; a dot is a short line, so that it shows. Empty where nothing was drawn or it is too much. */
export function pathOf(strokes: readonly Stroke[]): string {
  const parts = strokes
    .filter((stroke) => stroke.length > 0)
    .map((stroke) => {
      const points: Stroke = stroke.length === 1 && stroke[0] ? [stroke[0], [Math.min(FIELD.width, stroke[0][0] + 1), stroke[0][1]]] : stroke;
      return points.map(([x, y], n) => `${n === 0 ? "M" : "L"} ${x} ${y}`).join(" ");
    });
  const path = parts.join(" ");
  return path.length <= LONGEST ? path : "";
}
