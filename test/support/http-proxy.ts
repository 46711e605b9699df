import { once } from 'node:events';
import { createServer, request as open, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a proxy does with every request; `cut` forwards it and closes the connection instead of answering. */
export type ProxyMode = 'pass' | 'cut' | 'hold';

/** A proxy before an HTTP server that disturbs its answers. */
export class HttpProxy {
  mode: ProxyMode = 'pass';
  /** Requests so far. */
  requests = 0;
  readonly #port: number;
  #server: Server | undefined;
  #own = 0;

  /** `port` is that of the server behind it, on loopback. */
  constructor(port: number) {
    this.#port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#own}`;
  }

  /** Listens, at the same port as before. Harmless when it does. */
  async comeBack(): Promise<void> {
    if (this.#server !== undefined) return;
    this.#server = createServer((request, response) => void this.#pass(request, response).catch(() => response.destroy()));
    this.#server.listen(this.#own, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#own = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses and cuts connections. Harmless when it does. */
  async goDown(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const { mode } = this;
    const body = await buffer(request);
    if (mode === 'hold') return;
    const passed = open({ port: this.#port, host: '127.0.0.1', method: request.method, path: request.url, headers: request.headers });
    passed.end(body);
    const [answer] = (await once(passed, 'response')) as [IncomingMessage];
    const text = await buffer(answer);
    if (mode === 'cut') return void response.destroy();
    response.writeHead(answer.statusCode ?? 502, { 'Content-Type': answer.headers['content-type'] ?? '' }).end(text);
  }
}
