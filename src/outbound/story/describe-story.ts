// Explains one person at one Target.
import { nextStep } from './describe-next-step.ts';
import type { StoryInput } from './story-input.ts';
import type { Story } from './story.ts';

/** Explains one Person at one Target. Pure; never throws. Unknown parts are omitted, but `next` always has a sentence. */
export function describeStory(input: StoryInput): Story {
  const { target, conditions, desired, shadow, open } = input;
  return {
    target: target.name,
    state: target.state,
    conditions,
    ...(desired.is === 'record' && { record: desired.rows }),
    ...(desired.is === 'record' && desired.notes !== undefined && { notes: desired.notes }),
    ...(desired.is === 'heldBack' && { heldBack: desired.why }),
    ...(shadow !== undefined && { accepted: toAccepted(shadow) }),
    ...(open !== undefined && { open: toOpen(open) }),
    history: input.history.map(toPast),
    next: nextStep(input),
  };
}

function toAccepted(shadow: NonNullable<StoryInput['shadow']>): NonNullable<Story['accepted']> {
  const { sent, key, active, at, leaving } = shadow;
  return { sent, active, at, ...(key !== undefined && { key }), ...(leaving !== undefined && { leaving }) };
}

function toOpen(delivery: NonNullable<StoryInput['open']>): NonNullable<Story['open']> {
  const { id, action, state, answer, attempts, notBefore, cause, hold } = delivery;
  return { id, action, state, answer, attempts, notBefore, cause, ...(hold !== undefined && { hold }) };
}

function toPast(delivery: StoryInput['history'][number]): Story['history'][number] {
  const { id, action, state, answer, createdAt, answeredAt, settledAt } = delivery;
  return {
    id,
    action,
    state,
    answer,
    createdAt,
    ...(answeredAt !== undefined && { answeredAt }),
    ...(settledAt !== undefined && { settledAt }),
  };
}
