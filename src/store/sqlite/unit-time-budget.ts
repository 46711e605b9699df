// Limits the time of one write unit of the engine.
/** The time limit of one unit of the engine: remaining work goes into another unit, so that the Sources' writes come in between. */
export class UnitTimeBudget {
  readonly #ms: number;
  readonly #now: () => number;

  /** `ms`: by `now`, a clock in milliseconds that never goes back. */
  constructor(ms: number, now: () => number = () => performance.now()) {
    this.#ms = ms;
    this.#now = now;
  }

  /** Begins a unit. @returns whether there is time for more, asked after each item: a unit does at least one. */
  begin(): () => boolean {
    const until = this.#now() + this.#ms;
    return () => this.#now() < until;
  }
}
