import type { Middleware } from 'koa';

/**
 * Reads `/scim//Users/`, `/scim/Users/` and `/scim/v2/Users` as `/scim/Users`: Tenant URLs are typed by hand, with a slash at their end or
 * a version (docs/entra-facts.md#tenant-url, RFC 7644 §3.13). `prefix` begins with a slash and has none at its end; it may be empty.
 */
export function tidyPath(prefix: string): Middleware {
  return (context, next) => {
    const { path } = context;
    const tidy = toTidyPath(path, prefix);
    if (tidy !== path) context.path = tidy;
    return next();
  };
}

/** The path without double slashes, slash at the end, and version after the prefix. */
export function toTidyPath(path: string, prefix: string): string {
  let tidy = path;
  if (tidy.includes('//')) tidy = tidy.replaceAll(/\/{2,}/g, '/');
  if (tidy.length > 1 && tidy.endsWith('/')) tidy = tidy.slice(0, -1);
  if (tidy.startsWith(`${prefix}/v2/`)) tidy = prefix + tidy.slice(prefix.length + '/v2'.length);
  return tidy;
}
