/** What mail programs, chats, documents and terminals do to a link, taken back as far as it can be. */

/** Times that a link may have been percent-encoded: one by a program that took `#` for text, one by a redirect that carried it, and one to spare. */
const MAX_ENCODINGS = 3;
/** Soft hyphens, zero-width spaces and joiners, direction marks (all of Unicode's category Cf), and variation selectors. */
const INVISIBLE = /[\p{Cf}\u{fe00}-\u{fe0f}]/gu;
/** Hyphen, non-breaking hyphen and minus, which word processors put in the place of `-`. */
const HYPHENS = /[\u2010\u2011\u2212]/gu;
/** Markdown editors escape what would be markup. */
const ESCAPE = /\\(?=[-_.#&*~])/gu;
const LINE_BREAKS = /[\r\n\u2028\u2029]+/u;
/** What replies put before each line. */
const QUOTE_MARKS = /^(?:[>|]\s*)+/u;
const ENCODED = /(?:%[\da-f]{2})+/giu;
const BASE64URL = /^[\w-]$/u;
const GAP = /^\s$/u;
const LETTER_OR_DIGIT = /^[A-Za-z\d]$/u;

/** The text as it is, then with one layer of percent-encoding after the other taken off; each without what is invisible, and with line breaks as `\n`. */
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

/** A field of a known length, read from a text. */
export interface FixedField {
  readonly value: string;
  /** Index of the first character behind it. */
  readonly end: number;
  /** Whether a letter or a digit follows at once: then it is longer than it may be. */
  readonly tooLong: boolean;
}

/** Reads base64url of a known number of characters. White space inside is skipped: it comes from a wrapped line. */
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

/** Decodes what is valid, and leaves the rest. */
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
  // NFKC: full-width characters, no-break spaces and the like become the plain ones.
  const plain = text.normalize("NFKC").replace(INVISIBLE, "").replace(HYPHENS, "-").replace(ESCAPE, "");
  return plain
    .split(LINE_BREAKS)
    .map((line) => line.trim().replace(QUOTE_MARKS, ""))
    .join("\n")
    .trim();
}
