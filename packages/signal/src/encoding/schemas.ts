/* Schemas that several messages share. Lengths are in decoded bytes (PROTOCOL.md, section 5). */
import * as v from "valibot";
import { fromBase64url } from "@rangecast/base";
import { type Bytes, ID_BYTES } from "./bytes.ts";

/** Longest token that is accepted from a relay, characters: far below the limit of a header. */
const MAX_TOKEN_CHARACTERS = 2048;
/** Characters that are allowed in a header; RFC 6750's b64token is stricter. */
const TOKEN = /^[\u0021-\u007e]+$/u;
/** Most features that are read from an announcement, and longest name of one, characters. */
const MAX_FEATURES = 32;
const MAX_FEATURE_CHARACTERS = 64;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** base64url text of a given number of bytes. */
export const base64urlText = (bytes: number): v.GenericSchema<string> =>
  v.pipe(
    v.string(),
    v.check((text) => fromBase64url(text, bytes) !== undefined),
  );

/** base64url text of a given number of bytes, decoded. */
export const bytesText = (bytes: number): v.GenericSchema<unknown, Bytes> =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const decoded = fromBase64url(dataset.value, bytes);
      if (decoded !== undefined) return decoded;
      addIssue();
      return NEVER;
    }),
  );

/** Text without lone surrogates: UTF-8 can't encode them, so different texts would get the same hash. */
export const wellFormedText = (max: number): v.GenericSchema<string> =>
  v.pipe(
    v.string(),
    v.maxLength(max),
    v.check((text) => !LONE_SURROGATE.test(text)),
  );

/** Names of features that a peer or a relay announces. */
export const featureNames: v.GenericSchema<string[]> = v.pipe(
  v.array(v.pipe(v.string(), v.maxLength(MAX_FEATURE_CHARACTERS))),
  v.maxLength(MAX_FEATURES),
);
export const idText: v.GenericSchema<string> = base64urlText(ID_BYTES);
export const tokenText: v.GenericSchema<string> = v.pipe(v.string(), v.maxLength(MAX_TOKEN_CHARACTERS), v.regex(TOKEN));
