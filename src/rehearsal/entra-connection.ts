// The HTTP connection of the simulated Entra.
import * as http from 'node:http';
import * as https from 'node:https';

/** Counters of a connection, which never decrease. */
export interface EntraCounts {
  /** Started requests. */
  readonly requests: number;
  /** Responses by status. */
  readonly byStatus: Readonly<Record<number, number>>;
  /** Requests without a response: refused, reset, timed out. */
  readonly unanswered: number;
}

/** A response. `body` is `undefined` if there was none. */
export interface EntraAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Options of an {@link EntraConnection}. */
export interface EntraConnectionOptions {
  /** The Tenant URL, such as `http://127.0.0.1:8080/scim`; a trailing slash and a query string are harmless. */
  readonly tenantUrl: string;
  /** The secret token, without the word Bearer. */
  readonly token: string;
  /** Max concurrent requests, from 1. Default 4; Entra's number is not documented (docs/entra-facts.md#rate-and-time-outs). */
  readonly connections?: number;
  /** Default 30,000. */
  readonly timeoutMs?: number;
}

/** There was no response: the request may have been carried out. */
export class EntraUnanswered extends Error {
  constructor(method: string, path: string, options: ErrorOptions) {
    super(`${method} ${path} was not answered`, options);
    this.name = new.target.name;
  }
}

/**
 * Sends requests like Entra: keep-alive, no `Accept` and no `User-Agent` (docs/entra-facts.md#request-headers), bodies as
 * `application/scim+json; charset=utf-8`. Never retries, because Entra sends failed changes again in its next cycle.
 */
export class EntraConnection {
  readonly #base: URL;
  readonly #agent: http.Agent;
  readonly #options: EntraConnectionOptions;
  #requests = 0;
  #unanswered = 0;
  readonly #byStatus: Record<number, number> = {};

  /** Opens no connection yet. @throws {TypeError} if the Tenant URL is not a URL. */
  constructor(options: EntraConnectionOptions) {
    this.#options = options;
    this.#base = new URL(options.tenantUrl);
    const settings = { keepAlive: true, maxSockets: options.connections ?? 4 };
    this.#agent = this.#base.protocol === 'https:' ? new https.Agent(settings) : new http.Agent(settings);
  }

  counts(): EntraCounts {
    return { requests: this.#requests, byStatus: { ...this.#byStatus }, unanswered: this.#unanswered };
  }

  /**
   * Sends one request. `path` begins with a slash and is appended to the Tenant URL. Resolves for any status.
   * @throws {EntraUnanswered} if there is no response.
   */
  async send(method: string, path: string, body?: unknown): Promise<EntraAnswer> {
    this.#requests += 1;
    try {
      const answer = await this.#exchange(method, path, body === undefined ? undefined : JSON.stringify(body));
      this.#byStatus[answer.status] = (this.#byStatus[answer.status] ?? 0) + 1;
      return answer;
    } catch (error) {
      this.#unanswered += 1;
      throw new EntraUnanswered(method, path, { cause: error });
    }
  }

  /** Closes idle and busy sockets. Can be called twice. */
  close(): void {
    this.#agent.destroy();
  }

  #exchange(method: string, path: string, text: string | undefined): Promise<EntraAnswer> {
    return new Promise((resolve, reject) => {
      const request = (this.#base.protocol === 'https:' ? https : http).request({
        agent: this.#agent,
        protocol: this.#base.protocol,
        hostname: this.#base.hostname.replace(/^\[|\]$/g, ''),
        port: this.#base.port,
        path: this.#base.pathname.replace(/\/+$/, '') + path,
        method,
        headers: this.#headers(text),
        timeout: this.#options.timeoutMs ?? 30_000,
      });
      request.on('response', (response) => {
        readAnswer(response).then(resolve, reject);
      });
      request.on('timeout', () => request.destroy(new Error('timed out')));
      request.on('error', reject);
      request.end(text);
    });
  }

  #headers(text: string | undefined): http.OutgoingHttpHeaders {
    const headers: http.OutgoingHttpHeaders = { authorization: `Bearer ${this.#options.token}` };
    if (text === undefined) return headers;
    return { ...headers, 'content-type': 'application/scim+json; charset=utf-8', 'content-length': Buffer.byteLength(text) };
  }
}

async function readAnswer(response: http.IncomingMessage): Promise<EntraAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}
