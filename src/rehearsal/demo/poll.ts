// Polls until a condition is met or the time is over.
import { setTimeout as delay } from 'node:timers/promises';

const pollEveryMs = 25;

/**
 * Calls `lacks` until nothing is missing (`undefined`). @returns `undefined` then, or the last result after `withinMs`.
 * @throws an `AbortError` if `signal` aborts.
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
