/** Parses the values of options for the terms of a link. `none` removes a term that the link has. */
import { InvalidArgumentError } from "commander";

/** A limit, or `none`. */
export type TermValue = number | "none";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE_MS, min: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

/** Longest life of a link with an end, milliseconds: 10 years. More is a slip of the keys. */
const MAX_LIFE_MS = 3653 * DAY_MS;
/** Highest limit that is accepted: more than any daemon serves. */
const MAX_COUNT = 1_000_000;

const EXPIRES_HINT =
  "Give a time from now, such as 30m, 2h or 3d, or a date, such as 2026-12-31 or 2026-12-31T18:00 (in this computer's time), or none.";
/** A day, or a day and a time, in local time or with an offset (RFC 3339, with parts that may be left out). */
const DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** When the link ends, milliseconds since 1970. A day without a time ends with that day. */
export function parseExpires(text: string, _before?: unknown, nowMs: number = Date.now()): TermValue {
  const trimmed = text.trim();
  if (trimmed === "none" || trimmed === "never") return "none";
  const atMs = timeFromNow(trimmed, nowMs) ?? dateOf(trimmed);
  if (atMs === undefined || !Number.isFinite(atMs)) throw new InvalidArgumentError(EXPIRES_HINT);
  if (atMs <= nowMs) throw new InvalidArgumentError("This time is over.");
  if (atMs - nowMs > MAX_LIFE_MS) throw new InvalidArgumentError("It is more than 10 years away. Leave it out for a link without an end.");
  return atMs;
}

function timeFromNow(text: string, nowMs: number): number | undefined {
  const [, count, unit = ""] = /^(\d{1,6})\s*([a-z]+)$/i.exec(text) ?? [];
  const unitMs = UNITS[unit.toLowerCase()];
  return count === undefined || unitMs === undefined ? undefined : nowMs + Number(count) * unitMs;
}

function dateOf(text: string): number | undefined {
  const [, day, time, offset = ""] = DATE.exec(text) ?? [];
  if (day === undefined) return undefined;
  // Without an offset, a date with a time is in local time (ECMA-262, 21.4.1.32).
  const atMs = Date.parse(`${day}T${time ?? "00:00"}${offset}`);
  return time === undefined ? endOfDay(atMs) : atMs;
}

/** The day may have 23 or 25 hours. */
function endOfDay(startMs: number): number {
  const day = new Date(startMs);
  day.setDate(day.getDate() + 1);
  return day.getTime();
}

/** A number of viewers or downloads. */
export function parseTermCount(text: string): TermValue {
  const trimmed = text.trim();
  if (trimmed === "none") return "none";
  const count = /^\d{1,7}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (!(count >= 1 && count <= MAX_COUNT)) throw new InvalidArgumentError("Give a whole number from 1 to 1000000, or none.");
  return count;
}
