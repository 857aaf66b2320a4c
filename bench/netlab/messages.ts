import type { LinkChange, LinkOptions } from "./link.ts";

/** The arguments of each call to a forked link. Its result is that of the method of `Link` with the same name. */
export interface Calls {
  create: LinkOptions;
  rewrite: string;
  rewriteSdp: string;
  set: LinkChange;
  outage: number;
  counters: null;
  startQueueWatch: null;
  readQueueWatch: null;
  close: null;
}

export type CallName = keyof Calls;

export type Request = { [Name in CallName]: { readonly id: number; readonly name: Name; readonly argument: Calls[Name] } }[CallName];

export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}
