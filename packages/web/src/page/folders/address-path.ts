/*
 * The path in a shared folder, in the field `&path=` behind the `#` of the page's address (L-18). There it is written for addresses that people copy into other
 * texts, which end an address at brackets, quotes and punctuation; so more is percent-encoded than in a URL of the service worker.
 */
import { linkOf } from "../address.ts";
import { canonicalPath, ROOT_PATH } from "./tree-path.ts";

const FIELD = /&path=([^&]*)/u;
/** What encodeURIComponent leaves, but the end of an address in a text doesn't keep. */
const FRAGILE = /[!'()*]|[-._~]$/gu;

/** The path in an address. Undefined if no file can have it. @param hash with or without its `#` */
export function pathOfHash(hash: string): string | undefined {
  const path = FIELD.exec(hash)?.[1];
  return path === undefined ? ROOT_PATH : canonicalPath(path);
}

/** The address's part from `#` on, with another path. */
export function hashWithPath(hash: string, path: string): string {
  if (path === ROOT_PATH) return linkOf(hash);
  return `${linkOf(hash)}&path=${path.replace(FRAGILE, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}
