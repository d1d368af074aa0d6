/** Exact decimals, as far as a form needs them: read, compare, divide without remainder. Floats would misjudge 0.1. */

export interface Decimal {
  /** value = digits / 10^scale */
  digits: bigint;
  scale: number;
}

const MOST_DIGITS = 34; // as FEEL has them (DMN 1.3, 10.3.2.3.1)

/** From a JSON number or its decimal text; null for anything else, or more digits than FEEL has. */
export function decimal(raw: unknown): Decimal | null {
  if (typeof raw === "number") return Number.isFinite(raw) ? fromText(expanded(raw)) : null;
  if (typeof raw !== "string") return null;
  const text = raw.trim();
  return text.length <= 2 * MOST_DIGITS + 2 ? fromText(text) : null;
}

function expanded(number: number): string {
  const text = String(number);
  const found = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!found) return text;
  const [, sign = "", first = "", rest = "", power = "0"] = found;
  const digits = first + rest;
  const point = 1 + Number(power);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return point >= digits.length ? sign + digits.padEnd(point, "0") : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function fromText(text: string): Decimal | null {
  const found = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!found) return null;
  const whole = found[2] ?? "";
  const part = (found[3] ?? "").replace(/0+$/, "");
  const digits = BigInt(whole + part);
  const width = digits === 0n ? 0 : String(digits).length;
  if (width > MOST_DIGITS || part.length > MOST_DIGITS) return null;
  return { digits: found[1] === "-" ? -digits : digits, scale: part.length };
}

export function compare(a: Decimal, b: Decimal): number {
  const left = a.digits * 10n ** BigInt(b.scale);
  const right = b.digits * 10n ** BigInt(a.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function isMultiple(value: Decimal, step: Decimal): boolean {
  return step.digits !== 0n && (value.digits * 10n ** BigInt(step.scale)) % (step.digits * 10n ** BigInt(value.scale)) === 0n;
}

/** Decimal text without exponent or needless zeros. */
export function written(value: Decimal): string {
  const sign = value.digits < 0n ? "-" : "";
  const digits = String(value.digits < 0n ? -value.digits : value.digits).padStart(value.scale + 1, "0");
  return value.scale === 0 ? sign + digits : `${sign}${digits.slice(0, -value.scale)}.${digits.slice(-value.scale)}`;
}
