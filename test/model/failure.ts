/** A violated rule. `check` names the rule; the message contains the expected and the actual state. */
export class Failure extends Error {
  readonly check: string;
  constructor(check: string, message: string) {
    super(`${check}: ${message}`);
    this.check = check;
  }
}
