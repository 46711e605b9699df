import type { History, Step } from './steps.ts';

/** Runs a history; true if it fails in the same way as the original. */
export type FailsStill = (history: History) => Promise<boolean>;

/** Shortens a failing history by omitting parts while it still fails (delta debugging), with a max number of attempts. */
export async function shrink(history: History, failsStill: FailsStill, most = 300): Promise<History> {
  let tries = 0;
  const fails = async (candidate: History) => ++tries <= most && (await failsStill(candidate));
  let best = await dropSteps(history, fails);
  for (const candidate of simplerSites(best)) if (await fails(candidate)) best = { ...best, site: candidate.site, steps: candidate.steps };
  for (const [index] of best.steps.entries()) {
    for (const simpler of simplerSteps(best.steps[index])) {
      const candidate = { ...best, steps: best.steps.with(index, simpler) };
      if (await fails(candidate)) best = candidate;
    }
  }
  return dropSteps(best, fails);
}

async function dropSteps(history: History, fails: FailsStill): Promise<History> {
  let best = history;
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < best.steps.length;) {
      const steps = [...best.steps.slice(0, from), ...best.steps.slice(from + size)];
      if (await fails({ ...best, steps })) best = { ...best, steps };
      else from += size;
    }
  }
  return best;
}

/** Variants with one Target less, and with large units. */
function* simplerSites(history: History): Iterable<History> {
  const { site, steps } = history;
  if (site.smallUnits) yield { ...history, site: { ...site, smallUnits: false } };
  for (let left = site.targets.length - 1; left >= 0 && site.targets.length > 1; left -= 1) {
    const targets = site.targets.filter((_, index) => index !== left);
    yield { ...history, site: { ...site, targets }, steps: steps.flatMap((step) => withoutTarget(step, left)) };
  }
}

function withoutTarget(step: Step, left: number): readonly Step[] {
  if (!('target' in step.act)) return [step];
  if (step.act.target === left) return [];
  return [step.act.target < left ? step : { ...step, act: { ...step.act, target: step.act.target - 1 } }];
}

/** Variants of a Step with a simpler waiting time. */
function* simplerSteps(step: Step | undefined): Iterable<Step> {
  if (step === undefined) return;
  if (step.turns !== undefined) yield { act: step.act, ms: step.ms };
  if (step.ms > 1_000) yield { act: step.act, ms: 1_000 };
  if (step.act.do === 'fault' && step.act.times > 1) yield { ...step, act: { ...step.act, times: 1 } };
  if (step.act.do === 'crash' && step.act.again !== undefined) {
    const { again: _, ...act } = step.act;
    yield { ...step, act };
  }
}
