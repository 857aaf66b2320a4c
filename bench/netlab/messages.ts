import type { LinkChange, LinkOptions } from "./link.ts";

/** What each call to a forked link takes; it answers with what the call of the same name of `Link` does. */
export interface Calls {
  create: LinkOptions;
  rewrite: string;
  rewriteSdp: string;
  set: LinkChange;
  outage: number;
  counters: null;
  close: null;
}

export type CallName = keyof Calls;

export type Request = { [Name in CallName]: { readonly id: number; readonly name: Name; readonly argument: Calls[Name] } }[CallName];

export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}
