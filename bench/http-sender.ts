import { Agent, request } from 'node:http';
import { isExpected, type BenchRequest } from './requests.ts';

/** Sends requests to one server over keep-alive connections, at most so many at once; more wait in the client. */
export class HttpSender {
  readonly #baseUrl: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent: Agent;

  constructor(baseUrl: string, headers: Readonly<Record<string, string>>, connections: number) {
    this.#baseUrl = baseUrl;
    this.#headers = headers;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Sends a request and resolves with the body of the response. @throws {Error} with the response if its status is unexpected. */
  send(asked: BenchRequest): Promise<string> {
    const { method, path, body } = asked;
    const text = body === undefined ? '' : JSON.stringify(body);
    const content = text === '' ? {} : { 'content-type': 'application/scim+json', 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const headers = { ...this.#headers, ...content };
      const sending = request(`${this.#baseUrl}${path}`, { method, agent: this.#agent, headers }, (response) => {
        response.setEncoding('utf8');
        let received = '';
        response.on('data', (chunk: string) => (received += chunk));
        response.on('end', () => {
          if (isExpected(asked, response.statusCode)) resolve(received);
          else reject(new Error(`${method} ${path} was answered ${response.statusCode}: ${received}`));
        });
      });
      sending.on('error', reject);
      sending.end(text);
    });
  }

  /** Sends all requests, one at a time per connection, and passes each response to `take` with its index. */
  async sendAll(requests: readonly BenchRequest[], lanes: number, take: (answer: string, place: number) => void): Promise<void> {
    let next = 0;
    const lane = async () => {
      while (next < requests.length) {
        const place = next++;
        const asked = requests[place];
        if (asked !== undefined) take(await this.send(asked), place);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The id in the text of a resource. */
export function idIn(text: string): string {
  return /"id":"([^"]*)"/.exec(text)?.[1] ?? '';
}
