// Checks PROTOCOL.md against the code:
// - Each rule names a test, as `path › part of its name`, or says "gap:". The file must exist and contain that part.
// - Each rule id that a comment or a test name cites must exist.
// - The numbers of an older specification ("protocol 1.3", "part 1", "3.1.5:") must not be cited.
import { existsSync, readdirSync, readFileSync } from "node:fs";

const ROW = /^\|\s*([A-Z]-\d+)\s*\|.*\|\s*([^|]*)\s*\|$/u;
const CITED_TEST = /`([^`›]+?) › ([^`]+?)`/gu;
const RULE = /(?<![\w.-])[WSABCXLRP]-\d+\b(?![\w-])/gu;
/** Names that look like rules: elliptic curves. */
const NOT_RULES = new Set(["P-256", "P-384", "P-521"]);
const COMMENT = /\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gmu;
const TEST_NAME = /(?:\b(?:describe|test|it)\b[^"'`\n]*\(|^\s*\]\)\()\s*(["'`])(.*?)\1/gmu;
const OLD_CITATION = /\bprotocol(?:\.md,)? (?:\d|part \d)|\bpart 1\b|\b3\.\d, point|(?:^|["'`(])[123]\.\d(?:\.\d)?(?: ours)?[:)]/mu;
/** Folders in which citations of the older specification are still allowed. */
const OLD_CITATIONS_IN = [];

const problems = [];
const rules = readRules();
let citations = 0;
for (const path of sourceFiles()) checkFile(path);
for (const problem of problems) console.error(problem);
console.log(`PROTOCOL.md: ${rules.size} rules, ${citations} citations of them, ${problems.length} problems`);
process.exitCode = problems.length > 0 || rules.size === 0 ? 1 : 0;

/** The ids of all rules. Also checks that the named tests exist. */
function readRules() {
  const ids = new Set();
  for (const line of readFileSync("PROTOCOL.md", "utf8").split("\n")) {
    const row = ROW.exec(line);
    if (!row) continue;
    const [, rule, cell = ""] = row;
    ids.add(rule);
    const tests = [...cell.matchAll(CITED_TEST)];
    if (tests.length === 0 && !cell.trim().startsWith("gap:")) problems.push(`${rule} names no test, and is not marked as a gap`);
    for (const [, file = "", name = ""] of tests) {
      const path = file.startsWith("e2e/") ? file : `packages/${file}`;
      if (!existsSync(path)) problems.push(`${rule}: there is no ${path}`);
      else if (!readFileSync(path, "utf8").includes(name)) problems.push(`${rule}: ${path} has no test "${name}"`);
    }
  }
  return ids;
}

/** Source files of all packages, the end-to-end tests and the benchmarks. */
function sourceFiles() {
  const packages = readdirSync("packages").map((name) => `packages/${name}/src`);
  return [...packages, "e2e/src", "bench"].filter((folder) => existsSync(folder)).flatMap(filesBelow);
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name === "dist" ? [] : filesBelow(path);
    return /\.(?:ts|mjs|js)$/u.test(entry.name) ? [path] : [];
  });
}

function checkFile(path) {
  const source = readFileSync(path, "utf8");
  const comments = [...source.matchAll(COMMENT)].map(([text]) => text);
  const names = [...source.matchAll(TEST_NAME)].map(([, quote, name]) => quote + name);
  for (const text of [...comments, ...names]) {
    for (const [rule] of text.matchAll(RULE)) {
      if (NOT_RULES.has(rule)) continue;
      citations++;
      if (!rules.has(rule)) problems.push(`${path} cites ${rule}, which PROTOCOL.md doesn't have`);
    }
    const old = OLD_CITATION.exec(text)?.[0];
    const isExpected = OLD_CITATIONS_IN.some((folder) => path.startsWith(`${folder}/`));
    if (old !== undefined && !isExpected) problems.push(`${path} cites an older specification: ${old}`);
  }
}
