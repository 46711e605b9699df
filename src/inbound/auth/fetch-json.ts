// Fetches a JSON document over HTTPS, with limits on time and size.
import { waitUntil, type Clock } from '../../domain/clock.ts';
import { messageOf } from '../../domain/errors.ts';

/** How long an answer may take, headers and body together. */
const maxMs = 5_000;

/** The documents of Entra are of some 20 kB. */
const maxBytes = 256 * 1024;

/**
 * Reads a JSON document over HTTP. Follows no redirects. Node's environment variables set proxies and certificate authorities.
 * @throws {Error} with a sentence without secrets when it cannot be fetched within 5 seconds and 256 KiB, or is no JSON.
 */
export async function fetchJson(url: string, clock: Clock): Promise<unknown> {
  const late = new AbortController();
  const done = new AbortController();
  const limit = waitUntil(clock, new Date(clock.now().getTime() + maxMs), done.signal).then(() => {
    if (!done.signal.aborted) late.abort(new Error(`no response within ${maxMs / 1000} seconds`));
  });
  try {
    const response = await fetch(url, { redirect: 'error', signal: late.signal, headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    return JSON.parse(await readText(response)) as unknown;
  } catch (error) {
    throw new Error(`${url}: ${explain(error)}`, { cause: error });
  } finally {
    done.abort();
    late.abort();
    await limit;
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`response is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `fetch` says "fetch failed" and keeps what happened as the cause. */
function explain(error: unknown): string {
  if (error instanceof SyntaxError) return 'response is not JSON';
  return messageOf(error instanceof Error && error.message === 'fetch failed' ? (error.cause ?? error) : error);
}
