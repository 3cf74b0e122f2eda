/** A question that has no answer; the message says in words why, `field` which key of the URL asked it. */
export class UnanswerableError extends RangeError {
  override readonly name = "UnanswerableError";
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}
