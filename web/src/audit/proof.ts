/**
 * What the sealed log proves, worked out in the browser: SHA-256, Ed25519 (RFC 8032), signed notes (C2SP) and the paths
 * of the Merkle tree (RFC 6962). The browser's own Ed25519 is used where there is one: not on plain http.
 */
const utf8 = new TextEncoder();

/** Not a note, not a key, not a checkpoint. */
export class Malformed extends Error {}

// ---------------------------------------------------------------- bytes

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function unhex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new Malformed("hex");
  return Uint8Array.from({ length: text.length / 2 }, (_, n) => parseInt(text.slice(2 * n, 2 * n + 2), 16));
}

function unbase64(text: string): Uint8Array {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) throw new Malformed("base64");
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

// ---------------------------------------------------------------- SHA-2 (FIPS 180-4); constants worked out from the primes

const PRIMES: number[] = [];
for (let n = 2; PRIMES.length < 80; n++) if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);

/** The first 64 bits of the fraction of the k-th root of n. */
function fraction(n: number, k: number): bigint {
  const target = BigInt(n) << BigInt(64 * k);
  let low = 0n;
  let high = 1n << 70n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(k) <= target) low = middle;
    else high = middle;
  }
  return low & 0xffffffffffffffffn;
}

const CUBES = PRIMES.map((prime) => fraction(prime, 3));
const SQUARES = PRIMES.slice(0, 8).map((prime) => fraction(prime, 2));

interface Width {
  bits: bigint;
  block: number;
  rounds: number;
  big: readonly [readonly bigint[], readonly bigint[]];
  small: readonly [readonly bigint[], readonly bigint[]];
}

const NARROW: Width = { bits: 32n, block: 64, rounds: 64, big: [[2n, 13n, 22n], [6n, 11n, 25n]], small: [[7n, 18n, 3n], [17n, 19n, 10n]] };
const WIDE: Width = { bits: 64n, block: 128, rounds: 80, big: [[28n, 34n, 39n], [14n, 18n, 41n]], small: [[1n, 8n, 7n], [19n, 61n, 6n]] };

/** SHA-256 or SHA-512 of a few kilobytes: one walk for both widths. */
function sha2(data: Uint8Array, width: Width): Uint8Array {
  const { bits, block, rounds } = width;
  const mask = (1n << bits) - 1n;
  const bytes = Number(bits) / 8;
  const narrowed = (word: bigint) => word >> (64n - bits);
  const turn = (x: bigint, n: bigint) => ((x >> n) | (x << (bits - n))) & mask;
  const mixed = (x: bigint, by: readonly bigint[]) => by.reduce((sum, n) => sum ^ turn(x, n), 0n);
  const spread = (x: bigint, [a = 0n, b = 0n, shift = 0n]: readonly bigint[]) => turn(x, a) ^ turn(x, b) ^ (x >> shift);
  const padded = new Uint8Array(Math.ceil((data.length + 1 + 2 * bytes) / block) * block);
  padded.set(data);
  padded[data.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(data.length) * 8n);
  const state = SQUARES.map(narrowed);
  const view = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += block) {
    const words = Array.from({ length: 16 }, (_, n) => (bits === 64n ? view.getBigUint64(at + 8 * n) : BigInt(view.getUint32(at + 4 * n))));
    const word = (n: number) => words[n] ?? 0n;
    for (let n = 16; n < rounds; n++) words.push((word(n - 16) + word(n - 7) + spread(word(n - 15), width.small[0]) + spread(word(n - 2), width.small[1])) & mask);
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
    for (let n = 0; n < rounds; n++) {
      const one = h + mixed(e, width.big[1]) + ((e & f) ^ (~e & mask & g)) + narrowed(CUBES[n] ?? 0n) + word(n);
      const two = mixed(a, width.big[0]) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & mask, c, b, a, (one + two) & mask];
    }
    [a, b, c, d, e, f, g, h].forEach((value, n) => (state[n] = ((state[n] ?? 0n) + value) & mask));
  }
  return unhex(state.map((one) => one.toString(16).padStart(2 * bytes, "0")).join(""));
}

export const sha256 = (data: Uint8Array): Uint8Array => sha2(data, NARROW);
const sha512 = (data: Uint8Array): Uint8Array => sha2(data, WIDE);

// ---------------------------------------------------------------- Ed25519

