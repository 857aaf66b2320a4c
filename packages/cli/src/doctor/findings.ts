import type { CandidateSummary, IceServer } from "@rangecast/rtc";
import type { ShareLink } from "@rangecast/signal";

/** How many servers were asked over UDP, and how many answered. */
export interface Answers {
  readonly asked: number;
  readonly answered: number;
}

/** What the checks so far found. Absent: not known. */
export interface Findings {
  readonly link?: ShareLink;
  /** Address of the relay, without a slash at the end. */
  readonly relay?: string;
  /** A rangecast relay answered there. */
  readonly relayAnswers?: boolean;
  /** How far this computer's clock is ahead of the relay's, milliseconds. */
  readonly clockAheadMs?: number;
  readonly iceServers?: readonly IceServer[];
  /** Whether the share's host is there. */
  readonly online?: boolean;
  readonly offered?: CandidateSummary;
  readonly stun?: Answers;
  readonly turn?: Answers;
}
