// A map with a maximum size that evicts the oldest entry.
/** A map of at most `max` entries, so that many keys cannot exhaust the memory. A new entry evicts the entry that was set longest ago. */
export class BoundedMap<K, V> {
  readonly #max: number;
  /** In the order in which they were set; the latest entry is last. */
  readonly #entries = new Map<K, V>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Number of entries. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value, or `undefined`. Reading does not renew an entry; to renew it, set it again. */
  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** True if the key has an entry, even with the value `undefined`. */
  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** Adds or replaces an entry; it becomes the latest. */
  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#max) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  /** Removes an entry if it exists. */
  delete(key: K): void {
    this.#entries.delete(key);
  }

  /** Removes all entries. */
  clear(): void {
    this.#entries.clear();
  }
}
