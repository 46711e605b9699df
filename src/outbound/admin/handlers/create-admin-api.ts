// Combines the handlers of all commands into the admin API.
import type { Target } from '../../../domain/target.ts';
import type { AdminApi } from '../../../admin/api.ts';
import type { ApplyOptions, ApplyReport } from '../../../admin/reports/apply-report.ts';
import type { TargetReport } from '../../../admin/reports/status-report.ts';
import { CommandRefused } from '../../../domain/errors.ts';
import type { HandlerDeps } from './handler-deps.ts';
import { selectHeld, selectRejections, readHolds, readRejections } from './holds.ts';
import { listPeople } from './list.ts';
import { readLog } from './log.ts';
import { planPerson } from './plan-person.ts';
import { findRefusal } from './apply-refusal.ts';
import { assertStored, compareFileDefinition, requireFileDefinition, requireTarget } from './look-up-targets.ts';
import { readPlan } from './plan.ts';
import { retry } from './retry-person.ts';
import { readStatus, reportTarget } from './status.ts';
import { testTarget } from './test-target.ts';
import { forget, rename, reportForgetting } from './target-lifecycle.ts';
import { createToken, extendToken } from './tokens.ts';
import { explainPerson } from './why.ts';

/** Creates the admin API. The daemon serves it; a command that runs without a daemon calls it directly. */
export function createAdminApi(deps: HandlerDeps): AdminApi {
  const { commands, tokens } = deps;
  return {
    status: () => readStatus(deps),
    check: () => deps.check(),
    plan: (target, options) => readPlan(deps, target, options),
    test: (target, options) => testTarget(deps, target, options),
    apply: (target, options) => apply(deps, target, options),
    draft: (target, by) => change(deps, target, () => commands.draft(target, by)),
    pause: (target, by) => change(deps, target, () => commands.pause(target, by)),
    resume: (target, by) => change(deps, target, () => commands.resume(target, by)),
    holds: (target, options) => readHolds(deps, target, options),
    accept: async (target, { by, ...choice }) => {
      const { count, left } = await commands.accept(target, await selectHeld(deps, target, choice), by);
      return { released: count, left };
    },
    reject: async (target, { by, ...choice }) => {
      const { count, left } = await commands.reject(target, await selectHeld(deps, target, choice), by);
      return { rejected: count, left };
    },
    rejections: (target, persons) => readRejections(deps, target, persons),
    withdraw: async (target, { by, ...choice }) => ({
      withdrawn: await commands.withdraw(target, await selectRejections(deps, target, choice), by),
    }),
    retry: (target, person) => retry(deps, target, person),
    planPerson: (target, person) => planPerson(deps, target, person),
    log: (target, limit) => readLog(deps, target, limit),
    list: (target, options) => listPeople(deps, target, options),
    forgetting: (target) => reportForgetting(deps, target),
    forget: (target, by) => forget(deps, target, by),
    rename: (target, to, by) => rename(deps, target, to, by),
    why: (person) => explainPerson(deps, person),
    createToken: (request) => createToken(deps, request),
    listTokens: () => tokens.list(),
    extendToken: (id, expiresInMs) => extendToken(deps, id, expiresInMs),
    revokeToken: (id) => tokens.revoke(id),
  };
}

async function apply(deps: HandlerDeps, name: string, options: ApplyOptions): Promise<ApplyReport> {
  const files = await deps.syncDefinitions();
  const target = await requireTarget(deps, name, files);
  const fileDefinition = requireFileDefinition(files, target);
  const refusal = await findRefusal(deps, target, fileDefinition, files);
  if (refusal !== undefined) throw new CommandRefused(refusal.message, { hint: refusal.hint });
  const edit = compareFileDefinition(deps, target, fileDefinition);
  const applied = await deps.commands.apply(name, fileDefinition, {
    by: options.by,
    replaceAll: options.replaceAll ?? false,
    without: options.without ?? 0,
    system: options.system,
    otherSystem: edit?.otherSystem ?? false,
    resend: options.resend ?? false,
    hash: options.hash,
  });
  return {
    target: name,
    state: applied.target.state,
    waits: applied.waits !== undefined,
    ...(applied.waits !== undefined && { missing: applied.waits }),
    actions: applied.actions,
    clocks: applied.clocks,
  };
}

/**
 * Changes the state of a Target and reports the new state. Reads the files first, so that an error in them is reported before the change.
 */
async function change(deps: HandlerDeps, name: string, act: () => Promise<Target>): Promise<TargetReport> {
  const files = deps.readFiles();
  await assertStored(deps, name, files);
  const head = await deps.engineDeps.staging.changes.head();
  const target = await act();
  return reportTarget(deps, target, files, head);
}
