/** Events of channels that wait until the program's own call has returned, or until a packet is processed. */
export class ChannelEvents {
  readonly #waiting: (() => void)[] = [];

  get any(): boolean {
    return this.#waiting.length > 0;
  }

  add(event: () => void): void {
    this.#waiting.push(event);
  }

  /** Calls them in order, with those that they cause. */
  run(): void {
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) event();
  }
}
