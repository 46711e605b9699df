// The HTTP client of the rest and scim Drivers.
import axios, { type AxiosResponse } from 'axios';
import * as http from 'node:http';
import * as https from 'node:https';
import { fillValues } from './fill-values.ts';
import type { DriverDeps } from './driver.ts';
import { toSendFailure } from './http-failure.ts';
import { parseBody, type Reply } from './http-reply.ts';
import { openRedactor } from '../../domain/redactor.ts';
import { readTlsOptions } from './tls-options.ts';
import type { HttpSettings } from './http-settings.ts';

/** Max size of a response and of a request, in bytes: no product sends more for one page of people. */
const maxSizeBytes = 20_000_000;

/** One request. `path` begins with a slash, is already escaped, and is appended to the base address. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A client of one HTTP Target: one pool of persistent connections, no redirects, no retries, responses limited in size and time. */
export interface HttpClient {
  /**
   * Sends one request and reads the full response, whatever its status. Secrets in the settings are removed from the text.
   * @throws {NotAnswered} if no full response arrived; `left` is true if bytes may have been sent.
   */
  send(request: HttpRequest, signal: AbortSignal): Promise<Reply>;
  /** The full address of a path, without secrets. `path` may be a template with `{fields}`. */
  readonly tellAddress: (path: string) => string;
  /** Aborts requests in progress and closes the connections. Can be called twice. */
  close(): void;
}

/**
 * Creates a client. Reads certificate files and connects only with the first request. `values` replace their `{names}` in the headers of
 * the settings; the text of a response contains none of `secrets`.
 */
export function openHttpClient(
  settings: HttpSettings,
  { values = {}, secrets = [] }: Pick<DriverDeps, 'values' | 'secrets'> = {},
): HttpClient {
  const base = settings.url.replace(/\/+$/, '');
  const own = Object.fromEntries(Object.entries(settings.headers).map(([name, text]) => [name, fillValues(text, values)]));
  const credentials = toCredentials(settings.auth);
  const redact = openRedactor([...toSecrets(settings.auth), ...secrets]);
  const closing = new AbortController();
  let agent: Promise<http.Agent> | undefined;

  async function send(request: HttpRequest, signal: AbortSignal): Promise<Reply> {
    agent ??= openAgent(settings);
    const pool = await agent.catch((error: unknown) => {
      agent = undefined; // Reads the files again with the next request.
      throw error;
    });
    const flight = { left: false };
    const late = AbortSignal.timeout(settings.timeout);
    try {
      const response: AxiosResponse<string> = await axios.request({
        url: base + request.path,
        method: request.method,
        headers: { Accept: 'application/json', 'User-Agent': 'vestibule', ...own, ...request.headers, ...credentials },
        ...(request.body !== undefined && { data: request.body }),
        httpAgent: pool,
        httpsAgent: pool,
        transport: watched(base, flight),
        signal: AbortSignal.any([signal, late, closing.signal]),
        maxRedirects: 0,
        maxContentLength: maxSizeBytes,
        maxBodyLength: maxSizeBytes,
        responseType: 'text',
        transformRequest: (body: unknown) => body,
        transformResponse: (body: unknown) => body,
        validateStatus: () => true,
      });
      return toReply(response, redact);
    } catch (error) {
      throw toSendFailure(error, { left: flight.left, late: late.aborted, timeoutMs: settings.timeout, redact });
    }
  }

  function close(): void {
    closing.abort();
    agent?.then(
      (pool) => pool.destroy(),
      () => undefined,
    );
  }

  return { send, tellAddress: (path) => redact(base + path), close };
}

/** `Basic` credentials are encoded as UTF-8 (RFC 7617 §2.1). */
function toCredentials(auth: HttpSettings['auth']): Readonly<Record<string, string>> {
  if (auth === undefined) return {};
  if ('bearer' in auth) return { Authorization: `Bearer ${auth.bearer}` };
  if ('headers' in auth) return auth.headers;
  return { Authorization: `Basic ${Buffer.from(`${auth.basic.user}:${auth.basic.password}`).toString('base64')}` };
}

function toSecrets(auth: HttpSettings['auth']): readonly string[] {
  if (auth === undefined) return [];
  if ('bearer' in auth) return [auth.bearer];
  if ('headers' in auth) return Object.values(auth.headers);
  return [auth.basic.password, ...Object.values(toCredentials(auth)).map((value) => value.slice('Basic '.length))];
}

async function openAgent(settings: HttpSettings): Promise<http.Agent> {
  const kept = { keepAlive: true, maxSockets: settings.concurrency + 1 };
  if (new URL(settings.url).protocol !== 'https:') return new http.Agent(kept);
  return new https.Agent({ ...kept, ...(await readTlsOptions(settings)) });
}

/**
 * Node's own client, with an observer: `left` becomes true once the request has a working connection, because its bytes follow immediately.
 * It stays false if the connection is refused, or the name resolution or the TLS handshake fails.
 */
function watched(base: string, flight: { left: boolean }): { request: typeof http.request } {
  const secure = new URL(base).protocol === 'https:';
  const request = (options: http.RequestOptions, onResponse: (response: http.IncomingMessage) => void): http.ClientRequest => {
    const sent = (secure ? https : http).request(options, onResponse);
    sent.once('socket', (socket) => {
      if (sent.reusedSocket || (!secure && !socket.connecting)) flight.left = true;
      else socket.once(secure ? 'secureConnect' : 'connect', () => (flight.left = true));
    });
    return sent;
  };
  return { request: request as typeof http.request };
}

function toReply(response: AxiosResponse<string>, redact: (text: string) => string): Reply {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined && value !== null) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  const data = typeof response.data === 'string' ? response.data : '';
  // The parsed body is compared, not shown, so it is not redacted: a password that is part of a person's name must not change that name.
  return { status: response.status, headers, body: parseBody(data), text: redact(data), hide: redact };
}
