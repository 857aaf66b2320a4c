import { readFile } from "node:fs/promises";

/** USER_HZ: /proc counts CPU time in hundredths of a second on every Linux that Node runs on (proc(5)). */
const TICKS_PER_SECOND = 100;
/** Fields 14 and 15 of proc(5), utime and stime, counted from the one behind the program's name, which is field 3. */
const UTIME = 11;
const STIME = 12;

/** CPU seconds in a line of the format of /proc/PID/stat. The program's name may hold blanks and brackets. */
export function parseCpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_PER_SECOND;
}

/** CPU seconds that a process, all its threads, has used. NaN where there is no /proc. */
export async function cpuSeconds(pid: number): Promise<number> {
  return readFile(`/proc/${pid}/stat`, "utf8").then(parseCpuSeconds, () => Number.NaN);
}
