// Describes what happens next for one person at one Target.
import { toOwnCommand } from '../../domain/own-command.ts';
import { excludes, rejectsRemoval, type Decision } from '../../domain/delivery.ts';
import { findStepAhead, updateLeavingState } from '../../domain/leaver-clock.ts';
import type { Shadow } from '../../domain/shadow.ts';
import { describeDeliveryStep } from './describe-delivery-step.ts';
import { describeObstacle } from './describe-obstacle.ts';
import { showTime, toSentence } from '../../domain/wording.ts';
import { nameAction, nameReason } from '../../domain/sentences.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import type { StoryInput } from './story-input.ts';

type Leaver = Extract<DesiredState, { is: 'leaving' }>;

/**
 * Describes what happens next for one Person at one Target, in one to three sentences: first what stops the whole Target, if anything, then
 * the person's own next step. Every state has a sentence, even if there is nothing to do.
 */
export function nextStep(input: StoryInput): string {
  return [describeObstacle(input.target, input), describePersonStep(input)].filter((sentence) => sentence !== '').join(' ');
}

/** The person's own next step, without what stops the whole Target. For lists, which show that only once. */
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
        ? `${input.target.name} has no record of this person, and none is needed.`
        : `${input.target.name} keeps the record that it last accepted; nothing to do.`;
  }
}

function describeRecord({ target, shadow, plan, running }: StoryInput): string {
  if (plan.want !== undefined) return toSentence(`${nameAction(plan.want.action)} is planned next`);
  if (plan.why !== undefined) return toSentence(`nothing is sent: ${plan.why}`);
  if (shadow === undefined) return `The record will be planned ${nameNextPlan(running)}.`;
  return `Up to date: ${target.name} accepted this record on ${showTime(shadow.at)}.`;
}

function nameNextPlan(running: boolean): string {
  return running ? 'shortly' : 'when Vestibule is started';
}

function describeHeldBack({ target, shadow }: StoryInput, why: string): string {
  const meanwhile =
    shadow === undefined
      ? `Until then, ${target.name} has no record of the person`
      : `Until then, ${target.name} keeps the record that it last accepted`;
  return `${toSentence(`no valid row: ${why}`)} Once the value or the mapping of ${target.name} is corrected, the record is sent automatically. ${toSentence(meanwhile)}`;
}

function describeLeaver(input: StoryInput, leaver: Leaver): string {
  const { target, shadow, plan } = input;
  const because = `the person ${nameReason(leaver.reason, leaver.condition)}`;
  if (shadow === undefined) return toSentence(`nothing is sent to ${target.name}: ${because}`);
  if (plan.want !== undefined) return toSentence(`${nameAction(plan.want.action)} is planned next: ${because}`);
  return `${toSentence(because)} ${describeLeaverStep(input, leaver, shadow)}`;
}

function describeLeaverStep({ target, plan, now, running }: StoryInput, leaver: Leaver, shadow: Shadow): string {
  const ahead = findStepAhead(shadow, updateLeavingState(shadow, leaver), leaver.steps);
  if (ahead !== undefined) {
    const action = nameAction(ahead.step.do);
    if (ahead.due > now) return toSentence(`${action} is due on ${showTime(ahead.due)}`);
    return toSentence(plan.why === undefined ? `${action} will be planned ${nameNextPlan(running)}` : `${action} waits: ${plan.why}`);
  }
  return shadow.active
    ? `The record stays at ${target.name}: leavers.${leaver.reason} has no further step.`
    : `The record was deactivated on ${showTime(shadow.at)}; nothing to do.`;
}

/** A sentence about the Decision that applies now; `undefined` if there is none. */
function describeDecision({ decision, desired, shadow, plan, target, person, now }: StoryInput): string | undefined {
  if (decision === undefined || plan.want !== undefined) return undefined;
  const undo = `Undo: ${toOwnCommand('withdraw', target.name, '--person', person)}.`;
  switch (decision.is) {
    case 'excluded':
    case 'pinned':
      if (!excludes(decision, now)) return undefined;
      return decision.is === 'excluded'
        ? `Nothing is sent: ${signed('the person was excluded', decision)}${untilWhen(decision.until)}.`
        : `The record stays unchanged: ${signed('the record was pinned', decision)}${untilWhen(decision.until)}.`;
    case 'removalRejected':
      if (desired.is !== 'leaving' || shadow === undefined) return undefined;
      if (!rejectsRemoval(decision, updateLeavingState(shadow, desired))) return undefined;
      return `The record stays at ${target.name}: ${signed('its removal was rejected', decision)}. The rejection ends when the person returns or leaves for another reason. ${undo}`;
    case 'changeRejected':
      if (desired.is !== 'record' || shadow === undefined || plan.why === undefined) return undefined;
      return `The record stays as last accepted: ${signed('this change was rejected', decision)}. Other changes to the person are sent as usual. ${undo}`;
  }
}

function signed(what: string, decision: Decision): string {
  return `${what} by ${decision.by} on ${showTime(decision.at)}`;
}

function untilWhen(until: Date | undefined): string {
  return until === undefined ? '' : `, until ${showTime(until)}`;
}
