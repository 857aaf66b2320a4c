// Writes a compressed copy beside each script, style and picture of the built page, for servers that send such copies instead of compressing at each request.
// index.html has none: a server adapts its URLs to the path that it is requested at.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const PAGE_FOLDER = fileURLToPath(new URL("../dist/page", import.meta.url));

for (const name of readdirSync(PAGE_FOLDER, { recursive: true })) {
  if (!/\.(?:js|css|svg)$/u.test(name)) continue;
  const path = join(PAGE_FOLDER, name);
  const bytes = readFileSync(path);
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
}
