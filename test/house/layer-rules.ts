import type { Import } from './imports.ts';

/** The folders and files of this project that one folder of `src` may import; `types` only with `import type`. */
interface LayerRule {
  readonly may: readonly string[];
  readonly types?: readonly string[];
}

/** The port of the staging store. */
const stagingPort = ['store/identity.ts', 'store/staging.ts'];
/** The ports of both stores. */
const port = [...stagingPort, 'store/outbound.ts', 'store/outbound-reads.ts', 'store/engine-store.ts'];

/** The table of docs/architecture.md#layers. A folder may always import itself. */
export const layers: Readonly<Record<string, LayerRule>> = {
  scim: { may: [] },
  domain: { may: ['scim'] },
  mapping: { may: ['domain', 'scim'] },
  config: { may: ['domain', 'mapping', 'scim'] },
  store: { may: ['domain', 'scim'] },
  identity: { may: ['domain', 'scim', ...stagingPort] },
  'inbound/auth': { may: ['domain', 'scim', 'identity', ...stagingPort] },
  'inbound/staging': { may: ['domain', 'scim', ...stagingPort] },
  inbound: { may: ['domain', 'scim', 'identity', 'http', 'inbound', ...stagingPort] },
  'outbound/drivers': { may: ['domain', 'scim', 'mapping'] },
  'outbound/engine': { may: ['domain', 'scim', 'mapping'], types: [...port, 'outbound/drivers/driver.ts'] },
  'outbound/story': { may: ['domain', 'scim', 'mapping'] },
  'outbound/admin': {
    may: ['domain', 'scim', 'mapping', 'config', 'admin', 'identity', 'http', 'outbound/engine', 'outbound/story', ...port],
  },
  notify: { may: ['domain'] },
  rehearsal: { may: ['domain', 'scim'] },
  admin: { may: ['domain'], types: ['outbound/story', 'config'] },
  http: { may: ['domain', 'scim'] },
  cli: { may: ['app.ts', 'config', 'domain', 'admin', 'rehearsal'] },
  daemon: {
    // Everything except cli; clock and log are passed in.
    may: ['scim', 'domain', 'mapping', 'config', 'store', 'identity', 'inbound', 'outbound', 'notify', 'admin', 'http', 'data-folder.ts'],
  },
  'app.ts': { may: ['admin', 'daemon', 'domain', 'log.ts', 'system-clock.ts'] },
  'outbound-process.ts': { may: ['daemon', 'domain', 'log.ts', 'system-clock.ts'] },
  'main.ts': { may: ['app.ts', 'cli'] },
  'data-folder.ts': { may: ['domain'] },
  'log.ts': { may: ['domain'] },
  'system-clock.ts': { may: ['domain'] },
};

/** The only folder that may import each external package. zod has several, because each edge parses its own input. */
export const homes: Readonly<Record<string, readonly string[]>> = {
  '@koa/cors': ['http'],
  '@koa/router': ['http', 'inbound', 'outbound/admin'],
  '@marcbachmann/cel-js': ['mapping'],
  axios: ['outbound/drivers'],
  'better-sqlite3': ['store/sqlite'],
  commander: ['cli'],
  'csv-stringify': ['outbound/drivers/csv', 'cli'],
  'iconv-lite': ['outbound/drivers/csv'],
  'ipaddr.js': ['domain/ip-address.ts'],
  jose: ['inbound/auth'],
  koa: ['http', 'inbound', 'outbound/admin'],
  'libphonenumber-js': ['mapping'],
  'node-cron': ['domain/cron.ts'],
  pino: ['log.ts'],
  re2js: ['mapping'],
  'string-width': ['cli'],
  tinyqueue: ['scim/bulk', 'store/sqlite'],
  yaml: ['config'],
  zod: ['config', 'outbound/drivers', 'outbound/admin'],
};

/** Folders that must not import each other, so that each can be removed without the others. */
const strangers = ['outbound/drivers', 'store'];

/** The reason why this import is not allowed, or `undefined`. */
export function judgeImport(line: Import): string | undefined {
  if (!line.own) return judgePackage(line);
  const from = inSrc(line.from);
  const to = inSrc(line.to);
  if (to === undefined) return 'lies outside src';
  if (from === undefined) return undefined;
  const layer = layerOf(from);
  if (layer === layerOf(to)) return checkForeignPackage(from, to);
  const rule = layers[layer];
  if (rule === undefined) return `${layer} has no row in the table of layers`;
  if (rule.may.some((allowed) => isWithin(to, allowed))) return undefined;
  if (rule.types?.some((allowed) => isWithin(to, allowed)) === true)
    return line.typeOnly ? undefined : `${layer} may import only types of it`;
  return `${layer} may not import it`;
}

function judgePackage({ from, to }: Import): string | undefined {
  if (to.startsWith('node:')) return undefined;
  const home = homes[to];
  if (home === undefined) return 'the package has no home in the table';
  return home.some((folder) => isWithin(inSrc(from) ?? '', folder)) ? undefined : `its home is ${home.join(', ')}`;
}

/** Files next to the sub-folders are shared by them, except a registry, which imports all of them. */
function checkForeignPackage(from: string, to: string): string | undefined {
  const family = strangers.find((folder) => isWithin(to, folder));
  if (family === undefined) return undefined;
  const [member, ...rest] = to.slice(family.length + 1).split('/');
  const [own, ...deeper] = from.slice(family.length + 1).split('/');
  return rest.length > 0 && deeper.length > 0 && own !== member ? `the parts of ${family} may not import each other` : undefined;
}

function inSrc(path: string): string | undefined {
  return path.startsWith('src/') ? path.slice('src/'.length) : undefined;
}

/** The row of a file: that of its folder within a half if there is one, otherwise that of its top folder. */
export function layerOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  const inner = `${first}/${second}`;
  return Object.hasOwn(layers, inner) ? inner : first;
}

function isWithin(path: string, allowed: string): boolean {
  return path === allowed || path.startsWith(`${allowed}/`);
}
