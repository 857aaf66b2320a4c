/* Numbers for display. Decimal units, as in file managers and network speeds. */

const UNITS = ["bytes", "kB", "MB", "GB", "TB", "PB"] as const;
const STEP = 1000;
/** By their number of digits after the point. Kept, because making one takes as long as formatting a hundred numbers. */
const NUMBERS = [numbersWith(0), numbersWith(1), numbersWith(2)] as const;
const MINUTE_S = 60;
const HOUR_S = 3600;

/** Such as `1.4 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.95 would be rounded to 1000.
  while (value >= STEP - 0.5 && unit < UNITS.length - 1) {
    value /= STEP;
    unit += 1;
  }
  const name = unit === 0 && bytes === 1 ? "byte" : UNITS[unit];
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  const number = NUMBERS[digits].format(value);
  return `${number}\u00a0${name}`;
}

function numbersWith(digits: number): Intl.NumberFormat {
  return new Intl.NumberFormat("en", { maximumFractionDigits: digits });
}

/** Such as `24 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(Math.round(bytesPerSecond))}/s`;
}

/** Such as `2 min left`. Undefined without a rate, or from 100 h on. */
export function formatTimeLeft(bytesLeft: number, bytesPerSecond: number): string | undefined {
  if (bytesPerSecond <= 0) return undefined;
  const seconds = Math.ceil(bytesLeft / bytesPerSecond);
  if (seconds >= 100 * HOUR_S) return undefined;
  if (seconds < MINUTE_S) return `${seconds}\u00a0s left`;
  const minutes = Math.ceil(seconds / MINUTE_S);
  if (seconds < HOUR_S) return `${minutes}\u00a0min left`;
  return `${Math.floor(minutes / 60)}\u00a0h ${minutes % 60}\u00a0min left`;
}

/** Such as `23 ms`. */
export function formatMs(milliseconds: number): string {
  return `${Math.max(1, Math.round(milliseconds))}\u00a0ms`;
}
