/* Lengths in bytes. Apart from the schemas, so that the page's link parser doesn't load the schema library. */

/** Bytes of a share id, session id, epoch, share nonce and viewer id: 128 bits. */
export const ID_BYTES = 16;
/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;
/** Bytes of an ECDSA P-256 signature, r ‖ s. */
export const SIGNATURE_BYTES = 64;
