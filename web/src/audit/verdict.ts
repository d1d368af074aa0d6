/**
 * Whether something that somebody holds is in the log: a receipt, an earlier checkpoint, an entry by its place. What the
 * server answers is only the material; every step is worked out here, under keys that are pinned where there are any.
 */
import { Refusal } from "../contract/client";
import { cosigners, extended, hex, includes, isReceipt, leafOf, Malformed, readCheckpoint, readKey, readNote, readReceipt, signer, unhex, type Checkpoint, type Key } from "./proof";
import { keep, recall } from "../ui/preferences";
import { growthBetween, keys, newestCheckpoint, proofOf, textOf } from "./log-calls";

/** One step that was checked; `what` is the key of its words, `facts` fill them. */
export interface Step {
  what: "signed" | "unsigned" | "hashed" | "misHashed" | "waiting" | "absent" | "other" | "included" | "notIncluded" | "pointSigned" | "pointUnsigned" | "grown" | "rewritten" | "cutBack" | "sameLog" | "otherLog" | "cosigned";
  /** Null: not known yet. */
  isGood: boolean | null;
  facts?: Record<string, string | number>;
}

export interface Verdict {
  kind: "receipt" | "checkpoint" | "entry";
  steps: Step[];
  isGood: boolean | null;
  /** Keys of one's own were compared; else those that this server itself names. */
  isPinned: boolean;
  /** The entry's own text, where the asker may read it. */
  text?: string;
}

/** Keys that somebody has from elsewhere, kept on this device. */
const PINS = "log-keys";
export const pins = (): string => recall(PINS) ?? "";

/** Raises `Malformed` where a line is no key. */
export function pin(lines: string): void {
  readPins(lines);
  keep(PINS, lines.trim() || null);
}

const readPins = (lines: string): Key[] =>
  lines
    .split("\n")
    .filter((line) => line.trim())
    .map(readKey);

interface Known {
  trusted: Key[];
  isPinned: boolean;
  quorum: number;
}

async function known(): Promise<Known> {
  const pinned = readPins(pins());
  const said = await keys();
  const trusted = pinned.length > 0 ? pinned : [...said.log, ...said.witnesses].map((one) => readKey(one.vkey));
  return { trusted, isPinned: pinned.length > 0, quorum: said.quorum };
}

const verdict = (kind: Verdict["kind"], steps: Step[], of: Known, text?: string): Verdict => ({
  kind,
  steps,
  isGood: steps.some((one) => one.isGood === false) ? false : steps.some((one) => one.isGood === null) ? null : true,
  isPinned: of.isPinned,
  ...(text === undefined ? {} : { text }),
});

/** What was pasted: a receipt or a checkpoint. Raises `Malformed` for anything else, `Refusal` where the server refuses. */
export async function judge(pasted: string): Promise<Verdict> {
  const note = readNote(pasted);
  const of = await known();
  const by = await signer(note, of.trusted);
  const steps: Step[] = [by ? { what: "signed", isGood: true, facts: { name: by.name } } : { what: "unsigned", isGood: false }];
  if (!isReceipt(note.body)) return checkpoint(readCheckpoint(note.body), steps, of);
  const receipt = readReceipt(note.body);
  steps.push(...(await proved(receipt.chain, receipt.seq, receipt.hash, of)));
  return verdict("receipt", steps, of);
}

/**
 * An entry by its place: its text is hashed here. Where the asker may not read all of it, `shown`, the hash that stands
 * beside what they may read, is proved instead.
 */
export async function judgeEntry(chain: string, seq: number, shown: string | null): Promise<Verdict> {
  const of = await known();
  let entry;
  try {
    entry = await textOf(chain, seq);
  } catch (error) {
    if (shown === null || !(error instanceof Refusal && error.status === 404)) throw error;
    return verdict("entry", await proved(chain, seq, shown, of), of);
  }
  const hash = hex(leafOf(entry.text));
  const body = JSON.parse(entry.text) as { chain?: unknown; seq?: unknown };
  const fits = hash === (shown ?? entry.hash) && body.chain === chain && body.seq === seq;
  const steps: Step[] = [{ what: fits ? "hashed" : "misHashed", isGood: fits, facts: { hash } }, ...(await proved(chain, seq, hash, of))];
  return verdict("entry", steps, of, entry.text);
}

async function proved(chain: string, seq: number, hash: string, of: Known): Promise<Step[]> {
  let proof;
  try {
    proof = await proofOf(chain, seq);
  } catch (error) {
    if (error instanceof Refusal && error.code === "err_not_sealed_yet") return [{ what: "waiting", isGood: null }];
    if (error instanceof Refusal && error.status === 404) return [{ what: "absent", isGood: false }];
    throw error;
  }
  if (proof.hash !== hash) return [{ what: "other", isGood: false, facts: { hash: proof.hash } }];
  const note = readNote(proof.note);
  const point = readCheckpoint(note.body);
  const isIn = point.size === proof.size && includes(unhex(hash), proof.index, proof.size, proof.hashes.map(unhex), point.root);
  const signed = await signer(note, of.trusted);
  return [
    { what: isIn ? "included" : "notIncluded", isGood: isIn, facts: { n: proof.index + 1, size: proof.size } },
    { what: signed ? "pointSigned" : "pointUnsigned", isGood: signed !== null, facts: { name: signed?.name ?? point.origin } },
    ...(await witnessed(note, of)),
  ];
}

async function witnessed(note: ReturnType<typeof readNote>, of: Known): Promise<Step[]> {
  const found = await cosigners(note, of.trusted);
  return found.length > 0 ? [{ what: "cosigned", isGood: true, facts: { n: found.length, k: of.quorum, names: found.map((one) => one.name).join(", ") } }] : [];
}

async function checkpoint(held: Checkpoint, steps: Step[], of: Known): Promise<Verdict> {
  const note = readNote((await newestCheckpoint()).note);
  const now = readCheckpoint(note.body);
  if (held.origin !== now.origin) return verdict("checkpoint", [...steps, { what: "otherLog", isGood: false, facts: { name: held.origin } }], of);
  const signed = await signer(note, of.trusted);
  steps.push({ what: signed ? "pointSigned" : "pointUnsigned", isGood: signed !== null, facts: { name: signed?.name ?? now.origin } });
  if (held.size > now.size) return verdict("checkpoint", [...steps, { what: "cutBack", isGood: false, facts: { held: held.size, size: now.size } }], of);
  const proof = held.size === now.size ? [] : (await growthBetween(held.size, now.size)).hashes.map(unhex);
  const isGrown = extended(held.size, held.root, now.size, now.root, proof);
  const facts = { held: held.size, size: now.size };
  steps.push(isGrown ? { what: held.size === now.size ? "sameLog" : "grown", isGood: true, facts } : { what: "rewritten", isGood: false, facts });
  return verdict("checkpoint", [...steps, ...(await witnessed(note, of))], of);
}

export { Malformed };
