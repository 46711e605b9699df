// Sends one admin API call to the running daemon over its socket.
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { DaemonError } from '../domain/errors.ts';
import { reviveDates } from './json-dates.ts';
import { fromErrorBody, type ErrorBody } from './error-body.ts';

/** One call of the admin API. */
export interface AdminCall {
  readonly method: 'GET' | 'POST';
  /** The path with its query, already escaped. */
  readonly path: string;
  readonly body?: unknown;
}

/**
 * Calls the daemon over its socket and returns the JSON of the response, with its dates as `Date`. There is no time-out, because planning
 * for 100,000 people takes long, and the connection is closed if the daemon ends.
 * @throws {DaemonError} the error of the daemon, or `daemonGone` if the connection ended without a response.
 */
export async function callDaemon(socketPath: string, call: AdminCall): Promise<unknown> {
  const { status, body } = await exchange(socketPath, call).catch((cause: unknown) => {
    throw daemonGone(cause);
  });
  const answer = parseAnswer(body);
  if (status >= 200 && status < 300) return reviveDates(answer);
  throw isErrorBody(answer) ? fromErrorBody(answer) : daemonGone(new Error(`answered ${status}: ${body.slice(0, 200)}`));
}

function exchange(socketPath: string, { method, path, body }: AdminCall): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'localhost', ...(method === 'POST' && { 'content-type': 'application/json' }) };
    const call = request({ socketPath, method, path, headers, agent: false }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    });
    call.on('error', reject);
    call.end(method === 'POST' ? JSON.stringify(body ?? {}) : undefined);
  });
}

function parseAnswer(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isErrorBody(answer: unknown): answer is ErrorBody {
  return typeof answer === 'object' && answer !== null && 'error' in answer && typeof answer.error === 'object';
}

function daemonGone(cause: unknown): DaemonError {
  return new DaemonError('daemonGone', 'the daemon closed the connection without an answer', {
    hint: 'see the daemon log; the daemon may have been stopped',
    cause,
  });
}
