import type { TestPlatform } from './platform.js';
import type { Prisma } from '../../src/platform/database/index.js';
import { newId } from '../../src/platform/ids/index.js';
import { ComposeEmail, type ComposedEmail } from '../../src/notifications/letters/compose-email.js';
import { Links } from '../../src/notifications/letters/links.js';
import { SeatCode } from '../../src/licensing/index.js';
import type { LetterName } from '../../src/notifications/letters/letters.js';

/** What composing a letter takes. */
export const composing = [ComposeEmail, Links, SeatCode];

/** A time of the day of the sale. */
export const at = (time: string) => new Date(`2026-11-21T${time}:00Z`);

/** The text without what every letter has. */
export const body = ({ text }: ComposedEmail) =>
  text.replace('Hello Juma Otieno,\n\n', '').replace('\nQuestions? Just answer this e-mail.\nSchool of Light\n', '');

/** Letters about one payment. */
export class LetterDesk {
  paymentId = '';

  constructor(
    private readonly platform: TestPlatform,
    private readonly client: Prisma.TransactionClient,
  ) {}

  /** A sale of 99.99 USD, with what is different this time. */
  async sale(
    ofSession: Partial<Prisma.PaymentSessionCreateInput> = {},
    ofPayment: Partial<Prisma.PaymentUncheckedCreateInput> = {},
  ): Promise<void> {
    const session = {
      id: newId('paymentSession'),
      userId: 'usr_1',
      itemKind: 'course',
      itemId: 'crs_1',
      title: 'Swahili for beginners',
      amount: 9999n,
      finalAmount: 9999n,
      currency: 'USD',
      income: {},
      returnUrl: '',
      cancelUrl: '',
      createdAt: at('09:00'),
      expiresAt: at('10:30'),
      ...ofSession,
    };
    await this.client.paymentSession.create({ data: session });
    ({ id: this.paymentId } = await this.client.payment.create({
      data: {
        id: newId('payment'),
        sessionId: session.id,
        userId: 'usr_1',
        provider: 'STRIPE',
        status: 'COMPLETED',
        amount: session.amount,
        total: session.finalAmount,
        currency: session.currency,
        createdAt: at('09:00'),
        completedAt: at('10:05'),
        ...ofPayment,
      },
    }));
  }

  async compose(name: LetterName, objectId: string, reader = {}): Promise<ComposedEmail> {
    const email = await this.platform.module
      .get(ComposeEmail)
      .execute(name, objectId, { name: 'Juma Otieno', timeZone: 'Africa/Nairobi', ...reader });
    return email!;
  }
}
