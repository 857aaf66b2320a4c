import { downloadName } from "./file-name.ts";

/** Characters that encodeURIComponent leaves as they are, but RFC 8187 requires to be escaped. */
const NOT_ATTR_CHAR = /['()*]/gu;
const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]/gu;

/** A Content-Disposition header (RFC 6266) with the sanitized name: once in ASCII for older readers, and once exact as `filename*` (RFC 8187). */
export function contentDisposition(kind: "attachment" | "inline", name: string): string {
  const saved = downloadName(name);
  // Nothing can end the quoted string: downloadName removes quotes and backslashes. Percent signs are replaced because some readers decode them.
  const ascii = saved.replace(NOT_PRINTABLE_ASCII, "_").replaceAll("%", "_");
  const exact = encodeURIComponent(saved).replace(NOT_ATTR_CHAR, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${exact}`;
}
