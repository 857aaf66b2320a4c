/** The parts of an ICE candidate line that the emulator needs (RFC 8839 section 5.1). */
export interface CandidateAddress {
  readonly address: string;
  readonly port: number;
}

/** foundation component transport priority address port typ host */
const HOST_UDP = /^(candidate:\S+ \d+ udp \d+ )(\d{1,3}(?:\.\d{1,3}){3}) (\d{1,5})( typ host\b.*)$/i;

/** The address of an IPv4 UDP host candidate; undefined for any other kind, which the emulator withholds. */
export function hostAddress(candidate: string): CandidateAddress | undefined {
  const match = HOST_UDP.exec(candidate.trim().replace(/^a=/, ""));
  return match ? { address: match[2]!, port: Number(match[3]) } : undefined;
}

/** The same candidate at another address. */
export function withAddress(candidate: string, { address, port }: CandidateAddress): string {
  const prefix = candidate.startsWith("a=") ? "a=" : "";
  return prefix + candidate.trim().replace(/^a=/, "").replace(HOST_UDP, `$1${address} ${port}$4`);
}

const CANDIDATE_LINE = /^a=(?:candidate:.*|end-of-candidates)$/;

/** Removes the candidates from an SDP: the peer that reads it learns addresses only from packets that it receives. */
export function withoutCandidates(sdp: string): string {
  return sdp
    .split(/\r?\n/)
    .filter((line) => !CANDIDATE_LINE.test(line))
    .join("\r\n");
}
