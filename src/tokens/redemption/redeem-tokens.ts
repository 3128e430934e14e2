import { Injectable } from '@nestjs/common';
import { CreateCoupon } from '../../coupons/index.js';
import { accounts, credit, debit, PostEntry } from '../../ledger/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, type Prisma, Transactional } from '../../platform/database/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { newId } from '../../platform/ids/index.js';
import type { Money } from '../../platform/money/index.js';
import { MoveTokens, type TokenTransactionRow } from '../account/move-tokens.js';
import { ShowTransactions } from '../account/show-transactions.js';
import type { CouponOffer } from '../rewards/rewards.js';
import { newCouponCode } from './coupon-code.js';
import { Exchanges } from './exchanges.js';
import type { RedeemDto, RedeemedDto } from './redemption.dto.js';

type GivenFor = Omit<Prisma.TokenRedemptionUncheckedCreateInput, 'transactionId'>;

const DAY_S = 86_400;

/** Turns tokens into credit in their person's wallet, or into a coupon: the tokens go and the other comes, or neither. */
@Injectable()
export class RedeemTokens {
  constructor(
    private readonly exchanges: Exchanges,
    private readonly moveTokens: MoveTokens,
    private readonly postEntry: PostEntry,
    private readonly createCoupon: CreateCoupon,
    private readonly showTransactions: ShowTransactions,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the person's account, then on their wallet's: nobody takes them the other way round.
   * @throws Problems.validation, TokenProblems.unknownReward, TokenProblems.insufficient
   */
  @Transactional()
  async execute(wish: RedeemDto, { userId }: Principal): Promise<RedeemedDto> {
    const exchange = this.exchanges.find(wish);
    const { transaction, isNew } = await this.moveTokens.execute({
      ...{ userId, type: 'REDEEM', amount: -BigInt(exchange.tokens), reason: exchange.reason, actorId: userId },
      // A request resumed under its key is the same redemption, and finds what it came to.
      sourceEvent: `redeem:${currentIdempotencyKey() ?? newId('tokenTransaction')}`,
    });
    if (isNew) {
      const given =
        exchange.into === 'WALLET'
          ? await this.payIn(transaction, exchange.credit)
          : await this.cut(exchange.offer, userId);
      await this.database.client.tokenRedemption.create({ data: { transactionId: transaction.id, ...given } });
    }
    const shown = await this.showTransactions.one(transaction.id);
    return { transaction: shown, balance: shown.balance };
  }

  private async payIn({ id, userId }: TokenTransactionRow, money: Money): Promise<GivenFor> {
    await this.postEntry.execute({
      kind: 'tokens.redeemed',
      reference: `${id}:redeemed`,
      object: { type: 'token-transaction', id },
      actor: userId,
      legs: [debit(accounts.rewards, money), credit(accounts.wallet(userId), money)],
    });
    return { amount: money.minor, currency: money.currency };
  }

  private async cut({ validDays, ...offer }: CouponOffer, userId: string): Promise<GivenFor> {
    const { id } = await this.createCoupon.execute(
      {
        ...{ code: newCouponCode(), name: offer.name, description: 'Bought with reward tokens' },
        ...{ discountType: offer.discountType, discountValue: offer.discountValue },
        ...{ currency: offer.currency, minimumAmount: offer.minimumAmount, maximumDiscount: offer.maximumDiscount },
        ...{ maxUses: 1, maxUsesPerUser: 1, isPublic: false },
        validUntil: this.clock.in(validDays * DAY_S).toISOString(),
        // It was paid for: a purchase that is undone leaves its buyer with neither money nor coupon otherwise.
        returnOnRefund: true,
      },
      userId,
    );
    return { couponId: id };
  }
}
