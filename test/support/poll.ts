import { setImmediate } from 'node:timers/promises';

/**
 * Resolves as soon as `condition` is true; checks it at every turn of the event loop.
 * @throws an `Error` naming `what` if it is not true within `limitMs` of real time.
 */
export async function pollUntil(what: string, condition: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`timed out waiting until ${what}`);
    await setImmediate();
  }
}
