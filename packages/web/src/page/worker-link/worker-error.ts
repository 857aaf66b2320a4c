import { ExpectedError } from "@rangecast/base";
/**
 * Why there is no worker: `blocked` (the browser refuses service workers here), `silent` (it runs, and doesn't answer), `outdated` (it is of another
 * version, and no newer one is to be had).
 */
export type WorkerErrorReason = "blocked" | "silent" | "outdated";

/** Expected: without a worker the page can connect, and can't show or save anything. */
export class WorkerError extends ExpectedError<WorkerErrorReason> {
  override readonly name = "WorkerError";
}
