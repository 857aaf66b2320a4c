import { mediaKind } from "@rangecast/http";

/**
 * For what browsers show by documents of their own: the file itself, and the browser's styles. There is no script in these formats. A sandbox, as files have
 * otherwise, would keep the document from loading its own file.
 */
const SHOWN = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";
/** The viewers of PDF files are programs of their own, which a policy of the file would only hinder. */
const PDF = "frame-ancestors 'none'";
const SVG = "image/svg+xml";

/**
 * The Content-Security-Policy of a file that is opened by its address. Undefined: the sandbox of planResponse().
 * @param contentType as sent: one of those of safeContentType()
 */
export function filePolicy(contentType: string | undefined): string | undefined {
  // An SVG file is a document, and may contain scripts.
  if (contentType === undefined || contentType === SVG) return undefined;
  const kind = mediaKind(contentType);
  if (kind === "pdf") return PDF;
  return kind === "other" ? undefined : SHOWN;
}
