/*
 * Alerts (RFC 5246, 7.2): the content of a record of type 21.
 *
 *  0        1        2
 * +--------+--------+
 * | level  | number |
 * +--------+--------+
 */

const AlertLevel = { WARNING: 1, FATAL: 2 } as const;

/** Alerts that this package sends, by their registered numbers. */
export const Alert = {
  CLOSE_NOTIFY: 0,
  UNEXPECTED_MESSAGE: 10,
  HANDSHAKE_FAILURE: 40,
  BAD_CERTIFICATE: 42,
  UNSUPPORTED_CERTIFICATE: 43,
  ILLEGAL_PARAMETER: 47,
  DECODE_ERROR: 50,
  DECRYPT_ERROR: 51,
  PROTOCOL_VERSION: 70,
  INTERNAL_ERROR: 80,
  NO_RENEGOTIATION: 100,
  UNSUPPORTED_EXTENSION: 110,
} as const;
export type Alert = (typeof Alert)[keyof typeof Alert];

/** Alerts that end nothing by themselves. */
const WARNINGS: ReadonlySet<Alert> = new Set([Alert.CLOSE_NOTIFY, Alert.NO_RENEGOTIATION]);

/** Names for people, also of alerts that only peers send. */
const NAMES: ReadonlyMap<number, string> = new Map([
  ...Object.entries(Alert).map(([name, number]) => [number, name.toLowerCase()] as const),
  [20, "bad_record_mac"],
  [44, "certificate_revoked"],
  [45, "certificate_expired"],
  [46, "certificate_unknown"],
  [48, "unknown_ca"],
  [49, "access_denied"],
  [71, "insufficient_security"],
  [90, "user_canceled"],
  [116, "certificate_required"],
  [120, "no_application_protocol"],
]);

export function encodeAlert(alert: Alert): Uint8Array {
  return Uint8Array.of(WARNINGS.has(alert) ? AlertLevel.WARNING : AlertLevel.FATAL, alert);
}

/** What an alert of the peer means. `name` is for people. @returns undefined if it isn't one */
export function decodeAlert(bytes: Uint8Array): { readonly meaning: "close" | "fatal" | "warning"; readonly name: string } | undefined {
  const [level, number] = bytes;
  if (bytes.byteLength !== 2 || number === undefined || (level !== AlertLevel.WARNING && level !== AlertLevel.FATAL)) return undefined;
  const name = NAMES.get(number) ?? `alert ${number}`;
  if (number === Alert.CLOSE_NOTIFY) return { meaning: "close", name };
  return { meaning: level === AlertLevel.FATAL ? "fatal" : "warning", name };
}
