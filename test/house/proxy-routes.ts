/** Where a reverse proxy sends a request: to the daemon, or its own response. */
export type Route = 'daemon' | number;

/** Routes a path like nginx with one server: case-sensitive regular expressions (`~`) first, then the longest prefix. */
export function readNginxRoutes(text: string): (path: string) => Route {
  const locations = [...withoutComments(text).matchAll(/location\s+(~\s+)?(\S+)\s*\{([^}]*)\}/g)].map(
    ([, isRegex, match = '', body = '']) => ({
      pattern: isRegex === undefined ? undefined : new RegExp(match),
      prefix: match,
      route: toRoute(body, 'proxy_pass', /return\s+(\d+)/),
    }),
  );
  return (path) => {
    const byPattern = locations.find(({ pattern }) => pattern?.test(path) === true);
    const prefixes = locations.filter(({ pattern, prefix }) => pattern === undefined && path.startsWith(prefix));
    const found = byPattern ?? prefixes.toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
    return found?.route ?? 404;
  };
}

/**
 * Routes a path like Caddy with `handle` blocks: to the first block with a matching named matcher; a block without a matcher gets the rest.
 */
export function readCaddyRoutes(text: string): (path: string) => Route {
  const plain = withoutComments(text);
  const matchers = new Map(
    [...plain.matchAll(/^\s*(@\w+)\s+path\s+(.+)$/gm)].map(([, name = '', paths = '']) => [name, paths.trim().split(/\s+/)] as const),
  );
  const handles = [...plain.matchAll(/handle\s*(@\w+)?\s*\{([^}]*)\}/g)].map(([, matcher, body = '']) => ({
    paths: matcher === undefined ? undefined : (matchers.get(matcher) ?? []),
    route: toRoute(body, 'reverse_proxy', /respond\s+(\d+)/),
  }));
  const fits = (path: string, pattern: string) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern);
  return (path) =>
    handles
      .toSorted((a, b) => Number(a.paths === undefined) - Number(b.paths === undefined))
      .find(({ paths }) => paths?.some((one) => fits(path, one)) ?? true)?.route ?? 404;
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*#.*$/gm, '');
}

function toRoute(body: string, proxying: string, answering: RegExp): Route {
  if (body.includes(proxying)) return 'daemon';
  return Number(answering.exec(body)?.[1] ?? 404);
}
