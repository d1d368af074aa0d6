/** One finger moves the diagram, two fingers zoom it, Ctrl and the wheel too. diagram-js has no touch of its own. */

export interface Canvas {
  zoom(to?: number | "fit-viewport", center?: "auto" | { x: number; y: number }): number;
  scroll(by: { dx: number; dy: number }): void;
  scrollToElement(id: string, padding: { top: number; bottom: number; left: number; right: number }): void;
  addMarker(id: string, name: string): void;
}

interface Point {
  x: number;
  y: number;
}

const clamp = (zoom: number): number => Math.min(4, Math.max(0.1, zoom));

export function touchPan(container: HTMLElement, canvas: Canvas): () => void {
  const fingers = new Map<number, Point>();

  const inside = (point: Point): Point => {
    const box = container.getBoundingClientRect();
    return { x: point.x - box.left, y: point.y - box.top };
  };
  const apart = (): { distance: number; middle: Point } | null => {
    const [a, b] = [...fingers.values()];
    if (!a || !b) return null;
    return { distance: Math.hypot(a.x - b.x, a.y - b.y), middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
  };
  const down = (event: PointerEvent) => {
    if (event.pointerType === "touch") fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  const move = (event: PointerEvent) => {
    const from = fingers.get(event.pointerId);
    if (!from) return;
    const before = apart();
    const to = { x: event.clientX, y: event.clientY };
    fingers.set(event.pointerId, to);
    const after = apart();
    if (before && after && before.distance > 0) canvas.zoom(clamp((canvas.zoom() * after.distance) / before.distance), inside(after.middle));
    else canvas.scroll({ dx: to.x - from.x, dy: to.y - from.y });
  };
  const up = (event: PointerEvent) => fingers.delete(event.pointerId);
  const wheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    canvas.zoom(clamp(canvas.zoom() * Math.exp(-event.deltaY / 300)), inside({ x: event.clientX, y: event.clientY }));
  };
  container.addEventListener("pointerdown", down);
  container.addEventListener("pointermove", move);
  container.addEventListener("pointerup", up);
  container.addEventListener("pointercancel", up);
  container.addEventListener("wheel", wheel, { passive: false });
  return () => {
    container.removeEventListener("pointerdown", down);
    container.removeEventListener("pointermove", move);
    container.removeEventListener("pointerup", up);
    container.removeEventListener("pointercancel", up);
    container.removeEventListener("wheel", wheel);
  };
}
