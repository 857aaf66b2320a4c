import { ExpectedError } from "@rangecast/base";
import * as v from "valibot";
import { MAX_LINE_BYTES } from "./message.ts";
import { parseAs, parseJson } from "../encoding/json.ts";
import { featureNames, idText, wellFormedText } from "../encoding/schemas.ts";

/** Which payload can't be decoded. */
export type PayloadErrorReason = "bad-offer" | "bad-answer" | "bad-candidate";

/** A message's payload doesn't have the format of its type (PROTOCOL.md, section 2). */
export class PayloadError extends ExpectedError<PayloadErrorReason> {
  override readonly name = "PayloadError";
}

/** A browser with this feature may restart ICE by another offer. */
export const ICE_RESTART_FEATURE = "ice-restart";

/** The offer's payload. `viewer` (base64url of 16 random bytes) and `features` are present only on sealed sessions. */
export interface OfferPayload {
  readonly type: "offer";
  readonly sdp: string;
  readonly viewer?: string;
  /** Names of the features that the browser supports beyond the base protocol, unknown ones included. */
  readonly features?: readonly string[];
}

/** The answer's payload in the base protocol. For a share's session see {@link sealAnswer}. */
export interface AnswerPayload {
  readonly type: "answer";
  readonly sdp: string;
}

/** RTCIceCandidateInit. */
export interface CandidatePayload {
  readonly candidate?: string;
  readonly sdpMid?: string | null;
  readonly sdpMLineIndex?: number | null;
  readonly usernameFragment?: string | null;
}

/** Longest field of a candidate, characters: real candidate lines have less than 200. */
const MAX_CANDIDATE_CHARACTERS = 2048;
/** `sdpMLineIndex` is an unsigned short in WebRTC's RTCIceCandidateInit. */
const MAX_LINE_INDEX = 65_535;

const sdpText = wellFormedText(MAX_LINE_BYTES);
const offerSchema = v.object({
  type: v.literal("offer"),
  sdp: sdpText,
  viewer: v.fallback(v.optional(idText), undefined),
  features: v.fallback(v.optional(featureNames), undefined),
});
const answerSchema = v.object({ type: v.literal("answer"), sdp: sdpText });
const candidateText = wellFormedText(MAX_CANDIDATE_CHARACTERS);
const candidateSchema = v.object({
  candidate: v.exactOptional(candidateText),
  sdpMid: v.exactOptional(v.nullable(candidateText)),
  sdpMLineIndex: v.exactOptional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_LINE_INDEX)))),
  usernameFragment: v.exactOptional(v.nullable(candidateText)),
});

export function formatOffer({ sdp, viewer, features }: Omit<OfferPayload, "type">): string {
  return JSON.stringify({ type: "offer", sdp, viewer, features });
}

/** Ignores unknown fields, an invalid `viewer` and invalid `features`. @throws {PayloadError} `bad-offer` */
export function parseOffer(payload: string): OfferPayload {
  const { type, sdp, viewer, features } = parse(offerSchema, payload, "bad-offer");
  return { type, sdp, ...(viewer === undefined ? {} : { viewer }), ...(features === undefined ? {} : { features }) };
}

export function formatAnswer({ sdp }: { readonly sdp: string }): string {
  return JSON.stringify({ type: "answer", sdp });
}

/** Ignores unknown fields. @throws {PayloadError} `bad-answer` */
export function parseAnswer(payload: string): AnswerPayload {
  return parse(answerSchema, payload, "bad-answer");
}

export function formatCandidate({ candidate, sdpMid, sdpMLineIndex, usernameFragment }: CandidatePayload): string {
  return JSON.stringify({ candidate, sdpMid, sdpMLineIndex, usernameFragment });
}

/** Ignores unknown fields. @throws {PayloadError} `bad-candidate` */
export function parseCandidate(payload: string): CandidatePayload {
  return parse(candidateSchema, payload, "bad-candidate");
}

function parse<Schema extends v.GenericSchema>(schema: Schema, payload: string, reason: PayloadErrorReason): v.InferOutput<Schema> {
  const parsed = parseAs(schema, parseJson(payload));
  if (parsed === undefined) throw new PayloadError(reason, `the ${reason.slice("bad-".length)}'s payload can't be decoded`);
  return parsed;
}
