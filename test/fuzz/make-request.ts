import type { Chance } from './chance.ts';
import { mutateJson } from './mutate-json.ts';
import { mutateText } from './mutate-text.ts';
import type { ValidRequest } from './valid-requests.ts';

/** A request as bytes, with the actual ids and token. */
export interface FuzzRequest {
  readonly method: string;
  readonly bytes: Buffer;
  /** The changed part, for the summary: `nothing`, `body`, `query`, `path`, `headers`, `bytes`. */
  readonly changed: string;
  /** False if the server cannot detect the end of the request: the client then ends the connection's sending side. */
  readonly complete: boolean;
  /** True if the request needs a separate connection, because the next request might be parsed as part of it. */
  readonly odd: boolean;
  /** True if the sign-in may fail: the request is then sent from a separate address, because failures are delayed per address. */
  readonly stranger: boolean;
}

/** The sources of requests. */
export interface Ingredients {
  readonly valid: readonly ValidRequest[];
  /** An id of a resource, of this Source or another, existing or not. */
  readonly anyId: (chance: Chance) => string;
  /** Number of the request, for unique names. */
  readonly serial: number;
  readonly token: string;
}

interface Parts {
  method: string;
  target: string;
  headers: [string, string][];
  body: Buffer | undefined;
  complete: boolean;
  odd: boolean;
  stranger: boolean;
}

/** Creates the next request: one in eight is unchanged, the others have one or two mutations. */
export function makeRequest(chance: Chance, from: Ingredients): FuzzRequest {
  const valid = chance.of(from.valid);
  const domain = chance.in(0.5) ? `@${from.serial}.test` : '@contoso.test';
  const fill = (text: string) => text.replaceAll(/\{\{\w+\}\}/g, () => from.anyId(chance)).replaceAll('@contoso.test', domain);
  const [path = '', query] = fill(valid.path).split(/\?(.*)/s, 2);
  const value = valid.body === undefined ? undefined : (JSON.parse(fill(JSON.stringify(valid.body))) as unknown);
  const kind = chance.weighted({ nothing: 3, body: 10, query: 6, path: 3, headers: 2, bytes: 1.5 });
  const given = Object.fromEntries(
    Object.entries(valid.headers ?? {}).map(([name, text]) => [name.toLowerCase(), text.replaceAll('{{token}}', from.token)]),
  );
  const parts: Parts = {
    method: valid.method,
    target: `/scim${kind === 'path' ? changePath(path, chance) : path}${toQuery(query, kind === 'query', chance)}`,
    headers: Object.entries({ host: 'x', authorization: `Bearer ${from.token}`, ...given }),
    body: toBody(value, kind === 'body', chance),
    complete: true,
    odd: false,
    stranger: kind === 'bytes' || path.includes('oauth') || given['authorization'] !== undefined,
  };
  if (parts.body !== undefined && !parts.headers.some(([name]) => name === 'content-type')) {
    parts.headers.push(['content-type', chance.in(0.9) ? 'application/scim+json; charset=utf-8' : 'application/json']);
  }
  if (kind === 'headers') changeHeaders(parts, chance);
  if (kind === 'path' && chance.in(0.3))
    parts.method = chance.of(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'QUERY', 'get', 'X'.repeat(40)]);
  const bytes = kind === 'bytes' ? changeBytes(parts, chance) : join(parts, writeLength(parts));
  return { method: parts.method, bytes, changed: kind, complete: parts.complete, odd: parts.odd, stranger: parts.stranger };
}

function toBody(value: unknown, changes: boolean, chance: Chance): Buffer | undefined {
  if (value === undefined) return changes ? Buffer.from(mutateJson({ value: 1 }, chance)) : undefined;
  if (typeof value === 'string') return Buffer.from(changes ? mutateText(value, chance) : value);
  if (!changes) return Buffer.from(JSON.stringify(value));
  const bytes = Buffer.from(mutateJson(value, chance));
  // Bytes that are not UTF-8.
  if (chance.in(0.03) && bytes.length > 0) bytes[chance.below(bytes.length)] = 0x80 + chance.below(0x80);
  return bytes;
}

