import type { ResultCode } from './result-codes.js';

export type ConversationKind = 'reversal' | 'b2c' | 'status';

export interface WantedEnd {
  /**
   * `timeout`: a POST to QueueTimeOutURL instead of a result. `silence`: nothing at all. Anything else is the ResultCode of a failure in
   * which nothing was done.
   */
  endsIn: ResultCode;
  /** Of a timeout or silence: whether the work was done all the same, as it is unless told. */
  done?: boolean;
}

/** What a test or a person has turned on. */
export class Switches {
  pendingShape: '500' | '4999' = '500';
  credentialLocked = false;
  private readonly ends: Record<ConversationKind, WantedEnd[]> = { reversal: [], b2c: [], status: [] };

  endNext(kind: ConversationKind, end: WantedEnd): void {
    if (Number(end.endsIn) === 0)
      throw new Error('A success is no end of its own: it comes when nothing is in its way.');
    this.ends[kind].push(end);
  }

  takeEnd(kind: ConversationKind): WantedEnd | undefined {
    return this.ends[kind].shift();
  }

  /** How the next ones will end, first come first. */
  waiting(kind: ConversationKind): readonly WantedEnd[] {
    return [...this.ends[kind]];
  }
}
