import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Answer } from './exchange.ts';
import type { SourceClient } from './source-client.ts';

/**
 * A request of a fixture. `{{name}}` stands for what an earlier answer saved under that name; `save` maps names to places in the answer,
 * such as `id` or `Resources/0/id`. A `body` that is a text is sent as it is.
 */
export interface FixtureRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly save?: Readonly<Record<string, string>>;
}

/**
 * What the answer must be: objects of `body` may have more keys, arrays may not have more elements; `absent` are JSON pointers, or `/key
 * of an extension/…`; `contains` and `lacks` look at the text.
 */
export interface FixtureExpectation {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly absent?: readonly string[];
  readonly contains?: readonly string[];
  readonly lacks?: readonly string[];
}

/** One request with its answer; `note` is the name it has in the list it comes from. */
export interface FixtureStep {
  readonly note?: string;
  readonly request: FixtureRequest;
  readonly expect: FixtureExpectation;
}

/**
 * What an identity provider does, as a file of `test/fixtures/idp/FOLDER/`. What is `given` must go well. Then come `request` with `expect`
 * and `then`, or a sequence of `steps`. `source` names the fact of docs/entra-facts.md, or the provider's reference with the kind of
 * evidence: D documented by the provider, O observed by others, I inferred.
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

/** Where the fixtures are. */
export const fixtureFolder = new URL('../../fixtures/idp/', import.meta.url);

/** Names of the folders with fixtures, one for each provider or list. */
export function listProviders(): readonly string[] {
  return readdirSync(fixtureFolder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

/** The fixtures of a folder by the name of their file. */
export function readFixtures(provider: string): ReadonlyMap<string, Fixture> {
  const folder = new URL(`${provider}/`, fixtureFolder);
  const files = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
  return new Map(files.map((file) => [file, JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8')) as Fixture]));
}

/** All steps of a fixture except the given state, in order. */
export function stepsOf({ request, expect: wanted, then = [], steps = [] }: Fixture): readonly FixtureStep[] {
  return [...(request && wanted ? [{ request, expect: wanted }] : []), ...then, ...steps];
}

/** Plays a fixture for a Source that has nothing yet. */
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
