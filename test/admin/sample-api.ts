import type { AdminApi } from '../../src/admin/api.ts';
import type { ApplyReport } from '../../src/admin/reports/apply-report.ts';
import type { CheckReport } from '../../src/admin/reports/check-report.ts';
import type { ClocksReport, PlanReport } from '../../src/admin/reports/plan-report.ts';
import type { ForgetReport, RenameReport } from '../../src/admin/reports/target-lifecycle-report.ts';
import type { HoldsReport, RejectionsReport } from '../../src/admin/reports/hold-report.ts';
import type { ListReport } from '../../src/admin/reports/list-report.ts';
import type { LogReport } from '../../src/admin/reports/log-report.ts';
import type { NewToken } from '../../src/admin/reports/token-report.ts';
import type { PersonPlanReport } from '../../src/admin/reports/person-plan-report.ts';
import type { RetryReport } from '../../src/admin/reports/retry-report.ts';
import type { StatusReport, TargetReport } from '../../src/admin/reports/status-report.ts';
import type { TestReport } from '../../src/admin/reports/test-report.ts';
import type { WhyReport } from '../../src/admin/reports/why-report.ts';
import type { Token } from '../../src/domain/source.ts';

const destination = { target: 'front-desk', does: 'sends to https://vms.contoso.test', runsCode: false, secrets: ['${env:VMS}'] };

const monday = new Date('2026-03-02T08:30:00.000Z');
const tuesday = new Date('2026-03-03T08:30:00.000Z');

/** Sample reports with a value in every field, so that a round trip shows any loss. */
export const token: Token = {
  id: 3,
  source: 'default',
  use: 'bearer',
  label: 'entra',
  createdAt: monday,
  expiresAt: tuesday,
  revokedAt: tuesday,
  lastUsedAt: monday,
};

export const newToken: NewToken = { token, text: 'vst_abc', tenantUrl: 'https://hosts.contoso.com/scim', newSource: true };

export const check: CheckReport = {
  problems: [{ file: '/config/targets/x.yaml', line: 3, path: 'scope', message: 'is not a list', hint: 'a list', level: 'problem' }],
  read: { folder: '/config', targets: 2, connectors: 1, by: 'daemon' },
  destinations: [destination],
};

const clocks: ClocksReport = {
  begins: [
    {
      reason: 'outOfScope',
      condition: 'hosts',
      step: 'delete',
      dueAt: tuesday,
      people: 31,
      first: [{ id: 'a1', displayName: 'Anna Berg', userName: 'anna@contoso.com' }],
    },
  ],
  changes: [
    {
      reason: 'inactive',
      step: 'deactivate',
      dueAt: monday,
      wasDueAt: tuesday,
      people: 1,
      first: [{ id: 'c3', displayName: 'Cleo Dahl', userName: 'cleo@contoso.com' }],
    },
  ],
  ends: [
    {
      reason: 'gone',
      step: 'delete',
      dueAt: tuesday,
      people: 1,
      first: [{ id: 'b2', displayName: '', userName: 'bert@contoso.com', deleted: true }],
    },
  ],
  hold: '32 removals; the limit is 25 within 24 h',
};

export const targetReport: TargetReport = {
  name: 'front-desk',
  title: 'Sine (host CSV)',
  state: 'live',
  by: 'jo',
  at: monday,
  why: 'upgrade',
  applied: true,
  liveWhenQuiet: false,
  trouble: 'answered 503',
  downUntil: tuesday,
  obstacle: 'front-desk is down.',
  takesFiles: false,
  active: 214,
  deactivated: 3,
  leaving: 2,
  leaverDelays: clocks.begins,
  leaversDone: { gone: 12 },
  deliveries: { queued: 1, held: 31, sending: 0, accepted: 0, unclear: 0, parked: 2, done: 900, superseded: 4 },
  noRows: 5,
  first: {
    noRow: [{ person: { id: 'c3', displayName: 'Cleo Dahl', userName: 'cleo@contoso.com' }, reason: 'Email is empty' }],
    parked: [{ person: { id: 'b2', displayName: '', userName: 'bert@contoso.com', deleted: true }, reason: 'the create was rejected' }],
  },
  holds: [
    {
      number: 17,
      what: 'removals',
      open: 31,
      why: '31 removals; the limit is 25 within 24 h',
      at: monday,
      revision: 40,
      first: [
        { id: 'a1', displayName: 'Anna Berg', userName: 'anna@contoso.com' },
        { id: 'b2', displayName: '', userName: 'bert@contoso.com', deleted: true },
      ],
    },
  ],
  waiting: { paths: ['scope', 'mapping.Group Name'], differ: 12, clocks },
  behind: 5,
  notes: ['the group "Visitor Hosts" is now named "VMS Hosts"'],
  succeededAt: monday,
  reconciledAt: tuesday,
};

