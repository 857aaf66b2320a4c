/* Undoes what mail programs, chats, documents and terminals do to a link (L-13). */

/** How often a link may be percent-encoded: once by a program that treats `#` as text, once by a redirect, and one more. */
const MAX_ENCODINGS = 3;
/** Soft hyphens, zero-width spaces and joiners, direction marks (all of Unicode's category Cf), and variation selectors. */
const INVISIBLE = /[\p{Cf}\u{fe00}-\u{fe0f}]/gu;
/** Hyphen, non-breaking hyphen and minus, with which word processors replace `-`. */
const HYPHENS = /[\u2010\u2011\u2212]/gu;
/** Escapes that Markdown editors add. */
const ESCAPE = /\\(?=[-_.#&*~])/gu;
const LINE_BREAKS = /[\r\n\u2028\u2029]+/u;
/** Quote marks at the start of lines, as in replies to mail. */
const QUOTE_MARKS = /^(?:[>|]\s*)+/u;
const ENCODED = /(?:%[\da-f]{2})+/giu;
const BASE64URL = /^[\w-]$/u;
const GAP = /^\s$/u;
const LETTER_OR_DIGIT = /^[A-Za-z\d]$/u;

/** The text as it is, then with one layer of percent-encoding after another removed; each without invisible characters, and with line breaks as `\n`. */
export function readings(text: string): string[] {
  const all = [clean(text)];
  for (let layer = 0; layer < MAX_ENCODINGS; layer += 1) {
    const last = all.at(-1) ?? "";
    const decoded = clean(decodeWhereItCan(last));
    if (decoded === last) break;
    all.push(decoded);
  }
  return all;
}

/** A field of fixed length, read from a text. */
export interface FixedField {
  readonly value: string;
  /** Index of the first character after it. */
  readonly end: number;
  /** Whether a letter or a digit follows directly, so that the field is too long. */
  readonly tooLong: boolean;
}

/** Reads a given number of base64url characters. Skips white space, which comes from wrapped lines. */
export function readFixed(text: string, start: number, length: number): FixedField {
  let value = "";
  let end = start;
  for (; end < text.length && value.length < length; end += 1) {
    const character = text.charAt(end);
    if (BASE64URL.test(character)) value += character;
    else if (!GAP.test(character)) break;
  }
  return { value, end, tooLong: LETTER_OR_DIGIT.test(text.charAt(end)) };
}

/** Decodes valid percent-encoding, and leaves the rest unchanged. */
function decodeWhereItCan(text: string): string {
  return text.replace(ENCODED, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

function clean(text: string): string {
  // NFKC replaces full-width characters, no-break spaces and the like with plain ones.
  const plain = text.normalize("NFKC").replace(INVISIBLE, "").replace(HYPHENS, "-").replace(ESCAPE, "");
  return plain
    .split(LINE_BREAKS)
    .map((line) => line.trim().replace(QUOTE_MARKS, ""))
    .join("\n")
    .trim();
}
