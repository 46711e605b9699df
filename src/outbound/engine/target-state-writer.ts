// Writes state changes of a Target: live, paused, refused, down.
import type { TargetName } from '../../domain/ids.ts';
import type { Target } from '../../domain/target.ts';
import type { EngineDeps } from './deps.ts';
import type { TargetHealth } from './contact/target-health.ts';

/** That a Target works is written at most this often: once a minute. */
const wellEveryMs = 60_000;

/**
 * Records the states of one Target with their journal, its failures and its successes. A state changes only if it is still the one that
 * was judged: a command in between takes precedence.
 */
export class TargetStateWriter {
  readonly #deps: EngineDeps;
  readonly #name: TargetName;

  constructor(deps: EngineDeps, name: TargetName) {
    this.#deps = deps;
    this.#name = name;
  }

  /** It rejects the credentials. */
  async refused(why: string): Promise<void> {
    await this.#become('refused', why, (now, at) =>
      now.state === 'live' ? { ...now, state: 'refused', before: 'live', by: 'daemon', at, why, trouble: why } : now,
    );
  }

  /** It accepts the credentials again: back to the previous state. */
  async taken(): Promise<void> {
    const why = 'credentials accepted again';
    await this.#become('live', why, (now, at) =>
      now.state === 'refused' ? { ...now, state: 'live', by: 'daemon', at, why, trouble: '' } : now,
    );
  }

  /** Pauses the Target: nothing is sent until a person has checked and resumes it. */
  async paused(why: string): Promise<void> {
    await this.#become('paused', why, (now, at) =>
      now.state === 'live' ? { ...now, state: 'paused', by: 'daemon', at, why, trouble: why } : now,
    );
  }

  /** It was to go live automatically, and cannot. */
  async stayedDraft(why: string): Promise<void> {
    await this.#become('draft', why, (now, at) => ({ ...now, liveWhenQuiet: false, by: 'daemon', at, why }));
  }

  /** It went live; `detail` tells the Plan that was accepted with it. */
  async live(detail: string): Promise<void> {
    await this.#become('live', detail, (now, at) =>
      now.state === 'draft' && now.liveWhenQuiet
        ? { ...withoutResend(now), state: 'live', liveWhenQuiet: false, at, by: now.appliedBy ?? 'daemon', why: '' }
        : now,
    );
  }

  /** The failure, and until when it is not called. No journal: this may happen every minute. */
  async trouble(trouble: string, health: TargetHealth): Promise<void> {
    await this.#change((now) => {
      const downUntil = health.waitsUntil();
      const { downUntil: _, ...rest } = now;
      return { ...rest, trouble, failures: health.opened, ...(downUntil !== undefined && { downUntil }) };
    });
  }

  /** An Attempt went well: written once after a trouble, and once a minute otherwise. */
  async well(): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#change((now) => {
      const fresh = now.succeededAt !== undefined && at.getTime() - now.succeededAt.getTime() < wellEveryMs;
      if (now.trouble === '' && fresh) return now;
      const { downUntil: _, ...rest } = now;
      return { ...rest, trouble: '', failures: 0, succeededAt: at };
    });
  }

  /** It works again, although nothing was sent to it. */
  async works(): Promise<void> {
    await this.#change((now) => {
      if (now.trouble === '' && now.downUntil === undefined) return now;
      const { downUntil: _, ...rest } = now;
      return { ...rest, trouble: '', failures: 0 };
    });
  }

  /** It is tried now, regardless of an earlier wait. */
  async triedNow(): Promise<void> {
    await this.#change((now) => {
      if (now.downUntil === undefined) return now;
      const { downUntil: _, ...rest } = now;
      return rest;
    });
  }

  async #become(what: string, detail: string, change: (now: Target, at: Date) => Target): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#change((now) => change(now, at), { at, by: 'daemon', what, detail });
  }

  async #change(
    change: (now: Target) => Target,
    journal?: { readonly at: Date; readonly by: string; readonly what: string; readonly detail: string },
  ): Promise<void> {
    const { store, fence } = this.#deps;
    await store.engine(fence).changeTarget(
      this.#name,
      (now) => {
        if (now === undefined) throw new Error(`Internal error: target ${this.#name} is not in the store`);
        return change(now);
      },
      journal,
    );
  }
}

/** Everyone is in the Plan that it goes live with; a file is written later. */
function withoutResend(target: Target): Target {
  if (target.resend !== 'people') return target;
  const { resend: _, ...rest } = target;
  return rest;
}
