import mime from "mime";

/**
 * A file's media type, such as `video/mp4`; undefined if unknown. It follows from the name's extension unless the first bytes contradict it: a `.ts` may be
 * a video or a text, a `.bin` a film, and a `.mp4` an error page that was saved under that name.
 * @param head the file's first bytes
 */
export function mediaTypeOf(name: string, head: Uint8Array): string | undefined {
  const named = mime.getType(name) ?? undefined;
  const found = sniffMediaType(head);
  if (found === undefined) return named;
  if (named === undefined) return found.type;
  const { type, family } = found;
  // The name may be more specific than the bytes: a WebM that is audio only, an archive that is a document, the kind of a text.
  if (named === type || family.test(named)) return named;
  return isShown(named) || isShown(type) ? type : named;
}

/** Whether pages display files of the type instead of saving them. */
function isShown(type: string): boolean {
  return /^(?:video|audio|image)\/|^application\/pdf$/u.test(type);
}

/** The type that a file's first bytes show. */
interface SniffedType {
  readonly type: string;
  /** Types that a name may claim for the same bytes: they share a container format, or are more specific. */
  readonly family: RegExp;
}

interface Signature extends SniffedType {
  /** Offset of the bytes. @default 0 */
  readonly offset?: number;
  /** As Latin-1. */
  readonly bytes: string;
  /** Further bytes that must be in the head, as Latin-1. */
  readonly also?: string;
}

const NONE = /(?!)/u;
const ISO_MEDIA = /^(?:video|audio)\/(?:mp4|x-m4[av]|quicktime|3gpp2?|x-f4v|mj2|jpm)$|^image\/(?:avif|hei[cf])/u;
const ASF = /^(?:video|audio)\/x-ms-(?:wm[av]?|asf)$/u;
const OGG = /\/ogg$/u;
const MPEG = /^video\/(?:mpeg|x-ms-vob)$/u;

/**
 * Signatures long enough not to occur by chance: four bytes or more, or three for a format that pages display. The first match counts; without one the
 * name decides.
 */
const SIGNATURES: readonly Signature[] = [
  { offset: 4, bytes: "ftypqt  ", type: "video/quicktime", family: ISO_MEDIA },
  { offset: 4, bytes: "ftypM4A ", type: "audio/mp4", family: ISO_MEDIA },
  { offset: 4, bytes: "ftypM4B ", type: "audio/mp4", family: ISO_MEDIA },
  { offset: 4, bytes: "ftypavif", type: "image/avif", family: ISO_MEDIA },
  { offset: 4, bytes: "ftypheic", type: "image/heic", family: ISO_MEDIA },
  { offset: 4, bytes: "ftypmif1", type: "image/heif", family: ISO_MEDIA },
  { offset: 4, bytes: "ftyp", type: "video/mp4", family: ISO_MEDIA },
  { bytes: "\x1a\x45\xdf\xa3", also: "webm", type: "video/webm", family: /^(?:video|audio)\/webm$/u },
  { bytes: "\x1a\x45\xdf\xa3", also: "matroska", type: "video/x-matroska", family: /^(?:video|audio)\/x-matroska$/u },
  { bytes: "OggS", also: "\x80theora", type: "video/ogg", family: OGG },
  { bytes: "OggS", type: "audio/ogg", family: OGG },
  { bytes: "RIFF", also: "AVI LIST", type: "video/x-msvideo", family: NONE },
  { bytes: "RIFF", also: "WAVEfmt ", type: "audio/wav", family: /^audio\/(?:x-)?wave?$/u },
  { bytes: "RIFF", also: "WEBPVP8", type: "image/webp", family: NONE },
  { bytes: "RIFF", also: "CDXAfmt ", type: "video/mpeg", family: MPEG },
  { bytes: "FLV\x01", type: "video/x-flv", family: NONE },
  { bytes: "\x30\x26\xb2\x75\x8e\x66\xcf\x11", type: "video/x-ms-wmv", family: ASF },
  { bytes: "\x00\x00\x01\xba", type: "video/mpeg", family: MPEG },
  { bytes: "fLaC", type: "audio/flac", family: /^audio\/x-flac$/u },
  // A tag before audio data of any format.
  { bytes: "ID3", type: "audio/mpeg", family: /^audio\//u },
  { bytes: "\x89PNG\r\n\x1a\n", type: "image/png", family: /^image\/(?:apng|x-png)$/u },
  { bytes: "\xff\xd8\xff", type: "image/jpeg", family: /^image\/jpg$/u },
  { bytes: "GIF8", type: "image/gif", family: NONE },
  { bytes: "%PDF-", type: "application/pdf", family: NONE },
  { bytes: "PK\x03\x04", type: "application/zip", family: NONE },
  { bytes: "Rar!\x1a\x07", type: "application/vnd.rar", family: NONE },
  { bytes: "7z\xbc\xaf\x27\x1c", type: "application/x-7z-compressed", family: NONE },
  { bytes: "\x1f\x8b\x08", type: "application/gzip", family: NONE },
  { bytes: "\xfd7zXZ\x00", type: "application/x-xz", family: NONE },
  { bytes: "\x28\xb5\x2f\xfd", type: "application/zstd", family: NONE },
  { bytes: "\x7fELF", type: "application/x-executable", family: NONE },
];

/** Text formats of pictures and playlists. */
const TEXT_FAMILY = /\+xml$|mpegurl$|scpls$|^image\/(?:x-portable-\w+|x-x(?:pix|bit)map|vnd\.dxf)$/u;

/** Size of a transport stream's packet, bytes; in `.m2ts` each has a timestamp of four bytes before it. */
const TS_PACKET_BYTES = 188;
const M2TS_PACKET_BYTES = 192;
const M2TS_TIME_BYTES = 4;
const TS_SYNC = 0x47;
/** Number of packets in a row that is no coincidence; a text may begin with "G", the sync byte. */
const TS_PACKETS = 4;

/** Type of the file that begins with these bytes; undefined if they don't show it. */
function sniffMediaType(head: Uint8Array): SniffedType | undefined {
  if (isTransportStream(head)) return { type: "video/mp2t", family: NONE };
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1");
  const found = SIGNATURES.find(({ offset = 0, bytes, also = "" }) => text.startsWith(bytes, offset) && text.includes(also));
  return found ?? sniffText(text);
}

function isTransportStream(head: Uint8Array): boolean {
  const inStep = (start: number, step: number): boolean =>
    Array.from({ length: TS_PACKETS }, (_, packet) => head[start + packet * step]).every((byte) => byte === TS_SYNC);
  return inStep(0, TS_PACKET_BYTES) || inStep(M2TS_TIME_BYTES, M2TS_PACKET_BYTES);
}

/** Text has no control characters but tabs, line and page breaks and terminal escapes, or it has the byte-order mark of UTF-16. */
function sniffText(head: string): SniffedType | undefined {
  const isUtf16 = head.startsWith("\xff\xfe") || head.startsWith("\xfe\xff");
  // oxlint-disable-next-line no-control-regex -- it searches for control characters
  if (head === "" || (!isUtf16 && /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/u.test(head))) return undefined;
  const start = head.slice(0, 512).toLowerCase();
  if (/^(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)\b/u.test(start)) return { type: "text/html", family: NONE };
  return { type: "text/plain", family: TEXT_FAMILY };
}
