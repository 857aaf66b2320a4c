import type { NoConnectionDiagnosis } from "@rangecast/rtc";

/** What is known of the search for a path, so that whoever shows its failure can say what may be the matter. Nothing in it is an address. */
export interface ConnectDiagnosis extends NoConnectionDiagnosis {
  /** Whether the connection ever left `new`: if not, the two never had a pair of candidates to try. */
  readonly tried: boolean;
  /** Whether a path was found: if so, it was lost again, or what runs on it failed. */
  readonly connected: boolean;
}
