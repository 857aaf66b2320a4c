/* Saves the results of a full run: its report and its picture in docs/bench, and the table in README.md. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { toSvg } from "./plot.ts";
import { toMarkdown, withTable } from "./readme.ts";
import type { Report } from "./report.ts";

/** Their order in the table; others follow. */
const ORDER = ["seek", "wan", "lan", "start", "share", "viewers", "sctp"];

const SUFFIX = ".json";

/**
 * @param docs folder of reports and pictures
 * @param readme path of README.md
 */
export async function keep(report: Report, docs: string, readme: string): Promise<void> {
  await mkdir(docs, { recursive: true });
  const { pictures = {}, ...rest } = report;
  await writeFile(join(docs, report.bench + SUFFIX), `${JSON.stringify(rest, null, 2)}\n`);
  for (const [name, svg] of Object.entries(pictures)) await writeFile(join(docs, `${name}.svg`), svg);
  await writeFile(join(docs, `${report.bench}.svg`), toSvg(report));
  await writeFile(readme, withTable(await readFile(readme, "utf8"), toMarkdown(await readReports(docs))));
}

async function readReports(docs: string): Promise<Report[]> {
  const names = (await readdir(docs)).filter((name) => name.endsWith(SUFFIX)).sort();
  const reports = await Promise.all(names.map(async (name) => JSON.parse(await readFile(join(docs, name), "utf8")) as Report));
  const place = ({ bench }: Report): number => (ORDER.includes(bench) ? ORDER.indexOf(bench) : ORDER.length);
  return reports.sort((one, other) => place(one) - place(other));
}
