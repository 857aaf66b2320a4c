/** Base64url of 16 bytes, in its one form: the last of 22 characters holds two bits. */
const ID_FORM = /^[A-Za-z0-9_-]{21}[AQgw]$/;

/** Whether a text is 128 bits in base64url, as share, session and daemon ids are. Nothing else may come near a key of the store. */
export function isRandomId(text: string): boolean {
  return ID_FORM.test(text);
}
