// Fetches a JSON document over HTTPS, with limits on time and size.
import { waitUntil, type Clock } from '../../domain/clock.ts';
import { messageOf } from '../../domain/errors.ts';

/** Max time for the whole response, headers and body together. */
const maxMs = 5_000;

/** Max size of a document; those of Entra have about 20 kB. */
const maxBytes = 256 * 1024;

/**
 * Fetches a JSON document. Does not follow redirects. Node's environment variables determine proxies and certificate authorities.
 * @throws {Error} with a sentence without secrets if the document cannot be fetched within 5 seconds, is larger than 256 KiB, or is not
 * JSON.
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

/** Returns the actual failure: the message of `fetch` is only "fetch failed", with the failure as `cause`. */
function explain(error: unknown): string {
  if (error instanceof SyntaxError) return 'response is not JSON';
  return messageOf(error instanceof Error && error.message === 'fetch failed' ? (error.cause ?? error) : error);
}
