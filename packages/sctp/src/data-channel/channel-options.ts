import type { PartialReliability } from "./dcep.ts";
import { DataChannelError } from "./channel-error.ts";

/** The highest stream id of a channel (RFC 8832, 6: 65,535 is reserved). */
export const MAX_CHANNEL_ID = 65_534;

/** A u16, and a u32, of DATA_CHANNEL_OPEN. */
const MAX_NAME_BYTES = 0xffff;
const MAX_U32 = 0xffff_ffff;

export interface ChannelOptions {
  /** Whether messages arrive in the order in which they were sent. @default true */
  readonly ordered?: boolean;
  /** How often a message is sent again before it is given up. @default no limit */
  readonly maxRetransmits?: number;
  /** How long a message is sent, and sent again, before it is given up, ms. Not together with `maxRetransmits`. @default no limit */
  readonly maxPacketLifeTime?: number;
  /** A name that the two programs agree on. @default "" */
  readonly protocol?: string;
  /** The peer's program creates the same channel with the same id, so no DATA_CHANNEL_OPEN is sent. @default false */
  readonly negotiated?: boolean;
  /** The stream of a negotiated channel, 0 to 65,534. Other channels get the next free one of this side. */
  readonly id?: number;
}

/** What a channel is: from options of this side, or from the peer's DATA_CHANNEL_OPEN. */
export interface ChannelSettings {
  readonly label: string;
  readonly protocol: string;
  readonly ordered: boolean;
  readonly partial: PartialReliability | undefined;
  readonly negotiated: boolean;
}

/** @throws {DataChannelError} "bad-options" */
export function settingsOf(label: string, options: ChannelOptions): ChannelSettings {
  const { ordered = true, maxRetransmits, maxPacketLifeTime, protocol = "", negotiated = false, id } = options;
  if (maxRetransmits !== undefined && maxPacketLifeTime !== undefined) {
    throw new DataChannelError("bad-options", "a channel can't have both maxRetransmits and maxPacketLifeTime");
  }
  if (negotiated !== (id !== undefined)) throw new DataChannelError("bad-options", "a negotiated channel has an id, and no other channel");
  if (utf8Length(label) > MAX_NAME_BYTES || utf8Length(protocol) > MAX_NAME_BYTES) {
    throw new DataChannelError("bad-options", `a label or a protocol has at most ${MAX_NAME_BYTES} bytes`);
  }
  requireInteger("id", id, MAX_CHANNEL_ID);
  requireInteger("maxRetransmits", maxRetransmits, MAX_U32);
  requireInteger("maxPacketLifeTime", maxPacketLifeTime, MAX_U32);
  return { label, protocol, ordered, partial: partialOf(maxRetransmits, maxPacketLifeTime), negotiated };
}

const utf8Length = (text: string): number => new TextEncoder().encode(text).byteLength;

function partialOf(maxRetransmits: number | undefined, maxPacketLifeTime: number | undefined): PartialReliability | undefined {
  if (maxRetransmits !== undefined) return { limit: "retransmissions", count: maxRetransmits };
  return maxPacketLifeTime === undefined ? undefined : { limit: "lifetime", ms: maxPacketLifeTime };
}

function requireInteger(name: string, value: number | undefined, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= most)) return;
  throw new DataChannelError("bad-options", `${name} can't be ${value}: it is an integer from 0 to ${most}`);
}
