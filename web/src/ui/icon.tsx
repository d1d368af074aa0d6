/** The signs used beside words; never instead of them, so all are hidden from screen readers. */
const paths = {
  inbox: "M4 13l2.5-8h11L20 13v6H4zM4 13h4.5a3.5 3.5 0 0 0 7 0H20",
  start: "M12 5v14M5 12h14",
  file: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7",
  cases: "M4 7h6l2 2h8v10H4zM8 13h8",
  library: "M6 4h5v6H6zM13 14h5v6h-5zM8.5 10v4a3 3 0 0 0 3 3H13",
  audit: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 11.5l2.2 2.2L15.5 9.5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5",
  back: "M14 6l-6 6 6 6",
  next: "M10 6l6 6-6 6",
  down: "M6 9l6 6 6-6",
  up: "M6 15l6-6 6 6",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  warn: "M12 4l9 16H3zM12 10v4.5M12 17.3v.2",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.5v.2",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
  minus: "M5 12h14",
  pause: "M9 6v12M15 6v12",
  play: "M8 5l11 7-11 7z",
  design: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3M12 20h8",
  chart: "M4 20V4M4 20h16M8 16v-5M12 16V7M16 16v-8M20 16v-3",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  language: "M4 6h9M8.5 4v2c0 4-2 7-5 8.5M6 9c1 3 3.5 5 6 6M12 20l4-9 4 9M13.5 17h5",
  light: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
  leave: "M14 5H5v14h9M10 12h10M17 8.5l3.5 3.5-3.5 3.5",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19c.8-3.5 3.2-5 6.5-5s5.7 1.5 6.5 5M16 11a3 3 0 1 0-1-5.8M17.5 14.3c2.2.4 3.5 1.9 4 4.7",
  keyboard: "M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8",
  bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21h4",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  offline: "M4 4l16 16M9 16a4.5 4.5 0 0 1 5.5-.5M5.5 12.5a10 10 0 0 1 5-2.5M13.5 9.8a10 10 0 0 1 5 2.7M12 19.5v.01",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, small }: { name: IconName; small?: boolean }) {
  return (
    <svg class={small ? "lh-icon lh-icon-small" : "lh-icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

export function Seal() {
  return (
    <svg class="lh-seal" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="var(--lh-seal)" />
      <path d="M8 22c3-9 6-9 8-4s5 3 8-8" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" />
      <circle cx="8" cy="22" r="2.4" fill="#fff" />
      <circle cx="24" cy="10" r="2.4" fill="#fff" />
    </svg>
  );
}
