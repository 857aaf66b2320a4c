/** Other programs' opinion of a zip archive. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Reads every entry, which compares the CRCs, and counts entries and bytes. */
const COUNT = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    bad = archive.testzip()
    infos = archive.infolist()
    print(bad, len(infos), sum(info.file_size for info in infos))
`;

/** What Python's zipfile finds in an archive: its first damaged entry ("None"), the number of entries, and their bytes. */
export async function zipfileReport(path: string): Promise<string> {
  return (await run("python3", ["-c", COUNT, path])).stdout.trim();
}

/** Tests an archive with Info-ZIP's unzip. @throws if it finds an error */
export async function testWithUnzip(path: string): Promise<void> {
  await run("unzip", ["-tq", path]);
}
