import { concat } from "../bytes/byte-parts.ts";
import type { Aead } from "./cipher-suite.ts";
import { prf } from "./prf.ts";

const MASTER_SECRET_BYTES = 48;
/** Bytes of a Finished message, for all suites (RFC 5246, 7.4.9). */
export const VERIFY_DATA_BYTES = 12;

/** What one side protects its records with. */
export interface RecordKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** The extended master secret (RFC 7627, 4). @param sessionHash of all messages up to ClientKeyExchange */
export function extendedMasterSecret(premaster: Uint8Array, sessionHash: Uint8Array): Uint8Array {
  return prf(premaster, "extended master secret", sessionHash, MASTER_SECRET_BYTES);
}

/** The keys of both directions (RFC 5246, 6.3). */
export function recordKeys(
  masterSecret: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
  { keyBytes, ivBytes }: Aead,
): { readonly client: RecordKeys; readonly server: RecordKeys } {
  const block = prf(masterSecret, "key expansion", concat(serverRandom, clientRandom), 2 * (keyBytes + ivBytes));
  const ivs = 2 * keyBytes;
  return {
    client: { key: block.subarray(0, keyBytes), iv: block.subarray(ivs, ivs + ivBytes) },
    server: { key: block.subarray(keyBytes, ivs), iv: block.subarray(ivs + ivBytes) },
  };
}

/** The content of a Finished message (RFC 5246, 7.4.9). @param transcriptHash of all messages before it */
export function verifyData(masterSecret: Uint8Array, sender: "client" | "server", transcriptHash: Uint8Array): Uint8Array {
  return prf(masterSecret, `${sender} finished`, transcriptHash, VERIFY_DATA_BYTES);
}
