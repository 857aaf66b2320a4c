/** RANG on a telephone's keys. IANA has 7263–7271 unassigned, and no browser blocks it (Fetch standard, "bad port"). */
export const DEFAULT_PORT = 7264;
