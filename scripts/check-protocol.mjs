// Every rule of PROTOCOL.md names a test: `path › words of its name`. This checks that the file is there and holds those words.
import { existsSync, readFileSync } from "node:fs";

const ROW = /^\|\s*([A-Z]-\d+)\s*\|.*\|\s*([^|]*)\s*\|$/u;
const CITATION = /`([^`›]+?) › ([^`]+?)`/gu;

const problems = [];
let rules = 0;
for (const line of readFileSync("PROTOCOL.md", "utf8").split("\n")) {
  const row = ROW.exec(line);
  if (!row) continue;
  rules++;
  const [, rule, cell = ""] = row;
  const citations = [...cell.matchAll(CITATION)];
  if (citations.length === 0 && !cell.trim().startsWith("gap:")) problems.push(`${rule} names no test, and does not say that it is a gap`);
  for (const [, file = "", words = ""] of citations) {
    const path = file.startsWith("e2e/") ? file : `packages/${file}`;
    if (!existsSync(path)) problems.push(`${rule}: there is no ${path}`);
    else if (!readFileSync(path, "utf8").includes(words)) problems.push(`${rule}: ${path} has no test "${words}"`);
  }
}
for (const problem of problems) console.error(problem);
console.log(`PROTOCOL.md: ${rules} rules, ${problems.length} problems`);
process.exitCode = problems.length > 0 || rules === 0 ? 1 : 0;
