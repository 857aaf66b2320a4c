/** `rangecast share`: prints a link, and shares until the stop signal; with `--background` the share goes on without this process. */
import { join } from "node:path";
import { createEphemeralStore, openCrcStore, openIdentityStore } from "@rangecast/daemon";
import { savedFlagsOf } from "../background/saved-flags.ts";
import { shareInBackground } from "../background/share-in-background.ts";
import { type Context, volumeOf } from "../context.ts";
import { CliError } from "../failure/cli-error.ts";
import { type ExitCode, exitCodeOf } from "../failure/exit-code.ts";
import { transportOf } from "../hosting/messages.ts";
import { Sharer, type SharerOptions } from "../hosting/sharer.ts";
import type { Logger } from "../output/logger.ts";
import { makePlan, type SharePlan } from "./plan.ts";
import { refusalOf } from "./refusals.ts";
import { createOrderedReporter } from "./report/ordered-reporter.ts";
import { createReporter } from "./report/reporter.ts";
import type { ShareReporter } from "./report/share-event.ts";
import type { ShareFlags } from "./settings.ts";
import { type Sharing, sharePlan } from "./share-plan.ts";
import { createPrompt, watchDropKeys } from "./watch-drop-keys.ts";

/** @returns the exit code. @throws CliError */
export async function runShare(paths: readonly string[], given: ShareFlags, context: Context): Promise<ExitCode> {
  if (given.background === true && given.ephemeral === true)
    throw new CliError("usage", "--background keeps the share, and --ephemeral saves nothing. Use one or the other.");
  const plan = await makePlan(paths, given, context);
  if (plan === undefined) return context.stop.exitCode;
  const prompt = createPrompt();
  const report = createOrderedReporter(createReporter(plan.flags, context, prompt));
  if (given.background === true) return keepPlan(plan, report, context);
  const logger = context.createLogger(volumeOf(plan.flags));
  const sharer = new Sharer(sharerOptions(plan, context, logger));
  try {
    const watchKeys: Sharing["watchKeys"] = (viewers, drop) => watchDropKeys({ viewers, drop, prompt, flags: plan.flags, context });
    const end = await sharePlan({ plan, sharer, report, logger, watchKeys }, context);
    if (end.kind === "stopped") return context.stop.exitCode;
    if (end.end.reason === "revoked") throw new CliError("link-ended", end.end.message);
    report({ event: "stopped", reason: "elsewhere" });
    return exitCodeOf("ok");
  } finally {
    await sharer.close();
  }
}

async function keepPlan(plan: SharePlan, report: ShareReporter, context: Context): Promise<ExitCode> {
  const { shared, folders } = plan;
  const ask = { paths: [shared.content.path].flat(), flags: savedFlagsOf(plan, context), terms: plan.terms };
  const ready = await shareInBackground(ask, folders.stateFolder, context);
  if (ready === undefined) return context.stop.exitCode;
  report({ ...ready, notices: [...ready.notices, IN_BACKGROUND] });
  return exitCodeOf("ok");
}

const IN_BACKGROUND =
  "It is shared in the background. To see what is shared: rangecast list. To stop it: rangecast stop LINK. After a restart: rangecast service install.";

function sharerOptions({ flags, folders, shared }: SharePlan, { env }: Context, logger: Logger): SharerOptions {
  const transport = transportOf(env);
  if (flags.ephemeral === true) {
    return { stateFolder: undefined, openStore: async () => ({ store: await createEphemeralStore() }), transport, logger };
  }
  return { stateFolder: folders.stateFolder, openStore: () => openStore(folders.stateFolder, shared.shown), transport, logger };
}

/** @param name what is shared, for messages. @throws CliError `bad-config` */
export async function openStore(stateFolder: string, name: string): ReturnType<SharerOptions["openStore"]> {
  try {
    return { store: await openIdentityStore(stateFolder), crcs: openCrcStore(join(stateFolder, "zip-crcs")) };
  } catch (error) {
    throw refusalOf(error, name, "");
  }
}
