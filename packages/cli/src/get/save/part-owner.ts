/*
 * The process that writes a part. It is in the part's name (part-name.ts), so a process takes over a part by one rename, which only one of two processes
 * can do, and anyone can check whether the process is still running. A lock file would not do: if its owner is killed, two processes that break the lock
 * at once both believe that they hold it. (proper-lockfile has had no release since 2021, and waits 10 s after a kill.)
 */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { systemCode } from "../../failure/cli-error.ts";

export interface PartOwner {
  /** Identifies the machine, or the container if that has its own process ids. 8 hex digits. */
  readonly machine: string;
  readonly pid: number;
  /** When the process started, in a unit of the system, base 36; "0" if unknown. Needed because process ids are reused. */
  readonly start: string;
}

/** How often the owner touches its part, milliseconds, for processes that can't check whether the owner is running. */
export const TOUCH_MS = 15_000;
/** A part not touched for this long counts as abandoned, milliseconds. */
const ABANDONED_MS: number = 4 * TOUCH_MS;

const MACHINE_DIGITS = 8;
const BASE = 36;
export const OWNER_PATTERN: string = `[0-9a-f]{${MACHINE_DIGITS}}-\\d{1,10}-[0-9a-z]{1,12}`;

export function thisProcess(): PartOwner {
  self ??= { machine: machineDigits(), pid: process.pid, start: startOf(process.pid) ?? "0" };
  return self;
}

/** Found once: many small files ask for it. */
let self: PartOwner | undefined;

export function formatOwner({ machine, pid, start }: PartOwner): string {
  return `${machine}-${pid}-${start}`;
}

/** @param text matches {@link OWNER_PATTERN} */
export function parseOwner(text: string): PartOwner {
  const [machine = "", pid = "", start = ""] = text.split("-");
  return { machine, pid: Number(pid), start };
}

/** Whether the process is still running. @param touchedMs when it last touched its part, milliseconds since 1970 */
export function isAlive({ machine, pid, start }: PartOwner, touchedMs: number): boolean {
  const touched = Math.abs(Date.now() - touchedMs) < ABANDONED_MS;
  if (machine !== machineDigits()) return touched;
  const now = startOf(pid);
  if (now !== undefined && start !== "0") return now === start;
  return processExists(pid) && touched;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process exists, but belongs to another user.
    return systemCode(error) === "EPERM";
  }
}

/** When the process started: field 22 of /proc/PID/stat (proc(5)). "" if there is no such process; undefined if the system has no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_FIELD - FIRST_FIELD];
    return Number(ticks).toString(BASE);
  } catch {
    return hasProc() ? "" : undefined;
  }
}

const START_FIELD = 22;
/** Number of the first field after the name in parentheses. */
const FIRST_FIELD = 3;

function hasProc(): boolean {
  try {
    readFileSync("/proc/self/stat");
    return true;
  } catch {
    return false;
  }
}

function machineDigits(): string {
  let space = "";
  try {
    // Process ids are unique only within a PID namespace, and containers have their own.
    space = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Only Linux has PID namespaces.
  }
  return createHash("sha256").update(`${hostname()}\n${space}`).digest("hex").slice(0, MACHINE_DIGITS);
}
