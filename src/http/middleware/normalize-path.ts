// Normalizes SCIM paths, such as `/scim/v2//Users/`.
import type { Middleware } from 'koa';

/**
 * Treats `/scim//Users/`, `/scim/Users/` and `/scim/v2/Users` as `/scim/Users`: people type Tenant URLs with a trailing slash or a version
 * (docs/entra-facts.md#tenant-url, RFC 7644 §3.13). `prefix` has a leading and no trailing slash; it may be empty.
 */
export function normalizePath(prefix: string): Middleware {
  return (context, next) => {
    const { path } = context;
    const normal = toNormalPath(path, prefix);
    if (normal !== path) context.path = normal;
    return next();
  };
}

/** The path without double slashes, without a trailing slash, and without a version after the prefix. */
export function toNormalPath(path: string, prefix: string): string {
  let normal = path;
  if (normal.includes('//')) normal = normal.replaceAll(/\/{2,}/g, '/');
  if (normal.length > 1 && normal.endsWith('/')) normal = normal.slice(0, -1);
  if (normal.startsWith(`${prefix}/v2/`)) normal = prefix + normal.slice(prefix.length + '/v2'.length);
  return normal;
}
