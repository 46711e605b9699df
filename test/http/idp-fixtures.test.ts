import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Answer } from './exchange.ts';
import { startScimServer } from './scim-server.ts';
import type { ScimServer } from './scim-server.ts';

/** A request of a fixture. `{{name}}` stands for what an earlier answer saved under that name; `save` maps names to keys of the answer. */
interface FixtureRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly save?: Readonly<Record<string, string>>;
}

/** What the answer must be: objects of `body` may have more keys, arrays may not have more elements. `absent` are JSON pointers, or `/key of an extension/…`. */
interface FixtureExpectation {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly absent?: readonly string[];
}

interface Fixture {
  readonly name: string;
  readonly source: string;
  readonly given?: readonly FixtureRequest[];
  readonly request: FixtureRequest;
  readonly expect: FixtureExpectation;
  readonly then?: readonly { readonly request: FixtureRequest; readonly expect: FixtureExpectation }[];
}

interface CoverageRow {
  readonly section: string;
  readonly row: string;
  readonly fixtures: readonly string[];
}

const folder = new URL('../fixtures/idp/', import.meta.url);
const files = readdirSync(new URL('entra/', folder)).map((file) => file.replace(/\.json$/, ''));
const coverage = JSON.parse(readFileSync(new URL('entra-coverage.json', folder), 'utf8')) as readonly CoverageRow[];

describe('what Entra sends', () => {
  for (const file of files) {
    const fixture = JSON.parse(readFileSync(new URL(`entra/${file}.json`, folder), 'utf8')) as Fixture;
    test(`${fixture.name} (${file})`, async () => {
      await play(fixture, await startScimServer());
    });
  }
});

describe('the list of what the fact sheet describes', () => {
  test('names fixtures that exist, and every fixture', () => {
    const listed = new Set(coverage.flatMap((row) => row.fixtures));
    expect([...listed].toSorted()).toEqual(files.toSorted());
  });

  test('has no row without a fixture, and covers sections 1, 2 and 3', () => {
    expect(coverage.filter((row) => row.fixtures.length === 0)).toEqual([]);
    const sections = new Set(coverage.map((row) => row.section.replace(/ .*$/, '')));
    const described = ['1.1', '1.2', '1.3', '2.1', '2.2', '2.3', '2.4', '2.4.1', '2.4.2', '2.4.3', '2.4.4', '2.5', '2.6'];
    expect([...sections]).toEqual(expect.arrayContaining([...described, '3.1', '3.2', '3.3', '3.4', '3.5']));
  });
});

async function play(fixture: Fixture, server: ScimServer): Promise<void> {
  const saved = new Map([['token', server.token]]);
  for (const request of fixture.given ?? []) {
    const answer = await send(server, request, saved);
    expect(answer.status, `a given request was answered ${answer.text}`).toBeLessThan(300);
  }
  for (const step of [fixture, ...(fixture.then ?? [])]) {
    const answer = await send(server, step.request, saved);
    check(answer, fill(step.expect, saved) as FixtureExpectation);
  }
}

async function send(server: ScimServer, raw: FixtureRequest, saved: Map<string, string>): Promise<Answer> {
  const { method, path, headers, body, save } = fill(raw, saved) as FixtureRequest;
  const answer = await server.request(method, path, { ...(headers && { headers }), ...(body !== undefined && { body }) });
  for (const [name, key] of Object.entries(save ?? {})) saved.set(name, String((answer.body as Record<string, unknown>)[key]));
  return answer;
}

function fill(value: unknown, saved: ReadonlyMap<string, string>): unknown {
  const text = JSON.stringify(value).replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => saved.get(name) ?? whole);
  return JSON.parse(text) as unknown;
}

function check(answer: Answer, { status, headers, body, absent }: FixtureExpectation): void {
  expect(answer.status, answer.text).toBe(status);
  for (const [name, value] of Object.entries(headers ?? {})) expect(answer.headers[name]).toContain(value);
  if (body !== undefined) expect(answer.body).toMatchObject(body as object);
  for (const pointer of absent ?? [])
    expect(read(answer.body, pointer.slice(1).split('/')), `${pointer} of ${answer.text}`).toBeUndefined();
}

function read(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce((holder, key) => (holder as Record<string, unknown> | undefined)?.[key], value);
}
