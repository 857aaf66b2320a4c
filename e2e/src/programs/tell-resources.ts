/*
 * Loaded into a Node program with --import. On SIGUSR2 it collects garbage, and writes the program's resources to a file, as JSON.
 * RESOURCES_FOLDER is the folder; the file's name is the process id.
 */
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const folder = process.env["RESOURCES_FOLDER"] ?? "";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

process.on("SIGUSR2", () => {
  collect();
  const counts: Record<string, number> = {};
  for (const type of process.getActiveResourcesInfo()) counts[type] = (counts[type] ?? 0) + 1;
  const { heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  const path = join(folder, String(process.pid));
  writeFileSync(
    `${path}.part`,
    JSON.stringify({ counts, heapBytes: heapUsed, committedBytes: heapTotal, externalBytes: external + arrayBuffers }),
  );
  renameSync(`${path}.part`, path);
});
