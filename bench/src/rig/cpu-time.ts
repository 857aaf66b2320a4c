import { readFile } from "node:fs/promises";

/** USER_HZ: /proc counts CPU time in hundredths of a second on every Linux that Node runs on (proc(5)). */
const TICKS_PER_SECOND = 100;
/** Indexes of fields 14 and 15 of proc(5), utime and stime, counted from field 3, the first one after the program's name. */
const UTIME = 11;
const STIME = 12;

/** CPU seconds in a line in the format of /proc/PID/stat. The program's name may contain spaces and brackets. */
export function parseCpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_PER_SECOND;
}

/** CPU seconds used by a process with all its threads. NaN if there is no /proc. */
export async function cpuSeconds(pid: number): Promise<number> {
  return readFile(`/proc/${pid}/stat`, "utf8").then(parseCpuSeconds, () => Number.NaN);
}
