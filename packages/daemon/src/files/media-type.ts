import mime from "mime";
import { sniffMediaType } from "./sniff-media-type.ts";

/**
 * What a file is, such as `video/mp4`; undefined where nobody knows. The name's extension says it, unless the file's first bytes say otherwise: a `.ts` may
 * be a video or a text, a `.bin` a film, and a `.mp4` an error page that was saved under that name.
 * @param head the file's first bytes
 */
export function mediaTypeOf(name: string, head: Uint8Array): string | undefined {
  const named = mime.getType(name) ?? undefined;
  const found = sniffMediaType(head);
  if (found === undefined) return named;
  if (named === undefined) return found.type;
  const { type, family } = found;
  // The name says more than the bytes: that a WebM is audio alone, that an archive is a document, which text it is.
  if (named === type || family.test(named)) return named;
  return isShown(named) || isShown(type) ? type : named;
}

/** Whether a page may show files of the type, rather than save them. */
function isShown(type: string): boolean {
  return /^(?:video|audio|image)\/|^application\/pdf$/u.test(type);
}
