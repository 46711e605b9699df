import { toOwnCommand } from '../domain/own-command.ts';
import type { Decision } from '../domain/delivery.ts';
import { findNextStep, type Shadow } from '../domain/shadow.ts';
import { describeDeliveryStep } from './describe-delivery-step.ts';
import { describeObstacle } from './describe-obstacle.ts';
import { showTime, toSentence } from '../domain/wording.ts';
import { nameAction, nameReason } from './sentences.ts';
import type { StoryDesired, StoryInput } from './story-input.ts';

type Leaver = Extract<StoryDesired, { is: 'leaving' }>;

/**
 * What happens next for one Person at one Target, in one to three sentences: what keeps the whole Target from working, if anything
 * does, then the person's own next step. Every state has an answer, "nothing" included.
 */
export function nextStep(input: StoryInput): string {
  return [describeObstacle(input.target, input.now), describePersonStep(input)].filter((sentence) => sentence !== '').join(' ');
}

/** The person's own next step, without what keeps the whole Target from working: for lists, which say that once. */
export function describePersonStep(input: StoryInput): string {
  if (input.open !== undefined) return describeDeliveryStep(input.open, input);
  const decided = describeDecision(input);
  if (decided !== undefined) return decided;
  switch (input.desired.is) {
    case 'record':
      return describeRecord(input);
    case 'leaving':
      return describeLeaver(input, input.desired);
    case 'heldBack':
      return describeHeldBack(input, input.desired.why);
    case 'absent':
      return input.shadow === undefined
        ? 'Nothing is there for this person, and nothing is to be done.'
        : 'What was last accepted stays there; nothing is to be done.';
  }
}

function describeRecord({ target, shadow, plan }: StoryInput): string {
  if (plan.want !== undefined) return toSentence(`${nameAction(plan.want.action)} is planned next`);
  if (plan.why !== undefined) return toSentence(`nothing is sent: ${plan.why}`);
  if (shadow === undefined) return 'The record is about to be planned.';
  return `All is well: ${target.name} accepted this record on ${showTime(shadow.at)}; nothing is to be done.`;
}

function describeHeldBack({ target, shadow }: StoryInput, why: string): string {
  const meanwhile =
    shadow === undefined ? `The person is not at ${target.name} until then` : `What ${target.name} last accepted stays there until then`;
  return `${toSentence(`no valid row can be made: ${why}`)} Once the value or the mapping of ${target.name} is corrected, the row is sent automatically. ${toSentence(meanwhile)}`;
}

function describeLeaver(input: StoryInput, leaver: Leaver): string {
  const { target, shadow, plan } = input;
  const because = `the person ${nameReason(leaver.reason, leaver.condition)}`;
  if (shadow === undefined) return toSentence(`nothing is sent to ${target.name}: ${because}`);
  if (plan.want !== undefined) return toSentence(`${nameAction(plan.want.action)} is planned next: ${because}`);
  return `${toSentence(because)} ${describeLeaverStep(input, leaver, shadow)}`;
}

function describeLeaverStep({ target, plan, now }: StoryInput, leaver: Leaver, shadow: Shadow): string {
  const since = sinceOf(leaver, shadow);
  const step = leaver.steps[findNextStep(leaver.steps, shadow)];
  if (step !== undefined) {
    const due = new Date(since.getTime() + step.afterMs);
    if (due.getTime() > now.getTime()) return toSentence(`${nameAction(step.do)} is due on ${showTime(due)}`);
    return toSentence(
      plan.why === undefined ? `${nameAction(step.do)} is about to be planned` : `${nameAction(step.do)} waits: ${plan.why}`,
    );
  }
  return shadow.active
    ? `The record stays at ${target.name}: leavers.${leaver.reason} names no further step.`
    : `The record was deactivated on ${showTime(shadow.at)}; nothing is to be done.`;
}

/** The clock that runs already, where it runs for the same reason; else one that begins with this Leaver. */
function sinceOf(leaver: Leaver, { leaving }: Shadow): Date {
  const same = leaving?.reason === leaver.reason && leaving.condition === leaver.condition;
  return same ? leaving.since : leaver.since;
}

/** The sentence of a Decision that binds now, or `undefined`. */
function describeDecision({ decision, desired, shadow, plan, target, person, now }: StoryInput): string | undefined {
  if (decision === undefined || plan.want !== undefined) return undefined;
  const undo = `Undo: ${toOwnCommand('withdraw', target.name, '--person', person)}.`;
  switch (decision.is) {
    case 'excluded':
    case 'pinned':
      if (decision.until !== undefined && decision.until.getTime() <= now.getTime()) return undefined;
      return decision.is === 'excluded'
        ? `Nothing is sent: ${signed('excluded', decision)}${untilWhen(decision.until)}.`
        : `The record stays as it is: ${signed('pinned', decision)}${untilWhen(decision.until)}.`;
    case 'removalRejected':
      if (desired.is !== 'leaving' || shadow === undefined || !isSameRemoval(decision, desired, shadow)) return undefined;
      return `The record stays at ${target.name}: ${signed('its removal was rejected', decision)}. That ends when the person returns or leaves for another reason. ${undo}`;
    case 'changeRejected':
      if (desired.is !== 'record' || shadow === undefined || plan.why === undefined) return undefined;
      return `The record stays as last accepted: ${signed('this change was rejected', decision)}. Another change of the person is sent as usual. ${undo}`;
  }
}

function isSameRemoval(decision: Extract<Decision, { is: 'removalRejected' }>, leaver: Leaver, shadow: Shadow): boolean {
  const since = sinceOf(leaver, shadow);
  return decision.reason === leaver.reason && decision.condition === leaver.condition && decision.since.getTime() === since.getTime();
}

function signed(what: string, decision: Decision): string {
  return `${what} by ${decision.by} on ${showTime(decision.at)}`;
}

function untilWhen(until: Date | undefined): string {
  return until === undefined ? '' : `, until ${showTime(until)}`;
}
