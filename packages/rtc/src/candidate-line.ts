/** Longest line that is parsed, characters, since it is a stranger's text. Chromium's, with all extensions, are under 250. */
const MAX_LINE_CHARACTERS = 512;
const MAX_PORT = 65_535;

/** foundation, component, transport, priority, address, port, type, extensions (RFC 8839, 5.1). A data channel has only component 1. */
const LINE =
  /^(?:a=)?candidate:([\w+/.:-]{1,32}) 1 (udp|tcp) (\d{1,10}) ([\w.:-]{1,253}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: ([\x20-\x7e]*))?$/iu;
/** The address that a candidate was derived from, before all extensions. */
const RELATED = /^raddr ([\w.:-]{1,253}) rport (\d{1,5})(?: |$)/u;
/** A TCP candidate can't be used without it (RFC 6544, 4.5). */
const TCP_TYPE = /(?:^| )tcptype (active|passive|so)(?: |$)/u;

/**
 * Writes a candidate again from the known fields (S-6). Everything else is left out, so that no stack acts on it.
 *
 * @param line with or without `a=`
 * @returns the candidate without `a=`; undefined if the line is not a candidate for a data channel
 */
export function rewriteCandidate(line: string): string | undefined {
  if (line.length > MAX_LINE_CHARACTERS) return undefined;
  const match = LINE.exec(line.trim());
  if (match === null) return undefined;
  const [, foundation, transport = "", priority, address, port, type = "", extensions = ""] = match;
  if (Number(port) > MAX_PORT) return undefined;
  const [, relatedAddress, relatedPort] = RELATED.exec(extensions) ?? [];
  const tcpType = transport.toLowerCase() === "tcp" ? TCP_TYPE.exec(extensions)?.[1] : undefined;
  return [
    `candidate:${foundation} 1 ${transport} ${priority} ${address} ${port} typ ${type.toLowerCase()}`,
    ...(relatedAddress === undefined || Number(relatedPort) > MAX_PORT ? [] : [`raddr ${relatedAddress} rport ${relatedPort}`]),
    ...(tcpType === undefined ? [] : [`tcptype ${tcpType}`]),
  ].join(" ");
}
