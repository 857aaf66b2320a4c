/*
 * CANCEL (0x04, browser), PING (0x05, both), PONG (0x06, both): a header without a payload. A payload of CANCEL or PING is ignored (C-6).
 */
import { Flag, FrameType } from "./frame-type.ts";
import { allocateFrame, type Header } from "./header.ts";

/** Stops the stream; no RANGE_END follows (C-5). */
export interface Cancel {
  readonly type: "cancel";
  readonly streamId: number;
}

/** The peer responds with a PONG of the same stream id (C-6). */
export interface Ping {
  readonly type: "ping";
  readonly streamId: number;
  /** The browser knows the extensions. */
  readonly extended?: boolean;
}

/** The channel is ordered, so a PONG proves that everything sent before its PING has arrived. */
export interface Pong {
  readonly type: "pong";
  readonly streamId: number;
}

export function decodeCancel(header: Header): Cancel {
  return { type: "cancel", streamId: header.streamId };
}

export function encodeCancel(cancel: Cancel): Uint8Array<ArrayBuffer> {
  return allocateFrame(FrameType.CANCEL, 0, cancel.streamId, 0);
}

export function decodePing(header: Header): Ping {
  return { type: "ping", streamId: header.streamId, ...((header.flags & Flag.EXTENDED) === 0 ? {} : { extended: true }) };
}

export function encodePing(ping: Ping): Uint8Array<ArrayBuffer> {
  return allocateFrame(FrameType.PING, ping.extended ? Flag.EXTENDED : 0, ping.streamId, 0);
}

export function decodePong(header: Header): Pong {
  return { type: "pong", streamId: header.streamId };
}

export function encodePong(pong: Pong): Uint8Array<ArrayBuffer> {
  return allocateFrame(FrameType.PONG, 0, pong.streamId, 0);
}
