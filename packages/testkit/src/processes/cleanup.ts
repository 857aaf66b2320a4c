/** Longest that one step may take before the next is taken all the same, milliseconds. */
const STEP_LIMIT_MS = 10_000;

type Step = () => unknown;

/** What has to be ended whatever happens: children, browsers, servers, folders. The last started is ended first. */
export class Cleanup {
  readonly #steps: Step[] = [];
  #running: Promise<void> | undefined;

  /**
   * What is added after {@link run} is ended at once.
   * @returns ends this one thing now, unless it was ended already
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

  /** Ends all that is left. A step that fails doesn't keep the others from being taken. */
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
