/** What befalls the next recipient's address or the next message. */
export type MailMischief =
  /** Answered with this code; nothing is kept. */
  | { readonly kind: 'refuse'; readonly at: 'recipient' | 'message'; readonly code: number; readonly text: string }
  /** Never answered; nothing is kept. */
  | { readonly kind: 'hang' }
  /** Kept, but the connection breaks before the sender hears of it. */
  | { readonly kind: 'drop' };

/** Mischief in the order in which it was asked for; each strikes once. */
export class MailMischiefs {
  private readonly queue: MailMischief[] = [];

  add(times: number, mischief: MailMischief): void {
    for (let time = 0; time < times; time += 1) this.queue.push(mischief);
  }

  /** What is next, if it strikes at this point of the dialogue. */
  take(at: 'recipient' | 'message'): MailMischief | undefined {
    const [next] = this.queue;
    if (!next || pointOf(next) !== at) return undefined;
    return this.queue.shift();
  }

  clear(): void {
    this.queue.length = 0;
  }
}

function pointOf(mischief: MailMischief): 'recipient' | 'message' {
  return mischief.kind === 'refuse' ? mischief.at : 'message';
}
