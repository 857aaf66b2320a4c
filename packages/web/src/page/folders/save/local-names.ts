/* The names under which the entries of a folder are saved: browsers refuse those that are special on any system. */
import { displayName } from "@rangecast/http";
import { foldedKey } from "./local-folder.ts";

/** Longest name, bytes: file systems allow 255, and a part's name is longer. */
const MAX_NAME_BYTES = 200;
const RESERVED = /[<>:"/\\|?*]/gu;
/** Names of devices on Windows, whatever their extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/iu;
const ENCODER = new TextEncoder();

/** A name for each of the host's names, in their order. Names that would fall together are told apart by a number. */
export function localNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    const plain = harmless(name);
    let own = plain;
    for (let number = 2; used.has(foldedKey(own)); number += 1) own = numbered(plain, number);
    used.add(foldedKey(own));
    return own;
  });
}

function harmless(name: string): string {
  const plain = displayName(name)
    .replace(RESERVED, "_")
    .replace(/[.\s]+$/u, "")
    .replace(DEVICE, "_$&");
  return cut(plain === "" ? "_" : plain);
}

/** Shortens the part before the extension, or a longer extension too. */
function cut(name: string): string {
  const [stem, extension] = split(name);
  const room = MAX_NAME_BYTES - ENCODER.encode(extension).byteLength;
  return room > 0 ? firstBytes(stem, room) + extension : firstBytes(name, MAX_NAME_BYTES);
}

/** The characters at the start of a text that fit into a number of bytes. */
function firstBytes(text: string, bytes: number): string {
  const { read } = ENCODER.encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

/** `film (2).mp4` */
function numbered(name: string, number: number): string {
  const [stem, extension] = split(name);
  return `${stem} (${number})${extension}`;
}

function split(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
}