export const status: StatusReport = {
  now: tuesday,
  version: '0.1.0',
  running: true,
  tenantUrl: 'https://hosts.contoso.com/scim',
  readOnly: 'the disk is full',
  sources: [
    { id: 'default', cycle: 'over', people: 250, groups: 12, lastWrite: monday, lastHeard: tuesday },
    { id: 'hr', cycle: 'running', cycleEndsAt: tuesday, people: 1, groups: 0, lastWrite: monday, lastHeard: monday },
  ],
  people: 250,
  expiring: [token],
  notes: ['source plant2 is not in vestibule.yaml and uses the defaults'],
  targets: [targetReport],
  problems: [{ file: 'config/targets/x.yaml', line: 3, path: 'scope', message: 'is not a list', hint: 'a list', level: 'problem' }],
};

const anna = { id: 'a1', displayName: 'Anna Berg', userName: 'anna@contoso.com' };
const actions = { create: 2, update: 1, deactivate: 0, delete: 1 };

export const plan: PlanReport = {
  target: 'front-desk',
  state: 'draft',
  cycle: 'the first cycle is still running',
  waitingPaths: ['scope'],
  otherSystem: false,
  people: 250,
  scope: [{ name: 'no contractors', leavesOut: 36 }],
  inScope: 214,
  actions,
  guard: { why: '31 removals, more than 25', passed: ['removes 31 of 214 people (14%)'] },
  destination,
  clocks,
  underWay: { held: 31, queued: 12, parked: 2, inDoubt: 1, holds: [{ number: 17, what: 'removals', open: 31, withdrawn: 0 }] },
  records: [{ person: anna, action: 'create', rows: [{ Email: 'anna@contoso.com', at: '2026-03-02T08:30:00.000Z' }] }],
  lines: [
    {
      person: anna,
      action: 'update',
      cause: 'change',
      removal: { reason: 'outOfScope', condition: 'no contractors' },
      // Column names of a product must stay unchanged, even if they look like date fields.
      rows: [{ Email: 'anna@contoso.com', at: '2026-03-02T08:30:00.000Z' }],
      fields: [{ field: 'Site', before: { at: '2026-03-02' }, after: '2026-03-03T08:30:00.000Z' }],
    },
  ],
  heldBack: [{ person: anna, why: 'Email is empty' }],
  heldBackCount: 1,
  emptyAttributes: [{ attribute: 'office', empty: 248 }],
  fieldNotes: [{ field: 'Name', text: 'is truncated to 40 characters', people: 2, first: [anna] }],
  hash: 'abc123',
  notes: ['people out of scope stay at the Target'],
};

export const test: TestReport = {
  target: 'front-desk',
  title: 'Old VMS 4',
  driver: 'rest',
  tested: 'file',
  notes: ['The target was never applied.'],
  steps: [
    { step: 'settings', result: 'passed', ms: 0, message: '1 secret found' },
    { step: 'connect', result: 'passed', ms: 12, message: 'Connected to vms.contoso.com:443' },
    {
      step: 'signIn',
      result: 'failed',
      ms: 1234,
      message: 'answered 404',
      asked: ['GET https://vms.contoso.com/api/staff?q={mail}'],
      hint: 'Check the path.',
      output: ['no such page', 'bye'],
    },
    { step: 'find', result: 'skipped', ms: 0, message: 'An earlier step failed' },
    { step: 'list', result: 'notAvailable', ms: 0, message: 'The connector has no list' },
  ],
  passed: false,
};

export const applyReport: ApplyReport = {
  target: 'front-desk',
  state: 'draft',
  waits: true,
  missing: 'nothing came yet',
  actions,
  clocks: { begins: 31, changes: 1, ends: 1 },
};

export const forgetReport: ForgetReport = {
  target: 'lobby',
  title: 'Sine (host CSV)',
  active: 214,
  deactivated: 3,
  leaving: 2,
  unconfirmedDeliveries: 1,
  file: '/drops/lobby.csv',
};

export const renameReport: RenameReport = {
  target: 'reception',
  before: 'lobby',
  state: 'live',
  file: { before: '/drops/lobby.csv', after: '/drops/reception.csv' },
};

export const why: WhyReport = {
  people: [anna],
  arrival: 'Last change 2026-03-02 08:30 UTC.',
  untold: [{ target: 'lobby', why: 'its file has problems and nothing was applied yet; see: `vestibule check`' }],
  stories: [
    {
      target: 'front-desk',
      state: 'live',
      conditions: [
        { name: 'no contractors', rule: '!same(department, "Contractors")', holds: true, values: { since: '2026-03-02T08:30:00.000Z' } },
        { name: 'hosts', rule: 'memberOf("Visitor Hosts")', holds: false, values: { groups: ['Sales'] } },
      ],
      record: [{ since: '2026-03-02T08:30:00.000Z' }],
      notes: [{ field: 'since', text: 'is truncated to 24 characters' }],
      heldBack: 'Email is empty',
      accepted: {
        sent: [{ now: '2026-03-02T08:30:00.000Z' }],
        key: '4711',
        active: true,
        at: monday,
        leaving: { reason: 'inactive', since: monday, stepsDone: 0 },
      },
      open: { id: 7, action: 'update', state: 'queued', answer: 'busy', attempts: 2, notBefore: tuesday, cause: 'change', hold: 17 },
      history: [{ id: 6, action: 'create', state: 'done', answer: 'created', createdAt: monday, settledAt: tuesday }],
      next: 'The update is queued and is sent next.',
    },
  ],
};

