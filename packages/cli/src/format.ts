/** Formats numbers for people. Sizes are decimal (1 kB = 1,000 bytes), as in file managers and network speeds. */

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"] as const;
const STEP = 1000;
/** Numbers from here on are shown without a decimal. */
const WHOLE_FROM = 100;

/** `0 B`, `999 B`, `1.2 kB`, `482 kB`, `5.4 GB`: three digits at most. `bytes` is finite and not negative. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (unit < UNITS.length - 1 && roundsTo(value, unit) >= STEP) {
    value /= STEP;
    unit += 1;
  }
  return `${roundsTo(value, unit)} ${UNITS[unit] ?? ""}`;
}

function roundsTo(value: number, unit: number): number {
  return unit === 0 || value >= WHOLE_FROM ? Math.round(value) : Math.round(value * 10) / 10;
}

/** `3.1 MB/s`; an empty string below one byte per second. */
export function formatRate(bytesPerSecond: number): string {
  return bytesPerSecond < 1 ? "" : `${formatBytes(bytesPerSecond)}/s`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `9 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`: two units at most. `seconds` is finite and not negative. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const parts: ReadonlyArray<readonly [number, string]> = [
    [Math.floor(whole / DAY), "d"],
    [Math.floor((whole % DAY) / HOUR), "h"],
    [Math.floor((whole % HOUR) / MINUTE), "min"],
    [whole % MINUTE, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0 s";
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** `23 ms`; at least 1 ms. */
export function formatMs(ms: number): string {
  return `${Math.max(1, Math.round(ms))} ms`;
}

/** Whole per cent, rounded down, so that 100 % means complete. `undefined` if the whole is empty or unknown. */
export function percentOf(part: number, whole: number): number | undefined {
  return whole > 0 ? Math.min(100, Math.floor((part / whole) * 100)) : undefined;
}

/**
 * Characters that move the cursor, end the line or change the text direction. The zero-width joiner and non-joiner are not among them: Persian, Hindi
 * and composed emoji need them.
 */
export const UNPRINTABLE: RegExp = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200C\u200D])\p{Cf}/gu;

/** Makes text from elsewhere safe to print on a terminal: control and direction characters become `�`, and it is cut to `max` characters. */
export function printable(text: string, max = 120): string {
  const clean = text.replaceAll(UNPRINTABLE, "\uFFFD");
  const characters = Array.from(clean);
  return characters.length > max ? `${characters.slice(0, max - 1).join("")}…` : clean;
}

/** Longest path that is printed, characters. */
const MAX_PATH_CHARACTERS = 400;

/** Makes a path safe to print. */
export function printablePath(path: string): string {
  return printable(path, MAX_PATH_CHARACTERS);
}

/** Longest message that is printed, characters. */
const MAX_MESSAGE_CHARACTERS = 1000;

/** Makes a message safe to print. */
export function printableMessage(message: string): string {
  return printable(message, MAX_MESSAGE_CHARACTERS);
}

export function capitalize(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Adds a full stop if the text does not end with punctuation. */
export function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
