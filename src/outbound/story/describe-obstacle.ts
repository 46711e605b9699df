// Describes what stops a whole Target, such as a pause or rejected credentials.
import { toOwnCommand } from '../../domain/own-command.ts';
import { showAside, showTime } from '../../domain/wording.ts';
import type { StoryInput } from './story-input.ts';

/** The current time, and whether a daemon runs. */
type Moment = Pick<StoryInput, 'now' | 'running'>;

/** Sentences that say that no daemon runs, and how to start it. */
export const notRunning = `Vestibule is not running; nothing is sent. To start it: ${toOwnCommand('start')}.`;

/** Sentences about what stops the whole Target, for every person. Empty if nothing does. */
export function describeObstacle(target: StoryInput['target'], moment: Moment): string {
  return [moment.running ? '' : notRunning, describeState(target, moment)].filter((sentence) => sentence !== '').join(' ');
}

function describeState(target: StoryInput['target'], { now, running }: Moment): string {
  switch (target.state) {
    case 'draft':
      return target.liveWhenQuiet
        ? `${target.name} goes live automatically after Entra's first cycle; until then nothing is sent.`
        : `${target.name} is a draft; nothing is sent. To make it live: ${toOwnCommand('apply', target.name)}.`;
    case 'paused':
      return `${target.name} was paused by ${target.by} on ${showTime(target.at)}${showAside(target.why)}; nothing is sent. To continue: ${toOwnCommand('resume', target.name)}.`;
    case 'refused':
      return `${target.name} rejects the credentials${showAside(target.trouble || target.why)}. All deliveries wait and nothing is lost${running ? '; Vestibule retries every 15 minutes, and immediately when the secret changes' : ''}.`;
    case 'orphaned':
      return `The configuration file of ${target.name} is missing. Until it is restored, nothing is sent there and no one is removed.`;
    case 'live':
      if (!isDown(target, now)) return '';
      return running
        ? `${target.name} is down${showAside(target.trouble)}. Its queue waits and nothing is lost; Vestibule retries at ${showTime(target.downUntil ?? now)}.`
        : `${target.name} was down when Vestibule stopped${showAside(target.trouble)}.`;
  }
}

/**
 * What all open Deliveries of a Target wait for, as a clause after "until" or "once": `front-desk is resumed`. Empty if nothing stops the
 * Target.
 */
export function waitsFor(target: StoryInput['target'], { now, running }: Moment): string {
  const { name, state, liveWhenQuiet } = target;
  switch (state) {
    case 'draft':
      return liveWhenQuiet ? `${name} goes live` : `${name} is applied`;
    case 'paused':
      return `${name} is resumed`;
    case 'refused':
      return `${name} accepts the credentials`;
    case 'orphaned':
      return `the configuration file of ${name} is restored`;
    case 'live':
      if (!running) return 'Vestibule is started';
      return isDown(target, now) ? `${name} answers again` : '';
  }
}

function isDown(target: StoryInput['target'], now: Date): boolean {
  return target.downUntil !== undefined && target.downUntil.getTime() > now.getTime();
}
