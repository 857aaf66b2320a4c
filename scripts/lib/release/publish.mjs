import { isPrerelease } from "./arguments.mjs";
import { npm, runQuietlySync } from "./npm.mjs";
import { ReleaseError } from "./release-error.mjs";

/**
 * Publishes the packages one after the other. One that the registry already has in this version is left out, so a second run goes on where the first one failed.
 * @throws {ReleaseError} that says what was published, and how to go on
 */
export function publishAll(order, { version, dryRun, provenance }) {
  const done = [];
  for (const { name, folder } of order) {
    console.log(`\n── ${name}@${version}`);
    try {
      if (!dryRun && isPublished(name, version)) console.log("The registry has it already.");
      else npm(...publishArguments(folder, { version, dryRun, provenance }));
    } catch (error) {
      if (!(error instanceof ReleaseError) || dryRun) throw error;
      throw new ReleaseError(`${error.message}\n${progress(order, done, version)}`, { cause: error });
    }
    done.push(name);
  }
}

function publishArguments(folder, { version, dryRun, provenance }) {
  const rest = [...(isPrerelease(version) ? ["--tag", "next"] : []), ...(dryRun ? ["--dry-run"] : [])];
  return ["publish", `./${folder}`, "--access", "public", provenance && !dryRun ? "--provenance" : "--provenance=false", ...rest];
}

/** @throws {ReleaseError} if the registry can't be asked */
function isPublished(name, version) {
  const { status, stdout, stderr } = runQuietlySync(["view", `${name}@${version}`, "version"]);
  if (status === 0) return stdout.trim() !== "";
  if (/\bE404\b/u.test(stderr)) return false;
  throw new ReleaseError(`The registry can't be asked for ${name}: ${stderr.trim()}`);
}

function progress(order, done, version) {
  const left = order.map(({ name }) => name).filter((name) => !done.includes(name));
  return [
    `Published: ${done.length === 0 ? "nothing" : done.join(", ")}.`,
    `Not published: ${left.join(", ")}.`,
    `Commit and tag are made. To go on, run the same command again: npm run release -- ${version}`,
    "npm doesn't let a version be published twice, so what was published stays.",
  ].join("\n");
}
