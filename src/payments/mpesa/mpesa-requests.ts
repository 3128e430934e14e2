import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type MpesaRequestKind, Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import type { Money } from '../../platform/money/index.js';
import { FailedTry } from '../resilience/failed-try.js';
import type { DarajaAnswer } from './mpesa-client.js';

export type MpesaRequestRow = Prisma.MpesaRequestGetPayload<object>;

interface NewRequest {
  readonly kind: MpesaRequestKind;
  readonly subject: string;
  readonly amount: Money;
  readonly phone?: string | null;
  readonly original?: string;
}

export interface Result {
  readonly code: string;
  readonly text: string;
  readonly handle: string;
  readonly origin: string;
  readonly receipt?: string;
}

const SUCCESS = '0';

/** What we have asked of M-Pesa, written down before it is asked: its outcome comes later, to an address of its own, or never. */
@Injectable()
export class MpesaRequests {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The request of this kind for something: made now, or before. Its token is hex, so that no word that M-Pesa refuses is in it. */
  async open({ kind, subject, amount, phone = null, original }: NewRequest): Promise<MpesaRequestRow> {
    await this.database.client.mpesaRequest.createMany({
      data: {
        ...{ kind, subject, phone, original, amount: amount.minor },
        id: newId('mpesaRequest'),
        token: randomBytes(24).toString('hex'),
        createdAt: this.clock.now(),
      },
      skipDuplicates: true,
    });
    return this.database.client.mpesaRequest.findUniqueOrThrow({ where: { kind_subject: { kind, subject } } });
  }

  of(kind: MpesaRequestKind, subject: string): Promise<MpesaRequestRow | null> {
    return this.database.client.mpesaRequest.findUnique({ where: { kind_subject: { kind, subject } } });
  }

  find(id: string): Promise<MpesaRequestRow | null> {
    return this.database.client.mpesaRequest.findUnique({ where: { id } });
  }

  ofToken(token: string): Promise<MpesaRequestRow | null> {
    return this.database.client.mpesaRequest.findUnique({ where: { token } });
  }

  ofHandle(handle: string): Promise<MpesaRequestRow | null> {
    return this.database.client.mpesaRequest.findUnique({ where: { handle } });
  }

  ofReceipt(receipt: string): Promise<MpesaRequestRow | null> {
    return this.database.client.mpesaRequest.findUnique({ where: { receipt, kind: 'PUSH' } });
  }

  /** Whether another request has the name that an outcome has, or what it brought has the receipt. */
  async isOfAnother(id: string, { handle, receipt }: Pick<Result, 'handle' | 'receipt'>): Promise<boolean> {
    const other = await this.database.client.mpesaRequest.findFirst({
      where: { id: { not: id }, OR: [{ handle }, ...(receipt === undefined ? [] : [{ receipt }])] },
      select: { id: true },
    });
    return other !== null;
  }

  /** Before the call. @returns false when it has been sent already: of two who want to send, one does */
  async claim(id: string): Promise<boolean> {
    const { count } = await this.database.client.mpesaRequest.updateMany({
      where: { id, sentAt: null },
      data: { sentAt: this.clock.now() },
    });
    return count > 0;
  }

  /** It certainly was not taken, so it may be sent again. */
  private async release(id: string): Promise<void> {
    await this.database.client.mpesaRequest.updateMany({
      where: { id, handle: null, resultCode: null },
      data: { sentAt: null },
    });
  }

  /**
   * Makes the call of a request that is marked as sent. What M-Pesa certainly did not take, because it said no or nothing was sent, is not.
   * @param heardBefore the refusal that says that it was taken the first time
   */
  async sending(id: string, call: () => Promise<DarajaAnswer>, heardBefore?: string): Promise<DarajaAnswer> {
    try {
      const answer = await call();
      if (!answer.taken && answer.code !== heardBefore) await this.release(id);
      return answer;
    } catch (error) {
      if (error instanceof FailedTry && error.unheard) await this.release(id);
      throw error;
    }
  }

  /** It is asked once more, and this time's names are the ones that count. @returns false when its outcome has come meanwhile */
  async again(id: string): Promise<boolean> {
    const { count } = await this.database.client.mpesaRequest.updateMany({
      where: { id, resultCode: null },
      data: { sentAt: this.clock.now(), handle: null, origin: null },
    });
    return count > 0;
  }

  /** What M-Pesa calls it. Its outcome may have come first, and told that too. */
  async name(id: string, handle: string, origin: string): Promise<void> {
    await this.database.client.mpesaRequest.updateMany({ where: { id, handle: null }, data: { handle, origin } });
  }

  /** Asked by the name of a request, M-Pesa's records have told the receipt of the movement that it led to. */
  async noteOriginal(id: string, original: string): Promise<void> {
    await this.database.client.mpesaRequest.update({ where: { id }, data: { original } });
  }

  /** Writes an outcome down. A success is never written over, and outweighs whatever was heard before. @returns whether it was news */
  async conclude(id: string, { code, text, handle, origin, ...result }: Result): Promise<boolean> {
    // What stands in its place when nothing has moved is the same for all of a day.
    const receipt = code === SUCCESS ? (result.receipt ?? null) : null;
    const changed = await this.database.execute(Prisma.sql`
      UPDATE mpesa_requests SET result_code = ${code}, result_text = ${text.slice(0, 500)}, result_at = ${this.clock.now()},
        handle = coalesce(handle, ${handle}), origin = coalesce(origin, ${origin}), receipt = coalesce(${receipt}, receipt)
      WHERE id = ${id} AND (result_code IS NULL OR (${code} = ${SUCCESS} AND result_code <> ${SUCCESS}))`);
    return changed > 0;
  }
}

export function succeeded({ resultCode }: Pick<MpesaRequestRow, 'resultCode'>): boolean {
  return resultCode === SUCCESS;
}
