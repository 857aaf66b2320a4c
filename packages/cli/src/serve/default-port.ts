/** The port of relay and page. "RANG" on a telephone keypad. IANA has 7263–7271 unassigned, and browsers don't block it (Fetch standard, "bad port"). */
export const DEFAULT_PORT = 7264;