const parameters = [
  'filter',
  'attributes',
  'excludedAttributes',
  'sortBy',
  'sortOrder',
  'startIndex',
  'count',
  'cursor',
  'FILTER',
  '__proto__',
  'constructor',
  'filter[a]',
  '',
];

function toQuery(query: string | undefined, changes: boolean, chance: Chance): string {
  if (!changes) return query === undefined ? '' : `?${query}`;
  const pairs = [...new URLSearchParams(query ?? '')];
  const [first] = pairs;
  if (first && chance.in(0.7)) first[1] = mutateText(first[1], chance);
  else
    pairs.push([chance.of(parameters), mutateText(chance.of(['userName eq "a"', 'id', '1', 'name.givenName,emails', '-5', '']), chance)]);
  const text = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return `?${chance.in(0.05) ? damage(text, chance) : text}`;
}

function changePath(path: string, chance: Chance): string {
  const parts = path.split('/');
  const at = chance.below(parts.length);
  parts[at] = encode(mutateText(parts[at] ?? '', chance));
  const changed = parts.join('/');
  return chance.in(0.15) ? damage(changed, chance) : changed;
}

/** Like `encodeURIComponent`, which throws for single surrogates. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+');
}

/** Percent signs and bytes that are invalid in a URL. Without line ends, which would begin another request. */
function damage(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1);
  return text.slice(0, at) + chance.of(['%', '%0', '%zz', '%00', '%ff', '%c3%28', '%ed%a0%80', '\u00fc', '\u00c3\u00bc', '\u007f', '//', '/./', '/../', '?', '#', '%25', '%2f', '\\']) + text.slice(at); // prettier-ignore
}

