/** People who type a code in on another device: each has done so by the second time that their own device asks. */
export class DeviceCodes {
  readonly #polls = new Map<string, number>();
  #begun = 0;

  begin(): { device: string; userCode: string } {
    const number = ++this.#begun;
    const device = `dc_synthetic_${number}`;
    this.#polls.set(device, 0);
    return { device, userCode: `SYNT-${String(number).padStart(4, '0')}` };
  }

  /** A device that was let in is known no longer. */
  poll(device: string): 'unknown' | 'pending' | 'let-in' {
    const polls = this.#polls.get(device);
    if (polls === undefined) return 'unknown';
    this.#polls.set(device, polls + 1);
    if (polls === 0) return 'pending';
    this.#polls.delete(device);
    return 'let-in';
  }
}
