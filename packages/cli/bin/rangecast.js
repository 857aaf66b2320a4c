#!/usr/bin/env node
import process from "node:process";

let cli;
try {
  cli = await import("../dist/bundle/main.js");
} catch (error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  process.stderr.write('rangecast isn\'t built. Run "npm ci && npm run build" in the checkout, or start it with "npm start".\n');
  if (process.argv.includes("--verbose")) process.stderr.write(`${error.message}\n`);
  process.exit(11);
}
// Exits explicitly: threads of a WebRTC stack could keep the process alive.
process.exit(await cli.main());
