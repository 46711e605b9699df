import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Answer } from './exchange.ts';
import type { SourceClient } from './source-client.ts';

/**
 * A request of a fixture. `{{name}}` is replaced by the value that an earlier response saved under that name; `save` maps names to paths in
 * the response, such as `id` or `Resources/0/id`. A `body` that is a text is sent unchanged.
 */
export interface FixtureRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly save?: Readonly<Record<string, string>>;
}

/**
 * The expected response. Objects in `body` may have additional keys, but arrays no additional elements. `absent` contains JSON pointers, or
 * `/key of an extension/…`; `contains` and `lacks` check the text.
 */
export interface FixtureExpectation {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly absent?: readonly string[];
  readonly contains?: readonly string[];
  readonly lacks?: readonly string[];
}

/** One request with its expected response; `note` is its name in the original list. */
export interface FixtureStep {
  readonly note?: string;
  readonly request: FixtureRequest;
  readonly expect: FixtureExpectation;
}

/**
 * The behaviour of an identity provider, in a file of `test/fixtures/idp/FOLDER/`. The requests in `given` must succeed. They are followed
 * by `request` with `expect` and `then`, or by a sequence of `steps`. `source` names the fact in docs/entra-facts.md, or the provider's
 * reference with the kind of evidence: D documented by the provider, O observed by others, I inferred.
 */
export interface Fixture {
  readonly name: string;
  readonly source: string;
  readonly given?: readonly FixtureRequest[];
  readonly request?: FixtureRequest;
  readonly expect?: FixtureExpectation;
  readonly then?: readonly FixtureStep[];
  readonly steps?: readonly FixtureStep[];
}

/** The folder of the fixtures. */
export const fixtureFolder = new URL('../../fixtures/idp/', import.meta.url);

/** Names of the folders with fixtures, one per provider or list. */
export function listProviders(): readonly string[] {
  return readdirSync(fixtureFolder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

/** The fixtures of a folder by file name. */
export function readFixtures(provider: string): ReadonlyMap<string, Fixture> {
  const folder = new URL(`${provider}/`, fixtureFolder);
  const files = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
  return new Map(files.map((file) => [file, JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8')) as Fixture]));
}

/** All steps of a fixture after `given`, in order. */
export function stepsOf({ request, expect: wanted, then = [], steps = [] }: Fixture): readonly FixtureStep[] {
  return [...(request && wanted ? [{ request, expect: wanted }] : []), ...then, ...steps];
}

/** Sends the requests of a fixture for a Source without data. */
export async function play(fixture: Fixture, source: SourceClient): Promise<void> {
  const saved = new Map([['token', source.token]]);
  for (const request of fixture.given ?? []) {
    const answer = await send(source, request, saved);
    expect(answer.status, `a given request was answered ${answer.text}`).toBeLessThan(300);
  }
  for (const [index, step] of stepsOf(fixture).entries()) {
    const answer = await send(source, step.request, saved);
    check(answer, fill(step.expect, saved) as FixtureExpectation, step.note ?? `step ${index + 1}`);
  }
}

async function send(source: SourceClient, raw: FixtureRequest, saved: Map<string, string>): Promise<Answer> {
  const { method, path, headers, body, save } = fill(raw, saved) as FixtureRequest;
  const answer = await source.request(method, path, { ...(headers && { headers }), ...(body !== undefined && { body }) });
  for (const [name, place] of Object.entries(save ?? {})) saved.set(name, String(read(answer.body, place.split('/'))));
  return answer;
}

function fill(value: unknown, saved: ReadonlyMap<string, string>): unknown {
  const text = JSON.stringify(value).replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => saved.get(name) ?? whole);
  return JSON.parse(text) as unknown;
}

function check(answer: Answer, { status, headers, body, absent, contains, lacks }: FixtureExpectation, note: string): void {
  expect(answer.status, `${note}: ${answer.text}`).toBe(status);
  for (const [name, value] of Object.entries(headers ?? {})) expect(answer.headers[name], note).toContain(value);
  if (body !== undefined) expect(answer.body, note).toMatchObject(body as object);
  for (const pointer of absent ?? []) {
    expect(read(answer.body, pointer.slice(1).split('/')), `${note}: ${pointer} of ${answer.text}`).toBeUndefined();
  }
  for (const text of contains ?? []) expect(answer.text, note).toContain(text);
  for (const text of lacks ?? []) expect(answer.text, note).not.toContain(text);
}

function read(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce((holder, key) => (holder as Record<string, unknown> | undefined)?.[key], value);
}
