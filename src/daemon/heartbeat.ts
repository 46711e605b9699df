// A sign of life of the worker thread in shared memory, with the Target at work.
import type { TargetName } from '../domain/ids.ts';

/** Bytes of a name that are kept: more than a name of a Target may have. */
const maxNameBytes = 256;
/** Positions of the numbers: how many beats, and the bytes of the name. */
const beatsAt = 0;
const lengthAt = 1;
const numbersBytes = 2 * Int32Array.BYTES_PER_ELEMENT;

/** Written by the worker, read by the main thread, also while the worker does not answer. */
export class Heartbeat {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Int32Array;
  readonly #name: Uint8Array;

  /** Uses the memory of another thread's Heartbeat, or new memory. */
  constructor(memory = new SharedArrayBuffer(numbersBytes + maxNameBytes)) {
    this.memory = memory;
    this.#numbers = new Int32Array(memory, 0, 2);
    this.#name = new Uint8Array(memory, numbersBytes);
  }

  /** Counts up with each beat. */
  get beats(): number {
    return Atomics.load(this.#numbers, beatsAt);
  }

  beat(): void {
    Atomics.add(this.#numbers, beatsAt, 1);
  }

  /** The Target that works now or worked last; `undefined` before the first. */
  get target(): TargetName | undefined {
    const length = Atomics.load(this.#numbers, lengthAt);
    return length === 0 ? undefined : new TextDecoder().decode(this.#name.slice(0, length));
  }

  /** Notes the Target at work. */
  workFor(target: TargetName): void {
    const bytes = new TextEncoder().encode(target).subarray(0, maxNameBytes);
    this.#name.set(bytes);
    Atomics.store(this.#numbers, lengthAt, bytes.length);
  }
}
