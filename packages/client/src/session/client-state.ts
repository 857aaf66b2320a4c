import type { ClientErrorReason } from "../client-error.ts";

/** Why a file is closed: `reason` for programs, `message` for people (the host's own text, if it sent one). */
export interface CloseReason {
  readonly reason: ClientErrorReason;
  readonly message: string;
}

/**
 * Progress of opening a file:
 * - `joining`: asking the relay for the share (not in plain mode)
 * - `offering`: posting the offer and waiting for the host's answer
 * - `connecting`: looking for a path to the host, then waiting for its HELLO
 * - `open`: the file can be read
 * - `closed`: final
 */
export type ClientState =
  | { readonly phase: "joining" }
  | { readonly phase: "offering" }
  | { readonly phase: "connecting" }
  | { readonly phase: "open" }
  | ({ readonly phase: "closed" } & CloseReason);

export type ClientPhase = ClientState["phase"];
