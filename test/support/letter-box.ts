import { expect } from '@jest/globals';
import type { Person } from './people.js';
import type { School } from './school.js';

export interface EmailRow {
  id: string;
  template: string;
  status: string;
  attempts: number;
  last_error: string | null;
  message_id: string;
  subject: string | null;
  to_address: string | null;
  sent_at: Date | null;
}

/** What somebody is sent. */
export class LetterBox {
  constructor(
    private readonly school: School,
    private readonly buyer: Person,
  ) {}

  rows() {
    return this.school.sql<EmailRow>('SELECT * FROM emails WHERE recipient_id = $1 ORDER BY id', [this.buyer.id]);
  }

  arrived() {
    return this.school.mail.messages().filter(({ to }) => to.includes(this.buyer.email));
  }

  /** Answers the payment's id. */
  async sell(changes: Record<string, unknown> = {}): Promise<string> {
    const course = await this.school.course(changes);
    const { session, stripeId } = await this.school.begin(course.id, this.buyer);
    this.school.sandbox.stripe.pay(stripeId);
    await this.school.quiet();
    const { body } = await this.school.get(`/payments/sessions/${session.id}`, this.buyer.token);
    expect(body).toMatchObject({ status: 'COMPLETED' });
    return session.paymentId;
  }
}