const Q = (1n << 255n) - 19n;
const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
const mod = (x: bigint): bigint => ((x % Q) + Q) % Q;

function power(base: bigint, exponent: bigint): bigint {
  let found = 1n;
  for (let [x, n] = [mod(base), exponent]; n > 0n; x = (x * x) % Q, n >>= 1n) if (n & 1n) found = (found * x) % Q;
  return found;
}

interface Point {
  X: bigint;
  Y: bigint;
  Z: bigint;
  T: bigint;
}

const D = mod(-121665n * power(121666n, Q - 2n));
const IMAGINARY = power(2n, (Q - 1n) / 4n);
const little = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

function lift(bytes: Uint8Array): Point | null {
  const raw = little(bytes);
  const y = raw & ((1n << 255n) - 1n);
  if (y >= Q) return null;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * v ** 3n * power(u * v ** 7n, (Q - 5n) / 8n));
  const check = mod(v * x * x);
  if (check === mod(-u)) x = mod(x * IMAGINARY);
  else if (check !== u) return null;
  const sign = raw >> 255n;
  if (x === 0n && sign === 1n) return null;
  if ((x & 1n) !== sign) x = Q - x;
  return { X: x, Y: y, Z: 1n, T: mod(x * y) };
}

function plus(p: Point, q: Point): Point {
  const a = mod((p.Y - p.X) * (q.Y - q.X));
  const b = mod((p.Y + p.X) * (q.Y + q.X));
  const c = mod(2n * p.T * q.T * D);
  const d = mod(2n * p.Z * q.Z);
  return { X: mod((b - a) * (d - c)), Y: mod((d + c) * (b + a)), Z: mod((d - c) * (d + c)), T: mod((b - a) * (b + a)) };
}

function times(n: bigint, point: Point): Point {
  let sum: Point = { X: 0n, Y: 1n, Z: 1n, T: 0n };
  for (const bit of n.toString(2)) {
    sum = plus(sum, sum);
    if (bit === "1") sum = plus(sum, point);
  }
  return sum;
}

/** Exported for its test: the way that a browser without Ed25519, or on plain http, goes. */
export function signedByHand(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const base = lift(Uint8Array.from([0x58, ...new Array<number>(31).fill(0x66)]));
  const [a, r, s] = [lift(key), lift(signature.subarray(0, 32)), little(signature.subarray(32))];
  if (!base || !a || !r || s >= ORDER) return false;
  const k = little(sha512(join(signature.subarray(0, 32), key, message))) % ORDER;
  const [left, right] = [times(s, base), plus(r, times(k, a))];
  return mod(left.X * right.Z - right.X * left.Z) === 0n && mod(left.Y * right.Z - right.Y * left.Z) === 0n;
}

async function isSigned(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (key.length !== 32 || signature.length !== 64) return false;
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle) {
    try {
      const known = await subtle.importKey("raw", join(key), { name: "Ed25519" }, false, ["verify"]);
      return await subtle.verify({ name: "Ed25519" }, known, join(signature), join(message));
    } catch {
      // this browser knows no Ed25519
    }
  }
  return signedByHand(key, message, signature);
}

// ---------------------------------------------------------------- notes

const LOG = 1;
const WITNESS = 4;

export interface Key {
  name: string;
  kind: number;
  mark: string;
  public: Uint8Array;
}

/** A key as text (C2SP vkey): name+hash+base64. */
export function readKey(line: string): Key {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(line.trim());
  const raw = found?.[3] === undefined ? new Uint8Array() : unbase64(found[3]);
  const [name, mark, kind] = [found?.[1], found?.[2], raw[0]];
  if (name === undefined || mark === undefined || raw.length !== 33 || (kind !== LOG && kind !== WITNESS)) throw new Malformed("key");
  const own = hex(sha256(join(utf8.encode(`${name}\n`), raw)).subarray(0, 4));
  if (own !== mark) throw new Malformed("key");
  return { name, kind, mark, public: raw.subarray(1) };
}

export interface Note {
  /** With its last line feed. */
  body: string;
  signatures: { name: string; mark: string; signed: Uint8Array }[];
}

