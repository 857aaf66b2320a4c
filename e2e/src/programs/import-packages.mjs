// Uses every entry of the `exports` of packages that are installed beside it: `node import-packages.mjs NAME …`. Prints one JSON object: the number of names
// that each entry exports, or of bytes that its file has.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const found = {};
for (const name of process.argv.slice(2)) {
  const manifest = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8"));
  for (const [entry, target] of Object.entries(manifest.exports)) {
    // A pattern (of the page's files) is tried with one of them.
    const specifier = name + entry.slice(1).replace("*", "index.html");
    if (typeof target === "string") found[specifier] = readFileSync(fileURLToPath(import.meta.resolve(specifier))).length;
    else found[specifier] = Object.keys(await import(specifier)).length;
  }
}
console.log(JSON.stringify(found));
