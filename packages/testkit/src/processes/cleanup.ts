/** Longest that one step may take before the next one runs anyway, milliseconds. */
const STEP_LIMIT_MS = 10_000;

type Step = () => unknown;

/** Steps that always run at the end: stop child processes, browsers and servers, remove folders. The last one added runs first. */
export class Cleanup {
  readonly #steps: Step[] = [];
  #running: Promise<void> | undefined;

  /**
   * A step that is added after {@link run} runs at once.
   * @returns runs this step now, unless it has already run
   */
  add(step: Step): () => Promise<void> {
    this.#steps.push(step);
    if (this.#running !== undefined) this.#running = this.#running.then(() => this.#endAll());
    return async () => {
      const index = this.#steps.indexOf(step);
      if (index < 0) return;
      this.#steps.splice(index, 1);
      await step();
    };
  }

  /** Runs all remaining steps. If one fails, the others still run. */
  run(): Promise<void> {
    this.#running ??= this.#endAll();
    return this.#running;
  }

  async #endAll(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await endWithin(step);
  }
}

async function endWithin(step: Step): Promise<void> {
  const ended = Promise.resolve()
    .then(step)
    .catch((error: unknown) => console.error(`cleaning up: ${String(error)}`));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, STEP_LIMIT_MS)));
  await Promise.race([ended, late]);
  clearTimeout(timer);
}
