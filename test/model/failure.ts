/** A violation. `check` names the broken rule; the message says what was expected and what was found. */
export class Failure extends Error {
  readonly check: string;
  constructor(check: string, message: string) {
    super(`${check}: ${message}`);
    this.check = check;
  }
}
