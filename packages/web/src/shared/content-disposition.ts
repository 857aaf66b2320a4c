import { downloadName } from "./file-name.ts";

/** Bytes that RFC 8187 lets stand unescaped are fewer than those of encodeURIComponent. */
const NOT_ATTR_CHAR = /['()*]/gu;
const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]/gu;

/**
 * A Content-Disposition header (RFC 6266): the name sanitized, once in ASCII for readers that know no better, and once exact,
 * as `filename*` (RFC 8187).
 */
export function contentDisposition(kind: "attachment" | "inline", name: string): string {
  const saved = downloadName(name);
  // What could end the quoted string is gone: downloadName leaves neither quote nor backslash. A percent sign stays out, too:
  // some readers decode it.
  const ascii = saved.replace(NOT_PRINTABLE_ASCII, "_").replaceAll("%", "_");
  const exact = encodeURIComponent(saved).replace(NOT_ATTR_CHAR, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${exact}`;
}
