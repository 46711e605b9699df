// Polls until a condition is met or time is over.
import { setTimeout as delay } from 'node:timers/promises';

const pollEveryMs = 25;

/**
 * Asks until `lacks` says that nothing is lacking any more (`undefined`). @returns `undefined` then, or what it last said after
 * `withinMs`.
 * @throws an `AbortError` when `signal` aborts.
 */
export async function pollUntil(
  lacks: () => Promise<string | undefined>,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const begun = performance.now();
  for (;;) {
    const what = await lacks();
    if (what === undefined || performance.now() - begun > withinMs) return what;
    await delay(pollEveryMs, undefined, { signal });
  }
}
