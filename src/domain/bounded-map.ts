// A map with a maximum size that evicts the oldest entry.
/** A map of at most `max` entries, so that a flood of keys cannot grow the memory: the entry that was set longest ago is forgotten. */
export class BoundedMap<K, V> {
  readonly #max: number;
  /** In the order in which they were set, the latest at the end. */
  readonly #entries = new Map<K, V>();

  constructor(max: number) {
    this.#max = max;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value, or `undefined`. Reading does not renew an entry; set it again for that. */
  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** True for a key that is known, whatever its value. */
  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** Sets a value, known or not, as the latest. */
  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#max) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  /** Forgets one entry, known or not. */
  delete(key: K): void {
    this.#entries.delete(key);
  }

  /** Forgets all. */
  clear(): void {
    this.#entries.clear();
  }
}
