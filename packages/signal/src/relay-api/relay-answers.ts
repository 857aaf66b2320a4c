/* The relay's responses and its events for the daemon (PROTOCOL.md, section 5). A relay is untrusted: everything is validated and capped. */
import * as v from "valibot";
import { MAX_LINE_BYTES } from "../messages/message.ts";
import { LONG_POLL_FEATURE } from "./features.ts";
import { featureNames, idText, tokenText } from "../encoding/schemas.ts";

/** Whether a relay's response announces long polls. */
export function canPoll({ features }: Pick<RegisterAnswer, "features">): boolean {
  return features?.includes(LONG_POLL_FEATURE) === true;
}

/** RTCIceServer, as the relay sends it. */
export interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}

/** 200 of `POST /api/v1/shares`. */
export interface RegisterAnswer {
  shareId: string;
  /** The daemon's token, for its event stream and for revoking shares. */
  token: string;
  iceServers: IceServer[];
  /** What the relay can do beyond the base protocol, such as {@link LONG_POLL_FEATURE}; unknown names included. */
  features?: readonly string[] | undefined;
}

/** 200 of `GET /api/v1/shares/{shareId}`. */
export interface ShareAnswer {
  online: boolean;
  epoch: string;
  iceServers: IceServer[];
}

/** 201 of `POST /api/v1/shares/{shareId}/sessions/{sessionId}`. */
export interface SessionAnswer {
  /** The browser side's session token. */
  token: string;
  iceServers: IceServer[];
  /** As in {@link RegisterAnswer}. */
  features?: readonly string[] | undefined;
}

/** Data of a `session` event on the daemon's stream. */
export interface SessionEvent {
  shareId: string;
  sessionId: string;
  /** The agent side's session token. */
  token: string;
  /** The offer's payload, sealed. */
  offer: string;
}

/** Bounds on what a relay may pass to RTCPeerConnection. */
const MAX_ICE_SERVERS = 16;
const MAX_URLS = 16;
const MAX_ICE_CHARACTERS = 1024;
/** RFC 7064 and 7065. RTCPeerConnection throws for other URLs. */
const ICE_URL = /^(?:stuns?|turns?):[\u0021-\u007e]+$/iu;

const iceText = v.pipe(v.string(), v.maxLength(MAX_ICE_CHARACTERS));
const iceUrl = v.pipe(iceText, v.regex(ICE_URL));
const iceServer = v.object({
  urls: v.union([iceUrl, v.pipe(v.array(iceUrl), v.maxLength(MAX_URLS))]),
  username: v.exactOptional(iceText),
  credential: v.exactOptional(iceText),
});
/** Ignored if they are malformed. */
const features = v.fallback(v.optional(featureNames), undefined);
const iceServers = v.pipe(v.array(iceServer), v.maxLength(MAX_ICE_SERVERS));

export const registerAnswer: v.GenericSchema<unknown, RegisterAnswer> = v.object({
  shareId: idText,
  token: tokenText,
  iceServers,
  features,
});
export const shareAnswer: v.GenericSchema<unknown, ShareAnswer> = v.object({ online: v.boolean(), epoch: idText, iceServers });
export const sessionAnswer: v.GenericSchema<unknown, SessionAnswer> = v.object({ token: tokenText, iceServers, features });
export const sessionEvent: v.GenericSchema<unknown, SessionEvent> = v.object({
  shareId: idText,
  sessionId: idText,
  token: tokenText,
  offer: v.pipe(v.string(), v.maxLength(MAX_LINE_BYTES)),
});
/** The session of a `signal` event on the daemon's stream; the other fields are a {@link SignalMessage}. */
export const daemonSignal: v.GenericSchema<unknown, { sessionId: string }> = v.object({ sessionId: idText });