function changeHeaders(parts: Parts, chance: Chance): void {
  const set = (name: string, value: string) => {
    parts.headers = [...parts.headers.filter(([one]) => one !== name), [name, value]];
  };
  const kind = chance.weighted({ type: 3, ifMatch: 3, ifNoneMatch: 3, encoding: 1, token: 1, accept: 1, forwarded: 1, host: 1, expect: 0.5, upgrade: 0.5, many: 0.5, large: 0.5, odd: 1, origin: 1 }); // prettier-ignore
  switch (kind) {
    case 'type':
      return set('content-type', chance.of(['text/plain', 'application/xml', 'application/json; charset=utf-16', 'application/scim+json;charset="utf-8"', ';;;', 'APPLICATION/JSON', 'application/json;charset', ' '])); // prettier-ignore
    case 'ifMatch':
      return set('if-match', tag(chance));
    case 'ifNoneMatch':
      return set('if-none-match', tag(chance));
    case 'encoding':
      return set('content-encoding', chance.of(['gzip', 'br', 'identity', '', 'x']));
    case 'token':
      parts.stranger = true;
      return set(
        'authorization',
        chance.of([
          'Bearer',
          'Bearer x',
          'Basic eDp5',
          'bearer eyJhbGciOiJub25lIn0.e30.',
          `Bearer ${'a.'.repeat(1000)}`,
          'Digest x',
          '\u00fc',
          'Basic ////',
        ]),
      );
    case 'accept':
      return set('accept', chance.of(['text/html', '*/*;q=0', 'application/scim+json', ';', 'x'.repeat(500)]));
    case 'forwarded':
      return set(
        chance.of(['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'x-real-ip']),
        chance.of(['1.2.3.4', '::1', 'evil"', 'javascript', ',,,,', 'for=unknown']),
      );
    case 'host':
      return set('host', chance.of(['', 'evil.test', '127.0.0.1:1', '[::1', 'a b', 'x:99999999']));
    case 'expect':
      return set('expect', chance.of(['100-continue', '100-Continue', 'x']));
    case 'upgrade':
      parts.headers.push(['connection', 'upgrade'], ['upgrade', chance.of(['h2c', 'websocket', 'TLS/1.0'])]);
      return;
    case 'many':
      for (let count = 20 + chance.below(200); count > 0; count -= 1) parts.headers.push([`x-${count}`, '1']);
      return;
    case 'large':
      return set('x-large', 'x'.repeat(1000 + chance.below(40_000)));
    case 'odd':
      parts.odd = true;
      parts.headers.push([chance.of(['a b', 'a:', 'a\u0000', '', 'é']), chance.of(['b\u0000', 'b\rc', '\u00fc', ' ', '\u007f'])]);
      return;
    case 'origin':
      return set('origin', chance.of(['https://evil.test', 'null', '', 'x']));
  }
}

function tag(chance: Chance): string {
  return mutateText(chance.of(['W/"1"', 'W/"2"', '*', '"1", W/"2"']), chance)
    .toWellFormed()
    .replaceAll(/[^\u0020-\u007e]/g, '?')
    .slice(0, 4000);
}

type Length = 'length' | 'chunks' | 'none';

function writeLength({ body }: Parts): Length {
  return body === undefined ? 'none' : 'length';
}

function join({ method, target, headers, body }: Parts, length: Length): Buffer {
  const all = [
    ...headers,
    ...(length === 'length' ? [['content-length', String(body?.length ?? 0)]] : []),
    ...(length === 'chunks' ? [['transfer-encoding', 'chunked']] : []),
  ];
  const head = `${method} ${target} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), length === 'chunks' ? toChunks(body ?? Buffer.alloc(0)) : (body ?? Buffer.alloc(0))]);
}

function toChunks(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += 100) {
    const piece = body.subarray(at, at + 100);
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}

/**
 * Mutations of bytes as by a broken or malicious client: truncation, flipped bits, wrong lengths, invalid chunks, two lengths, bytes after
 * the end.
 */
function changeBytes(parts: Parts, chance: Chance): Buffer {
  parts.odd = true;
  const kind = chance.weighted({ cut: 2, flip: 4, insert: 3, chunks: 2, oddChunks: 2, wrongLength: 2, twoLengths: 1, more: 2, noise: 1 });
  const whole = join(parts, kind === 'chunks' || kind === 'oddChunks' ? 'chunks' : 'length');
  const at = chance.below(whole.length);
  switch (kind) {
    case 'chunks':
      return whole;
    case 'cut':
      parts.complete = false;
      return whole.subarray(0, at);
    case 'flip':
      parts.complete = false;
      whole[at] = chance.below(256);
      return whole;
    case 'insert':
      parts.complete = false;
      return Buffer.concat([
        whole.subarray(0, at),
        Buffer.from(Array.from({ length: 1 + chance.below(5) }, () => chance.below(256))),
        whole.subarray(at),
      ]);
    case 'oddChunks': {
      parts.complete = false;
      const odd = chance.of([
        'zz\r\n',
        '-1\r\nx\r\n',
        'ffffffffffffffffff\r\nx\r\n',
        `1;${'e'.repeat(chance.below(20_000))}\r\nx\r\n`,
        '1\nx\n',
        '5\r\nab',
        '0\r\nTrailer: x\r\n\r\n',
        '00000000000000000000001\r\nx\r\n',
      ]);
      return Buffer.concat([whole.subarray(0, whole.indexOf('\r\n\r\n') + 4), Buffer.from(odd), Buffer.from('0\r\n\r\n')]);
    }
    case 'wrongLength':
      parts.complete = false;
      parts.headers.push(['content-length', chance.of(['0', '1', '999', '-1', '1e3', '99999999999999999999', ' 5', '5,5', ''])]);
      return join(parts, 'none');
    case 'twoLengths':
      parts.headers.push(['transfer-encoding', chance.of(['chunked', 'gzip, chunked', 'chunked, identity', 'x'])]);
      parts.complete = false;
      return join(parts, 'length');
    case 'more':
      parts.complete = false;
      return Buffer.concat([whole, Buffer.from(chance.of(['x', '\r\n\r\n\r\n', '{}', 'GET / HTTP/1.1\r\n\r\n', '\u0000\u0000']))]);
    case 'noise':
      parts.complete = false;
      return Buffer.from(Array.from({ length: 1 + chance.below(2000) }, () => chance.below(256)));
  }
}
