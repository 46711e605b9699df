import { z } from 'zod';
import { toJsonSchemas } from '../../../src/config/schemas/json-schemas.ts';
import type { TargetState } from '../../../src/domain/target.ts';
import { drivers } from '../../../src/outbound/drivers/registry.ts';
import { makeRandom } from '../../e2e/make-random.ts';
import { definitionOf } from '../../outbound/engine/harness.ts';
import { Chance } from '../chance.ts';
import { mutateJson } from '../mutate-json.ts';
import { mutateText } from '../mutate-text.ts';
import { generate, textFor, type JsonSchema, type Usual } from './generate.ts';

/** A site with generated settings: its files and its applied definitions, as texts that may be invalid. */
export interface SettingsCase {
  /** Content by path within the configuration folder. */
  readonly files: ReadonlyMap<string, string>;
  /** By Target: the definition text in the store, and the state of the Target. */
  readonly applied: ReadonlyMap<string, { readonly definition: string; readonly state: TargetState; readonly liveWhenQuiet: boolean }>;
}

/** The folder and program that a case may use. Targets with any other address or program stay paused. */
export interface Reachable {
  /** A temporary folder of the case. */
  readonly drop: string;
  /** A program that only exits. */
  readonly program: string;
}

const loopback = 'http://127.0.0.1:9';

/** Typical values of settings by name. Keys that end in " keys" are for names within a map. */
function usualTexts({ drop, program }: Reachable): Usual {
  const expressions = ['email', 'lower(email)', 'displayName', 'userName', "'a' + office", 'memberOf("Hosts")', 'lookup("offices", office)', 'department !=', 'unknownName', 'active', 'first(groups)', 'emails[0', 'groups']; // prettier-ignore
  const conditions = [
    'memberOf("Hosts")',
    '!same(department, "x")',
    'title == "x"',
    'has(email)',
    'department',
    'true',
    'active',
    '1 / 0 > 2',
  ];
  const names = ['Email', 'Name', 'Department', 'Status', 'offices'];
  const http = ['/hosts', '/hosts/{key}', '/hosts?q={Email}', '{nope}', '/{', 'hosts'];
  return {
    target: ['gate', 'lobby', 'desk'],
    connector: ['tiny', 'web', 'job', 'peer', 'odd', 'nope'],
    title: ['Front desk', 'ß 王'],
    driver: ['csv', 'rest', 'script', 'scim', 'soap'],
    listen: ['127.0.0.1:0', '0', '[::1]:0', '127.0.0.1:70000', 'here'],
    plainHttp: ['behindProxy'],
    trustedProxies: ['127.0.0.1', '172.18.0.0/16', '::1', '10.0.0.0/99'],
    allowedOrigins: ['https://x.test', 'https://x.test/', 'x'],
    publicUrl: ['https://hosts.x.test', 'http://127.0.0.1/scim', 'hosts'],
    cert: ['/no/such.pem'],
    key: ['body.id', 'item.id', '/no/such.pem'],
    ca: ['/no/such.pem', '${file:/no/such}'],
    passphrase: ['${env:NO_SUCH}'],
    'sources keys': ['default', 'hr', 'a b'],
    quiet: ['20m', '0s', '5'],
    silent: ['72h', '1d'],
    tenant: ['11111111-2222-3333-4444-555555555555', 'x'],
    apps: ['00000014-0000-0000-c000-000000000000'],
    subject: ['11111111-2222-3333-4444-555555555555'],
    audiences: ['8adf8e6e-67b2-4cf2-a259-e3dc5476c621'],
    audience: ['api://x'],
    authority: ['https://127.0.0.1:9', 'http://127.0.0.1:9/x'],
    'attributes keys': ['urn:ietf:params:scim:schemas:extension:contoso:2.0:User', 'badge', 'floor', 'constructor', 'urn:x:y'],
    journal: ['90d', '0s'],
    settle: ['0s', '2s', '1ms'],
    reconcile: ['0 3 * * *', '* * * * * *', '61 * * * *', '0 0 29 2 1#1', '@daily', '0 3 * *', '*/0 * * * *', '0 0 31 2 *'],
    timezone: ['Europe/London', 'UTC', 'Mars/Olympus', ''],
    share: ['5%', '100%', '101%', '5'],
    within: ['24h', '999999d', '1y'],
    wait: ['0s', '15m', '999999d'],
    after: ['0s', '2d', '999999d', '2'],
    rule: conditions,
    scope: conditions,
    name: ['all', 'hosts'],
    from: expressions,
    mapping: expressions,
    value: ['Employees', ''],
    'mapping keys': names,
    'tables keys': ['offices', 'HH', 'nope'],
    tables: ['Hamburg'],
    match: ['Email', 'Name', 'Nope'],
    header: names,
    'deactivated keys': ['Status', 'Nope'],
    deactivated: ['Inactive'],
    each: ['groups', 'email', 'roles'],
    as: ['group', 'email', '1x'],
    encoding: ['utf-8', 'cp1252', 'utf-16le-bom', 'utf-9', 'base64'],
    delimiter: [',', ';', '\t', '"', '\n'],
    fileName: ['{target}.csv', 'hosts.csv', '{x}.csv', '../x.csv', 'a'.repeat(300)],
    folder: [drop, `${drop}/no-such`, 'relative', '/proc'],
    url: [loopback, `${loopback}/base/`, 'http://127.0.0.1:1/x?y', 'ftp://127.0.0.1'],
    user: ['jo'],
    password: ['${env:NO_SUCH}', 'written out'],
    bearer: ['${env:HOME}', '${env:NO_SUCH}', 'written out'],
    'headers keys': ['X-Api-Key', 'Bad Name', 'Host', 'Content-Length'],
    headers: ['${env:HOME}', 'x', 'a\r\nb: c'],
    rate: ['10/s', '1/h', '0/s'],
    timeout: ['1s', '0s', '30d', '99999999999d'],
    visibleAfter: ['0s', '30d'],
    idempotencyHeader: ['Idempotency-Key', 'bad name'],
    get: http,
    post: http,
    put: http,
    patch: http,
    delete: http,
    items: ['body', 'body.items', 'body['],
    until: ['size(body) == 0', 'true', 'nope'],
    exists: ['status == 400'],
    missing: ['status == 404', 'status'],
    command: [program, 'no-such-program'],
    'environment keys': ['BADGE_API', 'bad name', '__proto__'],
    environment: ['https://badges.local', '${env:NO_SUCH}'],
  };
}

