/** The keys with which the host disconnects a viewer: `x`, then the viewer's number. A pure value: each key leads to the next state. */

/** The digits that were typed after `x`; undefined before it. */
export type DropKeys = string | undefined;

export interface KeyStep {
  readonly keys: DropKeys;
  /** The viewer to disconnect. */
  readonly drop?: number;
}

const ESCAPE = "\u001B";
const BACKSPACES = ["\u007F", "\b"];
const ENTERS = ["\r", "\n"];

/** @param viewers the numbers of the present viewers */
export function nextKey(keys: DropKeys, key: string, viewers: readonly number[]): KeyStep {
  if (keys === undefined) return { keys: key.toLowerCase() === "x" && viewers.length > 0 ? "" : undefined };
  if (key === ESCAPE || viewers.length === 0) return { keys: undefined };
  if (BACKSPACES.includes(key)) return { keys: keys.slice(0, -1) };
  if (ENTERS.includes(key)) return chosen(keys, viewers);
  if (!/^\d$/.test(key)) return { keys };
  const typed = keys + key;
  const possible = viewers.filter((viewer) => String(viewer).startsWith(typed));
  // A digit that leads to no viewer is not taken, and one that leaves only one needs no Enter.
  if (possible.length === 0) return { keys };
  return possible.length === 1 && possible[0] === Number(typed) ? chosen(typed, viewers) : { keys: typed };
}

function chosen(keys: string, viewers: readonly number[]): KeyStep {
  const viewer = Number(keys);
  return viewers.includes(viewer) ? { keys: undefined, drop: viewer } : { keys };
}

/** The question in the live block; undefined if nothing is asked. */
export function dropQuestion(keys: DropKeys): string | undefined {
  return keys === undefined ? undefined : `Disconnect which viewer? Its number: ${keys}▏ Esc to go back.`;
}
