// Removes ids and client text from a path before it is logged.
/** Known paths below the prefix, without any text from the client. */
const plain: ReadonlySet<string> = new Set(
  ['', '/', '/.search', '/users', '/users/.search', '/groups', '/groups/.search', '/bulk', '/me'].concat([
    '/serviceproviderconfig',
    '/schemas',
    '/resourcetypes',
    '/oauth/token',
  ]),
);

/** Matches known paths followed by one segment with an id, or with any text that a client sent as an id. */
const withId = /^\/(?:users|groups|schemas|resourcetypes)\/([^/]+)$/i;

/** The format of Vestibule's ids (see `newId` of the store). */
const ownId = /^[0-9a-f-]{36}$/i;

/**
 * A path that is safe to log: only known routes, because any other text may be the name or address of a person. An unknown id becomes
 * `:id`, and an unknown path becomes `/…` after the prefix. `path` is already normalized.
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