const fileSchemas = toJsonSchemas() as Readonly<Record<'vestibule' | 'connector' | 'target', JsonSchema>>;

const settingsSchemas = new Map(
  [...drivers].map(([name, { settings }]) => [name, z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }) as JsonSchema]),
);

/** The case of a seed and an index: always the same. */
export function makeCase(seed: number, index: number, reachable: Reachable): SettingsCase {
  const chance = new Chance(makeRandom(seed * 100_003 + index));
  const usual = usualTexts(reachable);
  const files = new Map(
    Object.entries(soundConnectors(reachable)).map(([name, value]) => [`connectors/${name}/connector.yaml`, JSON.stringify(value)]),
  );
  if (chance.in(0.4)) files.set('vestibule.yaml', write(generate(fileSchemas.vestibule, usual, chance, wildness(chance)), chance));
  files.set('connectors/odd/connector.yaml', write(makeConnector('odd', usual, chance), chance));
  for (const name of ['gate', 'lobby', 'desk']) {
    if (chance.in(0.85)) files.set(`targets/${name}.yaml`, write(makeTarget(name, usual, chance), chance));
  }
  const applied = new Map(
    ['gate', 'lobby', 'gone'].map((name) => {
      const definition = makeDefinition(name, reachable, usual, chance);
      const wished = chance.of(['live', 'live', 'live', 'draft', 'paused', 'refused', 'orphaned'] as const);
      const state = isHarmless(definition, reachable) ? wished : 'paused';
      return [name, { definition, state, liveWhenQuiet: state === 'draft' && chance.in(0.5) }] as const;
    }),
  );
  return { files, applied };
}

/** Half of the values contain no garbage, so that the code after the schemas is reached. */
function wildness(chance: Chance): number {
  return chance.in(0.5) ? 0 : chance.of([0.01, 0.05, 0.2]);
}

function makeTarget(name: string, usual: Usual, chance: Chance): unknown {
  const made = generate(fileSchemas.target, usual, chance, wildness(chance));
  if (typeof made !== 'object' || made === null || chance.in(0.1)) return made;
  const connector = chance.of(['tiny', 'web', 'job', 'peer', 'odd']);
  if (chance.in(0.6)) return { ...fewOf(made, chance), target: name, connector };
  const settings = chance.in(0.5) ? {} : generate(settingsSchemas.get(driverOf[connector] ?? 'csv') ?? {}, usual, chance, wildness(chance));
  return { ...made, target: name, connector, settings };
}

/** Mutates one or two keys of many, so that the rest stays valid and the file is not rejected for ten reasons at once. */
function fewOf(made: object, chance: Chance): object {
  const entries = Object.entries(made);
  if (entries.length === 0) return {};
  return Object.fromEntries([chance.of(entries), chance.of(entries)].slice(chance.below(2)));
}

const driverOf: Readonly<Record<string, string>> = { tiny: 'csv', web: 'rest', job: 'script', peer: 'scim' };

function makeConnector(name: string, usual: Usual, chance: Chance): unknown {
  const made = generate(fileSchemas.connector, usual, chance, wildness(chance));
  if (typeof made !== 'object' || made === null || chance.in(0.1)) return made;
  const driver = chance.of([...settingsSchemas.keys()]);
  return { ...made, connector: name, driver, settings: generate(settingsSchemas.get(driver) ?? {}, usual, chance, wildness(chance)) };
}

