// Implements the admin API by calls to a running daemon over its socket.
import type { AdminApi } from './api.ts';
import { callDaemon } from './call-daemon.ts';

/**
 * The admin API of a running daemon, over its socket. Opens one connection per call and keeps no state. Errors are those of the daemon:
 * `CommandRefused`, `ConfigProblems`, `StoreError`, otherwise a `DaemonError` with its code (`daemonGone` without a response).
 */
export function createAdminClient(socketPath: string): AdminApi {
  // The cast is safe: the daemon has the same release, and test/admin/wire.test.ts checks both ends against the types of AdminApi.
  const get = <T>(path: string) => callDaemon(socketPath, { method: 'GET', path }) as Promise<T>;
  const post = <T>(path: string, body: object) => callDaemon(socketPath, { method: 'POST', path, body }) as Promise<T>;
  const target = (name: string, verb: string) => `/api/targets/${encodeURIComponent(name)}/${verb}`;
  return {
    status: () => get('/api/status'),
    check: () => get('/api/check'),
    plan: (name, options) =>
      get(
        target(name, 'plan') +
          toQuery({
            limit: options?.limit,
            records: options?.records,
            system: options?.system,
            resend: options?.resend === true ? 'true' : undefined,
          }),
      ),
    test: (name, options) => post(target(name, 'test'), options ?? {}),
    apply: (name, options) => post(target(name, 'apply'), options),
    draft: (name, by) => post(target(name, 'draft'), { by }),
    pause: (name, by) => post(target(name, 'pause'), { by }),
    resume: (name, by) => post(target(name, 'resume'), { by }),
    holds: (name, { hold, persons } = {}) => get(target(name, 'holds') + toQuery({ hold, persons })),
    accept: (name, options) => post(target(name, 'accept'), options),
    reject: (name, options) => post(target(name, 'reject'), options),
    rejections: (name, persons) => get(target(name, 'rejections') + toQuery({ persons })),
    withdraw: (name, options) => post(target(name, 'withdraw'), options),
    retry: (name, person) => post(target(name, 'retry'), { person }),
    planPerson: (name, person) => get(target(name, 'plan-person') + toQuery({ person })),
    log: (name, limit) => get(target(name, 'log') + toQuery({ limit })),
    list: (name, { groups, limit, after } = {}) => get(target(name, 'list') + toQuery({ groups: groups?.join(','), limit, after })),
    forgetting: (name) => get(target(name, 'forget')),
    forget: (name, by) => post(target(name, 'forget'), { by }),
    rename: (name, to, by) => post(target(name, 'rename'), { to, by }),
    why: (person) => get(`/api/why${toQuery({ person })}`),
    createToken: (token) => post('/api/tokens', token),
    listTokens: () => get('/api/tokens'),
    extendToken: (id, expiresInMs) => post(`/api/tokens/${id}/extend`, { expiresInMs }),
    revokeToken: (id) => post(`/api/tokens/${id}/revoke`, {}),
  };
}

/** Builds a query string; a list becomes a repeated parameter. */
function toQuery(parameters: Readonly<Record<string, string | number | readonly string[] | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'string' || typeof value === 'number') query.set(name, String(value));
    else for (const one of value ?? []) query.append(name, one);
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}
