import { randomUUID } from 'node:crypto';
import type { Chance } from './chance.ts';
import { Wire } from './raw-http.ts';

/** Max number of existing resources, so that memory and time stay comparable over a long run. */
const maxLiving = 400;

/** The ids for requests: of existing and deleted resources, of another Source, and unknown ids. */
export class Population {
  readonly #sentinels: readonly string[];
  readonly #living: { readonly id: string; readonly path: string }[] = [];
  #deleted: string = randomUUID();

  constructor(sentinels: readonly string[]) {
    this.#sentinels = sentinels;
  }

  /** Records the resource in a 201 response. */
  learn(body: Buffer): void {
    const { id, meta } = JSON.parse(body.toString('utf8')) as {
      readonly id?: unknown;
      readonly meta?: { readonly resourceType?: unknown };
    };
    if (typeof id === 'string') this.#living.push({ id, path: `/${String(meta?.resourceType)}s/${id}` });
  }

  /** Path of a resource to delete if there are too many. */
  surplus(): string | undefined {
    if (this.#living.length <= maxLiving) return undefined;
    const oldest = this.#living.shift();
    this.#deleted = oldest?.id ?? this.#deleted;
    return oldest?.path;
  }

  any(chance: Chance): string {
    const kind = chance.weighted({ living: 80, sentinel: 12, deleted: 4, nobody: 4 });
    if (kind === 'living' && this.#living.length > 0) return chance.of(this.#living).id;
    if (kind === 'sentinel') return chance.of(this.#sentinels);
    return kind === 'deleted' ? this.#deleted : '01a1fdfa-0000-7000-8000-000000000000';
  }

  /** The text with each id of an existing resource replaced by `{{id}}`. */
  hideIds(text: string): string {
    return this.#living.reduce((hidden, { id }) => hidden.replaceAll(id, '{{id}}'), text);
  }
}

/** Creates people and a Group of another Source, which no request of the run may see or change. @returns their ids. */
export async function plantSentinels(port: number, token: string): Promise<readonly string[]> {
  const wire = new Wire(port);
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    ids.push(await create(wire, token, '/Users', { userName: `sentinel${index}@contoso.test`, externalId: `s${index}`, emails: [{ type: 'work', value: `s${index}@contoso.test` }] })); // prettier-ignore
  }
  ids.push(await create(wire, token, '/Groups', { displayName: 'Sentinels', members: ids.map((value) => ({ value })) }));
  wire.close();
  return ids;
}

async function create(wire: Wire, token: string, path: string, body: object): Promise<string> {
  const text = JSON.stringify(body);
  const head = `POST /scim${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n`;
  const reply = await wire.send({ method: 'POST', bytes: Buffer.from(head + text), end: false, maxMs: 10_000 });
  if (reply.is !== 'answer' || reply.status !== 201) throw new Error(`a sentinel could not be created: ${JSON.stringify(reply)}`);
  return (JSON.parse(reply.body.toString('utf8')) as { readonly id: string }).id;
}