/** JSON is valid YAML: unchanged, with mutated values, or with mutated characters. */
function write(value: unknown, chance: Chance): string {
  const text = writeChanged(value, chance);
  // Large files take most of the time and find little, so a few are enough.
  return text.length > 30_000 && chance.in(0.95) ? JSON.stringify(value).slice(0, 30_000) : text;
}

function writeChanged(value: unknown, chance: Chance): string {
  switch (chance.weighted({ plain: 6, mutated: 3, garbled: 1 })) {
    case 'plain':
      return JSON.stringify(value) ?? '';
    case 'mutated':
      return mutateJson(value ?? null, chance);
    case 'garbled':
      return mutateText(JSON.stringify(value, undefined, 1) ?? '', chance);
  }
}

/** A definition as an older release or a manual edit may have left it: a valid one with other settings, missing parts, or mutations. */
function makeDefinition(target: string, reachable: Reachable, usual: Usual, chance: Chance): string {
  const [name, connector] = chance.of(Object.entries(soundConnectors(reachable)));
  const sound = {
    ...definitionOf({ target, connector: name, driver: driverOf[name] ?? 'csv', absent: 'kept' }),
    settings: connector.settings,
  };
  if (chance.in(0.3))
    return JSON.stringify({ ...sound, settings: generate(settingsSchemas.get(sound.driver) ?? {}, usual, chance, wildness(chance)) });
  const say = (key: string) => textFor(key, usual, chance);
  const merged = {
    ...sound,
    ...(chance.in(0.5) && { schedule: { onChange: chance.in(0.8), reconcile: say('reconcile'), timezone: say('timezone') } }),
    ...(chance.in(0.3) && { scope: [{ name: say('name'), rule: say('rule') }] }),
    ...(chance.in(0.3) && { mapping: { ...sound.mapping, [say('mapping keys')]: { from: say('from') } } }),
    ...(chance.in(0.1) && { rows: { each: say('each'), as: say('as'), none: 'one' } }),
  };
  const text = chance.in(0.25) ? JSON.stringify(merged) : mutateJson(merged, chance);
  // Without zero bytes, at which SQLite ends a text in comparisons, and without invalid UTF-16, which does not read back unchanged.
  return text.toWellFormed().replaceAll('\0', '');
}

/** True if a Connection with this text can reach only the folder and program of the case. */
function isHarmless(text: string, { drop, program }: Reachable): boolean {
  try {
    const settings = Object((JSON.parse(text) as { readonly settings?: unknown } | null)?.settings) as Readonly<Record<string, unknown>>;
    const { url } = settings;
    const { folder } = Object(settings['drop']) as { readonly folder?: unknown };
    const [first] = Array.isArray(settings['command']) ? (settings['command'] as readonly unknown[]) : [];
    return (
      (typeof url !== 'string' || new URL(url).hostname === '127.0.0.1') &&
      (typeof folder !== 'string' || folder === drop || folder === `${drop}/no-such`) &&
      (first === undefined || first === program || first === 'no-such-program')
    );
  } catch {
    return true; // A text that is neither JSON nor an address is never opened.
  }
}

function soundConnectors({ drop, program }: Reachable): Readonly<Record<string, { readonly settings: Readonly<Record<string, unknown>> }>> {
  const mapping = { Email: { from: 'lower(email)', empty: 'hold' }, Name: 'displayName', Department: 'department' };
  const common = { can: ['create', 'update', 'deactivate', 'delete'], match: ['Email'], mapping };
  const csv = { header: ['Email', 'Name', 'Department', 'Status'], deactivated: { Status: 'Inactive' }, drop: { folder: drop } };
  const rest = {
    url: loopback,
    timeout: '1s',
    find: { get: '/hosts?q={Email}', items: 'body', key: 'item.id' },
    create: { post: '/hosts', key: 'body.id' },
    update: { put: '/hosts/{key}' },
    deactivate: { put: '/hosts/{key}', with: { active: false } },
    delete: { delete: '/hosts/{key}' },
  };
  return {
    tiny: { connector: 'tiny', driver: 'csv', absent: 'kept', ...common, settings: csv },
    web: { connector: 'web', driver: 'rest', ...common, settings: rest },
    job: { connector: 'job', driver: 'script', ...common, settings: { command: [program], timeout: '1s', asks: ['find'] } },
    peer: {
      connector: 'peer',
      driver: 'scim',
      ...common,
      mapping: { userName: 'email', displayName: 'displayName' },
      match: ['userName'],
      settings: { url: loopback, timeout: '1s' },
    },
  } as Readonly<Record<string, { readonly settings: Readonly<Record<string, unknown>> }>>;
}
