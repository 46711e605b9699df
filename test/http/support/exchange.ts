import * as http from 'node:http';

/** A response as received. `body` is the parsed JSON, `undefined` without a body. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly body: unknown;
}

/** The body and headers of a request. A text is sent unchanged, anything else as JSON. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Sends one request over HTTP to any address. */
export async function exchange(agent: http.Agent, method: string, url: string, sent: Sent): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const body = sent.body === undefined ? undefined : typeof sent.body === 'string' ? sent.body : JSON.stringify(sent.body);
  const headers = { ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }), ...sent.headers };
  // Not with a URL object, which would normalize the path.
  const { port } = new URL(url);
  const path = url.slice(url.indexOf('/', 'http://'.length));
  const request = http.request({ agent, hostname: '127.0.0.1', port, path, method, headers }, resolve);
  request.on('error', reject);
  request.end(body);
  const response = await promise;
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const isJson = /json/.test(response.headers['content-type'] ?? '') && text !== '';
  return { status: response.statusCode ?? 0, headers: response.headers, text, body: isJson ? (JSON.parse(text) as unknown) : undefined };
}
