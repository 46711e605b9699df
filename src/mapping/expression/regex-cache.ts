// Compiles and caches regular expressions that run in linear time.
import { RE2JS } from 're2js';
import { BoundedMap } from '../../domain/bounded-map.ts';

const maxRemembered = 200;

/** A compiled regular expression that runs in linear time. */
export interface Pattern {
  /** True if the text contains a match. */
  test(text: string): boolean;
}

/**
 * Caches compiled patterns. CEL's `matches` follows RE2 (no look-around, no back-references) instead of JavaScript's engine, in which a
 * malicious text of 27 characters took 2.6 s.
 */
export class Patterns {
  readonly #compiled = new BoundedMap<string, Pattern>(maxRemembered);

  /** @throws {Error} with the reason if RE2 does not support the syntax. */
  get(pattern: string): Pattern {
    const known = this.#compiled.get(pattern);
    if (known !== undefined) return known;
    const compiled = RE2JS.compile(pattern);
    const result: Pattern = { test: (text) => compiled.matcher(text).find() };
    // The number of patterns in the files is small, but patterns that are built from attributes are unlimited.
    this.#compiled.set(pattern, result);
    return result;
  }
}