export const personPlan: PersonPlanReport = {
  target: 'front-desk',
  state: 'live',
  people: [{ ...anna, source: 'default' }],
  plan: {
    conditions: [{ name: 'hosts', rule: 'memberOf("Hosts")', holds: true, values: { groups: ['Hosts'] } }],
    fields: [
      { field: 'Email', values: ['anna@contoso.com'], from: 'lower(email)' },
      { field: 'Title', values: [], from: 'title', note: 'is omitted because it is empty' },
    ],
    noRow: 'Name is empty (displayName)',
    accepted: { sent: [{ at: '2026-03-02' }], active: true, at: monday },
    action: 'update',
    next: 'The update is planned next.',
  },
};

export const retryReport: RetryReport = { queued: 2, blocked: 0, sooner: 1, wasDown: true, state: 'live', obstacle: '', running: true };

export const log: LogReport = {
  target: 'front-desk',
  lines: [
    { at: monday, by: 'jo', outcome: 'applied: create 2' },
    { at: tuesday, person: anna, action: 'create', state: 'parked', attempts: 3, outcome: 'parked (name too long)' },
  ],
};

export const list: ListReport = {
  now: tuesday,
  target: 'front-desk',
  state: 'live',
  obstacle: 'front-desk is down (answered 503).',
  notes: ['2 changes are not planned yet.'],
  groups: [
    {
      group: 'parked',
      count: 7,
      items: [
        {
          person: anna,
          state: 'parked',
          action: 'update',
          reason: 'name too long',
          since: monday,
          next: 'The update is parked: name too long. Again with: `vestibule retry front-desk anna@contoso.com`.',
        },
      ],
      next: '41',
    },
    {
      group: 'noRow',
      count: 1,
      items: [
        {
          person: { id: 'b2', displayName: '', userName: 'bert@contoso.com', deleted: true },
          state: 'noRow',
          reason: '=1+1',
          since: monday,
          next: 'Correct it.',
        },
      ],
    },
    { group: 'held', count: 0, items: [] },
  ],
};

export const holds: HoldsReport = {
  now: tuesday,
  target: 'front-desk',
  holds: [
    {
      number: 17,
      what: 'removals',
      why: '31 removals; the limit is 25 within 24 h',
      at: monday,
      open: 31,
      withdrawn: 0,
      revision: 40,
      chosen: 31,
      people: [
        { person: anna, action: 'deactivate', reason: 'is out of scope', since: monday },
        {
          person: { id: 'b2', displayName: '', userName: 'bert@contoso.com', deleted: true },
          action: 'delete',
          reason: 'was deleted in the directory',
          since: tuesday,
        },
      ],
    },
  ],
  held: 43,
};

export const rejections: RejectionsReport = {
  now: tuesday,
  target: 'front-desk',
  count: 3,
  people: [{ person: anna, what: 'removal', reason: 'out of scope', by: 'mira', at: monday }],
};

/** One recorded call: the method and its arguments without trailing `undefined`. */
export type Call = readonly [keyof AdminApi, ...unknown[]];

/** An AdminApi that returns the samples above and records every call; `overrides` replace single methods. */
export function sampleApi(overrides: Partial<AdminApi> = {}): { readonly api: AdminApi; readonly calls: Call[] } {
  const calls: Call[] = [];
  const note =
    <T>(name: keyof AdminApi, answer: T) =>
    (...given: readonly unknown[]): Promise<T> => {
      const args: unknown[] = [...given];
      while (args.length > 0 && args.at(-1) === undefined) args.pop();
      calls.push([name, ...args]);
      return Promise.resolve(answer);
    };
  const api: AdminApi = {
    status: note('status', status),
    check: note('check', check),
    plan: note('plan', plan),
    test: note('test', test),
    apply: note('apply', applyReport),
    draft: note('draft', targetReport),
    pause: note('pause', targetReport),
    resume: note('resume', targetReport),
    holds: note('holds', holds),
    accept: note('accept', { released: 31, left: 0 }),
    reject: note('reject', { rejected: 31, left: 2 }),
    rejections: note('rejections', rejections),
    withdraw: note('withdraw', { withdrawn: 3 }),
    retry: note('retry', retryReport),
    planPerson: note('planPerson', personPlan),
    log: note('log', log),
    list: note('list', list),
    forgetting: note('forgetting', forgetReport),
    forget: note('forget', forgetReport),
    rename: note('rename', renameReport),
    why: note('why', why),
    createToken: note('createToken', newToken),
    listTokens: note('listTokens', [token]),
    extendToken: note('extendToken', token),
    revokeToken: note('revokeToken', token),
    ...overrides,
  };
  return { api, calls };
}
