/** What happens to the certificate, for people and for programs. */
import type { KeeperEvent } from "../certificate/keep-certificate.ts";
import { formatDuration, printableMessage } from "../format.ts";
import { explainTrouble, type Surroundings } from "./certificate-advice.ts";

export interface Report {
  /** The event of `--json`. */
  readonly event: { readonly event: string } & Readonly<Record<string, unknown>>;
  /** Lines for people. */
  readonly text: string;
  /** Whether something is wrong: then the text goes to standard error. */
  readonly isTrouble: boolean;
}

const DAY = "2026-01-01".length;
const MINUTE = "2026-01-01T00:00".length;

/** @param now milliseconds since 1970 */
export function certificateReport(happened: KeeperEvent, surroundings: Surroundings, now: number): Report {
  const { domains, ca } = surroundings;
  const names = domains.join(", ");
  switch (happened.type) {
    case "ordering": {
      const text =
        happened.before === undefined ? `Ordering a certificate for ${names} from ${ca} …` : `Renewing the certificate of ${names} …`;
      return { event: { event: "certificate-ordering", domains, ca, renewal: happened.before !== undefined }, text, isTrouble: false };
    }
    case "certificate":
      return issuedReport(happened, now);
    case "failed":
      return failedReport(happened, surroundings, now);
    case "not-saved": {
      const message = happened.error instanceof Error ? happened.error.message : "The file can't be written.";
      const text = `${message} The relay goes on, but after a restart it needs another certificate.`;
      return { event: { event: "certificate-not-saved", message: text }, text, isTrouble: true };
    }
  }
}

function issuedReport({ certificate, from, renewsAt }: KeeperEvent & { type: "certificate" }, now: number): Report {
  const { domains, issuer, validTo } = certificate;
  const expired = validTo <= now;
  const dates = { expires: time(validTo), renews: time(renewsAt) };
  const event = { event: "certificate", domains, issuer, from, ...dates, ...(expired ? { expired } : {}) };
  if (expired) return { event, text: `The saved certificate expired on ${day(validTo)}: browsers refuse it.`, isTrouble: true };
  const verb = from === "ca" ? "Certificate issued by" : "Saved certificate by";
  return { event, text: `${verb} ${issuer}: valid until ${day(validTo)}, renewed by itself from ${day(renewsAt)} on.`, isTrouble: false };
}

function failedReport({ error, before, nextTry }: KeeperEvent & { type: "failed" }, surroundings: Surroundings, now: number): Report {
  const { found, todo } = explainTrouble(error.reason, surroundings);
  const expires = before === undefined ? {} : { expires: time(before.validTo), expired: before.validTo <= now };
  const message = printableMessage(`${found} (${error.message})`);
  const event = { event: "certificate-failed", reason: error.reason, message, todo, nextTry: time(nextTry), ...expires };
  return { event, text: `${beginning(before, now)}: ${message}. ${todo} Next attempt ${when(nextTry, now)}.`, isTrouble: true };
}

function beginning(before: { readonly validTo: number } | undefined, now: number): string {
  if (before === undefined) return "There is no certificate yet, so nobody can use the relay";
  if (before.validTo <= now)
    return `The certificate expired on ${day(before.validTo)}, so browsers refuse the relay, and it could not be renewed`;
  return `The certificate could not be renewed; it is valid until ${day(before.validTo)}`;
}

function when(at: number, now: number): string {
  return `in ${formatDuration(Math.max(0, at - now) / 1000)}, at ${new Date(at).toISOString().slice(0, MINUTE).replace("T", " ")} UTC`;
}

const time = (ms: number): string => new Date(ms).toISOString();
const day = (ms: number): string => time(ms).slice(0, DAY);
