/*
 * GOODBYE (0x08), agent to browser, extension X-4: the reason why the agent will close the channel. Sent only to a browser that announced
 * the extensions. Payload: u8 reason, then a message in UTF-8 for people, at most 256 bytes; a reader ignores further bytes.
 */
import { FrameType } from "./frame-type.ts";
import { allocateFrame, HEADER_BYTES, type Header, payloadOf } from "./header.ts";
import { WireError } from "./wire-error.ts";

const MAX_MESSAGE_BYTES = 256;

/** Why the agent closes the channel, by code; an unknown code is decoded as `other`. */
const REASONS = ["other", "stopped", "revoked", "expired", "limit", "used-up", "dropped"] as const;
export type GoodbyeReason = (typeof REASONS)[number];

export interface Goodbye {
  readonly type: "goodbye";
  readonly streamId: number;
  readonly reason: GoodbyeReason;
  readonly message: string;
}

/** @throws {WireError} `bad-size` if there is no reason */
export function decodeGoodbye(header: Header, bytes: Uint8Array): Goodbye {
  const payload = payloadOf(bytes);
  const code = payload[0];
  if (code === undefined) throw new WireError("bad-size", "goodbye without a reason");
  const message = new TextDecoder("utf-8", { ignoreBOM: true }).decode(payload.subarray(1, 1 + MAX_MESSAGE_BYTES));
  return { type: "goodbye", streamId: header.streamId, reason: REASONS[code] ?? "other", message };
}

/** Encodes a GOODBYE. Truncates a message over 256 bytes. */
export function encodeGoodbye(goodbye: Goodbye): Uint8Array<ArrayBuffer> {
  const message = new TextEncoder().encode(goodbye.message).subarray(0, MAX_MESSAGE_BYTES);
  const frame = allocateFrame(FrameType.GOODBYE, 0, goodbye.streamId, 1 + message.byteLength);
  frame[HEADER_BYTES] = REASONS.indexOf(goodbye.reason);
  frame.set(message, HEADER_BYTES + 1);
  return frame;
}
