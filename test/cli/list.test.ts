import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { AdminApi } from '../../src/admin/api.ts';
import type { ListOptions, ListReport } from '../../src/admin/reports/list-report.ts';
import * as sample from '../admin/sample-api.ts';
import { runCommandLine } from './command-line.ts';

/** A report of `all` parked people, in pages as requested. */
function parkedPeople(all: number): Pick<AdminApi, 'list'> {
  const list = (_: string, { limit = 50, after }: ListOptions = {}): Promise<ListReport> => {
    const from = Number(after ?? 0);
    const to = Math.min(all, from + limit);
    const items = Array.from({ length: to - from }, (_item, index) => ({
      person: { id: `p${from + index}`, displayName: '', userName: `p${from + index}@x.test` },
      state: 'parked' as const,
      reason: 'no',
      since: sample.list.now,
      next: 'Look.',
    }));
    return Promise.resolve({
      ...sample.list,
      groups: [{ group: 'parked', count: all, items, ...(to < all && { next: String(to) }) }],
    });
  };
  return { list };
}

describe('list', () => {
  it('reports that nothing is pending only if every change is planned', async () => {
    const none = { ...sample.list, obstacle: '', groups: [] };
    const run = async (list: ListReport) => (await runCommandLine(['list', 'x'], { api: { list: () => Promise.resolve(list) } })).out;
    expect(await run(none)).toBe('front-desk (live)\n2 changes are not planned yet.');
    expect(await run({ ...none, notes: [] })).toContain('No pending actions');
  });

  it('shows each group with its people, reason, age and next step', async () => {
    const { exitCode, out, calls } = await runCommandLine(['list', 'front-desk']);
    expect(exitCode).toBe(0);
    expect(calls).toEqual([['list', 'front-desk', { limit: 50 }]]);
    const lines = out.split('\n');
    expect(lines.slice(0, 3)).toEqual(['front-desk (live)', 'front-desk is down (answered 503).', '2 changes are not planned yet.']);
    expect(lines).toContain('Parked: 7 people');
    expect(lines).toContain('  Anna Berg (anna@contoso.com)  update  1 d ago');
    expect(out).toContain('      The update is parked: name too long. Again with: `./vestibule retry front-desk anna@contoso.com --data');
    expect(lines).toContain('  bert@contoso.com [deleted]  1 d ago');
    expect(out).not.toContain('Held by the Guard');
  });

  it('says how many more people there are, and proposes a command for the same site that shows them', async () => {
    const { out } = await runCommandLine(['list', 'front-desk', '--data', '/srv/data']);
    expect(out).toContain('… and 6 more: `./vestibule list front-desk --parked --limit 7 --data /srv/data`');
  });

  it('shows a reason only if the next step does not contain it', async () => {
    const { out } = await runCommandLine(['list', 'front-desk']);
    expect(out.match(/name too long/g)).toHaveLength(1);
    expect(out).toContain('      =1+1.\n      Correct it.');
  });

  it.each([
    [['--parked'], ['parked']],
    [['--no-row'], ['noRow']],
    [
      ['--in-doubt', '--held'],
      ['held', 'inDoubt'],
    ],
    [
      ['--queued', '--leaving', '--rejected'],
      ['queued', 'leaving', 'rejected'],
    ],
  ])('%j requests these groups, and shows them even if they are empty', async (flags, groups) => {
    const { calls, out } = await runCommandLine(['list', 'front-desk', ...flags]);
    expect(calls).toEqual([['list', 'front-desk', { groups, limit: 50 }]]);
    expect(out).toContain('Held by the Guard: no people');
  });

  it('says so when no person is waiting', async () => {
    const { out } = await runCommandLine(['list', 'front-desk'], {
      api: { list: () => Promise.resolve({ ...sample.list, obstacle: '', notes: [], groups: [{ group: 'parked', count: 0, items: [] }] }) },
    });
    expect(out).toBe('front-desk (live)\n\nNo pending actions and no problems.');
  });

  it('requests page after page from the daemon, up to the limit', async () => {
    const { out } = await runCommandLine(['list', 'front-desk', '--limit', '1200', '--json'], { api: parkedPeople(2000) });
    const { groups } = JSON.parse(out) as ListReport;
    expect(groups[0]?.items).toHaveLength(1200);
    expect(new Set(groups[0]?.items.map(({ person }) => person.id)).size).toBe(1200);
  });

  it('as CSV has one line for each person, and no cell that a spreadsheet interprets as a formula', async () => {
    const { out } = await runCommandLine(['list', 'front-desk', '--csv', '--limit', '50']);
    const rows = parse(out, { columns: true }) as Record<string, string>[];
    expect(rows).toMatchObject([
      { group: 'parked', name: 'Anna Berg', state: 'parked', action: 'update', deleted: '', since: '2026-03-02T08:30:00.000Z' },
      { group: 'noRow', userName: 'bert@contoso.com', deleted: 'yes', reason: "'=1+1", action: '' },
    ]);
  });

  it('as CSV omits no person unless a limit is given', async () => {
    const all = await runCommandLine(['list', 'front-desk', '--csv'], { api: parkedPeople(1100) });
    expect(parse(all.out, { columns: true })).toHaveLength(1100);
    const some = await runCommandLine(['list', 'front-desk', '--csv', '--limit', '3'], { api: parkedPeople(1100) });
    expect(parse(some.out, { columns: true })).toHaveLength(3);
  });

  it('as JSON has the default limit, and the number of all people in each group', async () => {
    const { out } = await runCommandLine(['list', 'front-desk', '--json'], { api: parkedPeople(1100) });
    const { groups } = JSON.parse(out) as ListReport;
    expect(groups[0]?.items).toHaveLength(50);
    expect(groups[0]).toMatchObject({ count: 1100, next: '50' });
  });

  it('as CSV is printed page by page, with one header', async () => {
    const { out } = await runCommandLine(['list', 'front-desk', '--csv', '--limit', '5000'], { api: parkedPeople(1100) });
    expect(out.split('\n')).toHaveLength(1101);
  });

  it.each([
    [['list', 'x', '--csv', '--json'], 'cannot be used with'],
    [['list', 'x', '--limit', '0'], 'at least 1'],
  ])('%j is refused as invalid usage', async (argv, said) => {
    const { exitCode, err } = await runCommandLine(argv);
    expect(exitCode).toBe(2);
    expect(err).toContain(said);
  });
});
