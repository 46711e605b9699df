// Compiles and caches regular expressions that run in linear time.
import { RE2JS } from 're2js';
import { BoundedMap } from '../../domain/bounded-map.ts';

const maxRemembered = 200;

/** A compiled regular expression that always ends in time linear to the text. */
export interface Pattern {
  /** True when it occurs anywhere in the text. */
  test(text: string): boolean;
}

/**
 * Remembers compiled patterns. CEL's `matches` runs on RE2's rules (no look-around, no back-references) and not on JavaScript's
 * engine, where 27 characters of bait took 2.6 s.
 */
export class Patterns {
  readonly #compiled = new BoundedMap<string, Pattern>(maxRemembered);

  /** @throws {Error} with the reason when RE2 does not know the syntax. */
  get(pattern: string): Pattern {
    const known = this.#compiled.get(pattern);
    if (known !== undefined) return known;
    const compiled = RE2JS.compile(pattern);
    const result: Pattern = { test: (text) => compiled.matcher(text).find() };
    // Patterns that are put together from attributes are endless; those of the files are few.
    this.#compiled.set(pattern, result);
    return result;
  }
}