/** Pasted text may have lost its last line feed, or come with those of Windows. */
export function readNote(pasted: string): Note {
  const text = `${pasted.replace(/\r\n/g, "\n").trim()}\n`;
  const cut = text.lastIndexOf("\n\n");
  if (cut < 1) throw new Malformed("note");
  const signatures = text
    .slice(cut + 2, -1)
    .split("\n")
    .map((line) => {
      const found = /^— (\S+) (\S+)$/.exec(line);
      const raw = found?.[2] === undefined ? new Uint8Array() : unbase64(found[2]);
      if (found?.[1] === undefined || raw.length < 5) throw new Malformed("signature");
      return { name: found[1], mark: hex(raw.subarray(0, 4)), signed: raw.subarray(4) };
    });
  return { body: text.slice(0, cut + 1), signatures };
}

/** The first of these keys of a log that signed the note; a witness signs otherwise. */
export async function signer(note: Note, keys: readonly Key[]): Promise<Key | null> {
  for (const key of keys.filter((one) => one.kind === LOG)) {
    for (const one of note.signatures.filter((line) => line.name === key.name && line.mark === key.mark)) {
      if (await isSigned(key.public, utf8.encode(note.body), one.signed)) return key;
    }
  }
  return null;
}

/** Which of these witnesses stand under a checkpoint (C2SP tlog-cosignature), and when each did: seconds since 1970. */
export async function cosigners(note: Note, keys: readonly Key[]): Promise<{ name: string; at: number }[]> {
  const found: { name: string; at: number }[] = [];
  for (const key of keys.filter((one) => one.kind === WITNESS)) {
    for (const one of note.signatures.filter((line) => line.name === key.name && line.mark === key.mark && line.signed.length === 72)) {
      const at = new DataView(one.signed.buffer, one.signed.byteOffset).getBigUint64(0);
      if (await isSigned(key.public, utf8.encode(`cosignature/v1\ntime ${at}\n${note.body}`), one.signed.subarray(8))) found.push({ name: key.name, at: Number(at) });
    }
  }
  return found;
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
}

export function readCheckpoint(body: string): Checkpoint {
  const [origin, size, root] = body.split("\n");
  const count = Number(size);
  if (!origin || !/^(?:0|[1-9][0-9]{0,15})$/.test(size ?? "") || !Number.isSafeInteger(count) || root === undefined) throw new Malformed("checkpoint");
  const bytes = unbase64(root);
  if (bytes.length !== 32) throw new Malformed("checkpoint");
  return { origin, size: count, root: bytes };
}

export interface Receipt {
  origin: string;
  chain: string;
  seq: number;
  hash: string;
  at: string;
}

const RECEIPT = "liuhen.receipt/v1\n";
export const isReceipt = (body: string): boolean => body.startsWith(RECEIPT);

export function readReceipt(body: string): Receipt {
  const [, origin, chain, seq, hash, at] = body.split("\n");
  if (!isReceipt(body) || !origin || !chain || !/^[1-9][0-9]{0,8}$/.test(seq ?? "") || !/^[0-9a-f]{64}$/.test(hash ?? "") || !at) throw new Malformed("receipt");
  return { origin, chain, seq: Number(seq), hash: hash ?? "", at };
}

// ---------------------------------------------------------------- the tree

/** The leaf of an entry: SHA-256(0x00 || text). */
export const leafOf = (text: string): Uint8Array => sha256(join(Uint8Array.of(0), utf8.encode(text)));
const node = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(join(Uint8Array.of(1), left, right));
const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, n) => byte === b[n]);
const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2); // a shift would cut at 32 bits

/** Whether the path leads from the leaf at `index` to the root of `size` entries (RFC 9162, 2.1.3.2). */
export function includes(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[], root: Uint8Array): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [place, last, found] = [index, size - 1, leaf];
  for (const one of path) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      found = node(one, found);
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else found = node(found, one);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && same(found, root);
}

/** Whether the tree of `size` entries begins with that of `old` (RFC 9162, 2.1.4.2). */
export function extended(old: number, oldRoot: Uint8Array, size: number, root: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (old < 1 || old > size) return false;
  if (old === size) return proof.length === 0 && same(oldRoot, root);
  const isPower = Number.isInteger(Math.log2(old));
  const [start, ...path] = isPower ? [oldRoot, ...proof] : proof;
  if (!start) return false;
  let [place, last] = [old - 1, size - 1];
  while (isOdd(place)) [place, last] = [half(place), half(last)];
  let [first, second] = [start, start];
  for (const one of path) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      [first, second] = [node(one, first), node(one, second)];
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else second = node(second, one);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && same(first, oldRoot) && same(second, root);
}
