/**
 * The first letter of each character as it is pronounced: `党员发展` is `dyfz`.
 *
 * The browser sorts Chinese by its sound; a character begins with the letter of the last of these that does not come
 * behind it. They are the first character of every letter in that order (no sound begins with i, u or v).
 */
const FIRST = "阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀";
const LETTERS = "abcdefghjklmnopqrstwxyz";

const sound = new Intl.Collator("zh-CN-u-co-pinyin");
const known = new Map<string, string>();

function initial(character: string): string {
  if (!/\p{Script=Han}/u.test(character)) return character.toLowerCase();
  const kept = known.get(character);
  if (kept !== undefined) return kept;
  let letter = "";
  Array.from(FIRST).forEach((first, n) => {
    if (sound.compare(first, character) <= 0) letter = LETTERS.charAt(n);
  });
  known.set(character, letter);
  return letter;
}

export const initials = (text: string): string => Array.from(text, initial).join("");

/** Whether somebody who types `query` means `text`: a part of it, or the first letters of its sounds. */
export function isMeant(text: string, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  return wanted === "" || text.toLowerCase().includes(wanted) || initials(text).includes(wanted);
}
