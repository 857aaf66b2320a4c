#!/usr/bin/env node
import process from "node:process";

let cli;
try {
  cli = await import("../dist/main.js");
} catch (error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  process.stderr.write('rangecast: it isn\'t built. Run "npm ci && npm run build" in the checkout, or start it by "npm start".\n');
  if (process.argv.includes("--verbose")) process.stderr.write(`${error.message}\n`);
  process.exit(11);
}
// Exits by hand: a WebRTC stack's own threads may outlive what they were for.
process.exit(await cli.main());
