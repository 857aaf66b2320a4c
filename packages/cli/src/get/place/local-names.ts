/*
 * The names under which the entries of a folder are saved. A name that the file system can hold stays as it is, to the byte: a copy of a folder should be the
 * same folder. Others are made harmless, and names that fall together are told apart by a number.
 */
import { isEntryName } from "@rangecast/base";
import { cutName, windowsName } from "../../save-name.ts";
import type { NameRules } from "./name-rules.ts";

/** Longest name of the usual file systems, bytes. */
const MAX_NAME_BYTES = 255;

/**
 * A name for each entry, in their order: none is empty, `.` or `..`, or contains a separator. The same entries have the same names in each run.
 * @param taken names that none may have
 */
export function localNames(names: readonly Uint8Array[], rules: NameRules, taken: readonly string[] = []): Buffer[] {
  const used = new Set(taken.map((name) => keyOf(Buffer.from(name), rules)));
  const harmless = names.map((name) => harmlessName(Buffer.from(name), rules));
  const result: Buffer[] = [];
  const take = (index: number, name: Buffer): void => {
    used.add(keyOf(name, rules));
    result[index] = name;
  };
  // Names that stay as they are come first, so that a changed one doesn't take the name of another.
  for (const [index, name] of harmless.entries()) {
    if (name.equals(names[index] ?? name) && !used.has(keyOf(name, rules))) take(index, name);
  }
  for (const [index, name] of harmless.entries()) if (result[index] === undefined) take(index, tellApart(name, used, rules));
  return result;
}

function harmlessName(name: Buffer, rules: NameRules): Buffer {
  const text = name.toString();
  const isText = Buffer.from(text).equals(name);
  if (!isText && rules.bytes && name.byteLength <= MAX_NAME_BYTES) return plain(name);
  const shown = isText ? text : text.replaceAll("\uFFFD", "_");
  return plain(Buffer.from(cutName(rules.windows ? windowsName(shown) : shown, MAX_NAME_BYTES)));
}

/** The list was checked when it was decoded. This is the last place before the disk, so it checks again. */
function plain(name: Buffer): Buffer {
  if (!isEntryName(name)) throw new Error("not the name of a file");
  return name;
}

function tellApart(name: Buffer, used: ReadonlySet<string>, rules: NameRules): Buffer {
  let own = name;
  for (let number = 2; used.has(keyOf(own, rules)); number += 1) own = numbered(name, number);
  return own;
}

/** `film (2).mp4` */
function numbered(name: Buffer, number: number): Buffer {
  const suffix = ` (${number})`;
  const text = name.toString();
  const room = MAX_NAME_BYTES - suffix.length;
  // Bytes that are no text have no extension to keep.
  if (!Buffer.from(text).equals(name)) return Buffer.concat([name.subarray(0, room), Buffer.from(suffix)]);
  const cut = cutName(text, room);
  const dot = cut.lastIndexOf(".");
  return Buffer.from(dot > 0 ? `${cut.slice(0, dot)}${suffix}${cut.slice(dot)}` : `${cut}${suffix}`);
}

/** Equal for names that the file system takes for the same. */
function keyOf(name: Buffer, { folded }: NameRules): string {
  // The upper case of ß is SS, and both ſ and s are S.
  return folded ? name.toString().normalize("NFC").toUpperCase().toLowerCase() : name.toString("latin1");
}
