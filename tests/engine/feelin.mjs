// Evaluates a corpus with feelin, the FEEL of the browser: reads [{text, context, value?}] as JSON from standard
// input, writes one result each. Dates and durations come and go as {"@": "their text"}.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const feelin = await import(pathToFileURL(process.argv[2]).href);

function thaw(value) {
  if (Array.isArray(value)) return value.map(thaw);
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === '@') return feelin.evaluate(`@"${value['@']}"`, {}).value;
  return Object.fromEntries(keys.map((key) => [key, thaw(value[key])]));
}

function freeze(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(freeze);
  if (typeof value === 'function') return { '@': 'function' };
  if (typeof value !== 'object') return value;
  if (feelin.isRange(value)) {
    return { start: freeze(value.start), end: freeze(value.end) };
  }
  if (Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, freeze(item)]));
  }
  return { '@': String(value) };
}

const answers = JSON.parse(readFileSync(0, 'utf8')).map(({ text, context, value }) => {
  try {
    const names = thaw(context);
    const found = value === undefined
      ? feelin.evaluate(text, names)
      : feelin.unaryTest(text, { ...names, '?': thaw(value) });
    return { value: freeze(found.value) };
  } catch (fault) {
    return { fault: String(fault.message).slice(0, 200) };
  }
});
process.stdout.write(JSON.stringify(answers));
