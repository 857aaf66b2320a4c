/* The fields after a link's secret. They have no fixed length, so their end is found by the characters that can't be part of them (L-13). */
import { readings } from "./pasted-text.ts";

export type FieldName = "relay" | "path";

/** Punctuation and markup after a field. They are encoded where they end a field. */
export const TRAILING: RegExp = /[.,;:!?~_/-]+$/u;
const ANY_FIELD = /&(?:amp;)?(?:relay|path)=/u;
const FIELD: Readonly<Record<FieldName, RegExp>> = {
  relay: /&(?:amp;)?relay=([^\s&"'<>(){}|`*\u0080-\u{10ffff}]*)(.?)/su,
  path: /&(?:amp;)?path=([^\s&"'<>(){}|`*\u0080-\u{10ffff}]*)(.?)/su,
};
/** A line that can be the rest of a wrapped field: only characters of a percent-encoded address; with a path, also those of its names. */
const CONTINUED = /^[a-z\dA-F.:%&=-]+$/u;
const CONTINUED_PATH = /^[\w.~:%&=/-]+$/u;

/**
 * The text that has the fields, with the layers of percent-encoding removed in which they are hidden. All fields are read from the same text, and so the
 * value of one can't look like another.
 * @param text the text after the secret
 */
export function readFields(text: string): string {
  const layers = readings(firstRun(text));
  return layers.find((reading) => ANY_FIELD.test(reading)) ?? "";
}

/** The value of a field, and the character after it; undefined if there is no such field. @param fields see {@link readFields} */
export function fieldIn(fields: string, name: FieldName): { readonly text: string; readonly after: string } | undefined {
  const [, text, after] = FIELD[name].exec(fields) ?? [];
  return text === undefined || after === undefined ? undefined : { text, after };
}

/** The text up to the first white space, joined with the following lines if all of them look like parts of a wrapped field. */
function firstRun(text: string): string {
  const [first = "", ...more] = text.split("\n");
  const run = first.split(/\s/u, 1)[0] ?? "";
  const continued = text.includes("path=") ? CONTINUED_PATH : CONTINUED;
  const wrapped = run === first && more.every((line) => continued.test(line));
  return wrapped ? run + more.join("") : run;
}
