// Removes ids and client text from a path before it is logged.
/** Paths that have no part of the client's own, below the prefix. */
const plain: ReadonlySet<string> = new Set(
  ['', '/', '/.search', '/users', '/users/.search', '/groups', '/groups/.search', '/bulk', '/me'].concat([
    '/serviceproviderconfig',
    '/schemas',
    '/resourcetypes',
    '/oauth/token',
  ]),
);

/** Paths that are followed by one segment with an id (or any text that a client sent as id). */
const withId = /^\/(?:users|groups|schemas|resourcetypes)\/([^/]+)$/i;

/** The format of Vestibule's ids (see `newId` of the store). */
const ownId = /^[0-9a-f-]{36}$/i;

/**
 * A path as the log may hold it: only known routes, since any other text may be the name or address of a person. An unknown id becomes
 * `:id`, an unknown path `/…` behind the prefix. `path` is tidied already.
 */
export function toLoggedPath(path: string, prefix: string): string {
  if (path === '/healthz' || path === '/readyz') return path;
  if (path !== prefix && !path.startsWith(`${prefix}/`)) return '/…';
  const rest = path.slice(prefix.length);
  if (plain.has(rest.toLowerCase())) return path;
  const [, id] = withId.exec(rest) ?? [];
  if (id === undefined) return `${prefix}/…`;
  return ownId.test(id) ? path : `${path.slice(0, -id.length)}:id`;
}
