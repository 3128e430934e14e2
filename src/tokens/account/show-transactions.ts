import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '../../platform/database/index.js';
import { toCursorPage } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { RedemptionDto, TokenHistoryDto, TokenHistoryQuery, TokenTransactionDto } from '../tokens.dto.js';

type Row = Prisma.TokenTransactionGetPayload<{ include: { redemption: true } }>;
type Coupon = Prisma.CouponGetPayload<{ select: { id: true; code: true; validUntil: true } }>;

/** Movements of tokens as their person sees them, with what they were turned into. */
@Injectable()
export class ShowTransactions {
  constructor(private readonly database: Database) {}

  /** A person's own, newest first. They are numbered without gaps, so a page costs the same wherever it stands. */
  async history(userId: string, { cursor, limit }: TokenHistoryQuery): Promise<TokenHistoryDto> {
    const found = await this.database.client.tokenTransaction.findMany({
      where: { userId, ...(cursor !== undefined && { sequence: { lt: Number(cursor) } }) },
      orderBy: { sequence: 'desc' },
      take: limit + 1,
      include: { redemption: true },
      relationLoadStrategy: 'join',
    });
    const { data, nextCursor } = toCursorPage(found, limit, ({ sequence }) => String(sequence));
    return { data: await this.shown(data), nextCursor };
  }

  async one(id: string): Promise<TokenTransactionDto> {
    const found = await this.database.client.tokenTransaction.findMany({
      where: { id },
      include: { redemption: true },
    });
    const [shown] = await this.shown(found);
    if (!shown) throw new Error(`${id} is not there`);
    return shown;
  }

  private async shown(rows: readonly Row[]): Promise<TokenTransactionDto[]> {
    const ids = rows.flatMap(({ redemption }) => redemption?.couponId ?? []);
    const select = { id: true, code: true, validUntil: true };
    const coupons =
      ids.length > 0 ? await this.database.client.coupon.findMany({ where: { id: { in: ids } }, select }) : [];
    return rows.map((row) => toTransaction(row, coupons));
  }
}

function toTransaction(row: Row, coupons: readonly Coupon[]): TokenTransactionDto {
  const { id, sequence, type, amount, balance, reason, createdAt, redemption } = row;
  return {
    ...{ id, sequence, type, amount: toJsonAmount(amount), balance: toJsonAmount(balance), reason, createdAt },
    redemption: redemption && toRedemption(redemption, coupons),
  };
}

/** An admin may have deleted a coupon that nobody had used: then it has no code any more. */
function toRedemption(
  { couponId, amount, currency }: NonNullable<Row['redemption']>,
  coupons: readonly Coupon[],
): RedemptionDto {
  const coupon = coupons.find(({ id }) => id === couponId);
  return {
    into: couponId === null ? 'WALLET' : 'COUPON',
    ...{ amount: amount === null ? null : toJsonAmount(amount), currency },
    ...{ couponCode: coupon?.code ?? null, validUntil: coupon?.validUntil ?? null },
  };
}
