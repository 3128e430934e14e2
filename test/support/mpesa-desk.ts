import type { CreatedSessionDto } from '../../src/payments/index.js';
import type { PaymentSessionDto } from '../../src/payments/checkout/sessions.dto.js';
import type { PaymentDto } from '../../src/payments/history/payments.dto.js';
import type { MpesaPush, MpesaStandIn } from '../../src/sandbox/index.js';
import type { Answer } from './app.js';
import type { Refusal } from './giving-back.js';
import { type Person, person } from './people.js';
import { expectStatus, type School } from './school.js';

let phones = 0;
let receipts = 0;

/** A number that no other test rings. */
export function freshPhone(): string {
  phones += 1;
  return `2547${String(10_000_000 + phones)}`;
}

export interface PushSale {
  readonly buyer: Person;
  readonly courseId: string;
  readonly sessionId: string;
  readonly paymentId: string;
  readonly phone: string;
  /** What rings; undefined when the answer to the push was lost. */
  readonly push: MpesaPush;
  /** The M-Pesa name of it. */
  readonly handle: string;
}

interface PushTerms {
  buyer?: Person;
  courseId?: string;
  /** In cents; KES 2,500 unless told. */
  price?: number;
  country?: string;
  couponCode?: string;
  phone?: string;
}

interface Traces {
  paymentId: string;
  session: string;
  payment: string;
  reason: string | null;
  /** When M-Pesa is asked again. */
  due: Date | null;
  handle: string | null;
  result: string | null;
  receipt: string | null;
  refunds: number;
  places: number;
  events: number;
}

/** What tests of M-Pesa do and look at. */
export class MpesaDesk {
  constructor(private readonly school: School) {}

  get mpesa(): MpesaStandIn {
    return this.school.sandbox.mpesa;
  }

  /** Asks for a push; the answer as it comes. */
  async ask(
    { buyer, courseId, price = 250_000, phone = freshPhone(), ...rest }: PushTerms,
    headers?: Record<string, string>,
  ) {
    const who = buyer ?? (await person(this.school));
    const course = courseId ?? (await this.school.course({ price, currency: 'KES' })).id;
    const body = { courseId: course, provider: 'MPESA', currency: 'KES', country: 'US', phone, ...rest };
    const answer = await this.school.post<CreatedSessionDto & Refusal>('/payments/sessions', body, who.token, headers);
    return { answer, buyer: who, courseId: course, phone };
  }

  /** A phone that rings. */
  async begin(terms: PushTerms = {}): Promise<PushSale> {
    const { answer, buyer, courseId, phone } = await this.ask(terms);
    const { session } = expectStatus(201, answer);
    const push = this.mpesa.pushes().find(({ checkoutRequestId }) => checkoutRequestId === session.providerReference);
    if (!push) throw new Error('nothing rings');
    return {
      buyer,
      courseId,
      phone,
      sessionId: session.id,
      paymentId: session.paymentId,
      push,
      handle: push.checkoutRequestId,
    };
  }

  /** A purchase that is paid and heard of. */
  async buy(terms: PushTerms = {}): Promise<PushSale> {
    const sale = await this.begin(terms);
    this.mpesa.accept(sale.handle);
    await this.school.quiet();
    return sale;
  }

  /** The time comes at which the provider is asked again. */
  async later(seconds: number): Promise<void> {
    this.school.clock.advance(seconds);
    await this.school.quiet();
  }

  async session({ sessionId, buyer }: Pick<PushSale, 'sessionId' | 'buyer'>): Promise<PaymentSessionDto> {
    return expectStatus(200, await this.school.get<PaymentSessionDto>(`/payments/sessions/${sessionId}`, buyer.token));
  }

  async payment({ paymentId }: Pick<PushSale, 'paymentId'>): Promise<PaymentDto> {
    return expectStatus(200, await this.school.get<PaymentDto>(`/payments/${paymentId}`, this.school.admin.token));
  }

  async hasCourse({ buyer, courseId }: Pick<PushSale, 'buyer' | 'courseId'>): Promise<boolean> {
    const rows = await this.school.sql(
      `SELECT 1 FROM enrollments WHERE user_id = $1 AND course_id = $2 AND status = 'ACTIVE'`,
      [buyer.id, courseId],
    );
    return rows.length > 0;
  }

  /** The push as M-Pesa has it now. */
  pushOf({ handle }: Pick<PushSale, 'handle'>): MpesaPush {
    const push = this.mpesa.pushes().find(({ checkoutRequestId }) => checkoutRequestId === handle);
    if (!push) throw new Error(`nothing has rung as ${handle}`);
    return push;
  }

  /** How often a phone has rung, whoever was asked to pay. */
  rings(phone: string): number {
    return this.mpesa.pushes().filter((push) => push.phone === phone).length;
  }

  /** All that a purchase has left behind, and how many webhooks of M-Pesa were ever kept. */
  async traces({ sessionId }: Pick<PushSale, 'sessionId'>) {
    const [row] = await this.school.sql<Traces>(
      `SELECT p.id AS "paymentId", s.status AS session, p.status AS payment, s.failure_reason AS reason, p.next_check_at AS due,
         r.handle, r.result_code AS result, r.receipt, (SELECT count(*)::int FROM refunds WHERE payment_id = p.id) AS refunds,
         (SELECT count(*)::int FROM enrollments WHERE user_id = s.user_id AND course_id = s.item_id) AS places,
         (SELECT count(*)::int FROM provider_events WHERE provider = 'MPESA') AS events
       FROM payment_sessions s JOIN payments p ON p.session_id = s.id LEFT JOIN mpesa_requests r ON r.subject = p.id AND r.kind = 'PUSH'
       WHERE s.id = $1`,
      [sessionId],
    );
    if (!row) throw new Error(`there is no session ${sessionId}`);
    return { ...row, entries: await this.school.entriesAbout(row.paymentId) };
  }

  /** The address that M-Pesa was given, or will be, for what became of something. */
  async addressOf(kind: 'PUSH' | 'REVERSAL' | 'STATUS' | 'DISBURSEMENT', subject: string): Promise<string> {
    const [row] = await this.school.sql<{ token: string }>(
      'SELECT token FROM mpesa_requests WHERE kind = $1::mpesa_request_kind AND subject = $2',
      [kind, subject],
    );
    if (!row) throw new Error(`M-Pesa was not asked for ${kind} ${subject}`);
    return `${this.school.url}/api/webhooks/daraja/${row.token}`;
  }

  /** Somebody posts something to an address of ours. */
  async post(address: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  }
}

/** A success as M-Pesa words it. */
export function successOf(
  push: MpesaPush,
  changes: { amount?: unknown; receipt?: string; handle?: string; origin?: string } = {},
): object {
  receipts += 1;
  const { amount = push.amount, receipt = `SFORGED${receipts}`, handle = push.checkoutRequestId } = changes;
  return {
    Body: {
      stkCallback: {
        MerchantRequestID: changes.origin ?? push.merchantRequestId,
        CheckoutRequestID: handle,
        ResultCode: 0,
        ResultDesc: 'The service request is processed successfully.',
        CallbackMetadata: {
          Item: [
            { Name: 'Amount', Value: amount },
            { Name: 'MpesaReceiptNumber', Value: receipt },
            { Name: 'Balance' },
            { Name: 'TransactionDate', Value: 20261121102115 },
            { Name: 'PhoneNumber', Value: Number(push.phone) },
          ],
        },
      },
    },
  };
}

/** The result of a reversal, a payout or a question, as M-Pesa words it. */
export function resultOf(
  { handle, origin }: { handle: string; origin: string },
  { code = 0, receipt = 'SFORGED000', parameters = [] as object[] } = {},
): object {
  return {
    Result: {
      ResultType: 0,
      ResultCode: code,
      ResultDesc: 'The service request is processed successfully.',
      OriginatorConversationID: origin,
      ConversationID: handle,
      TransactionID: receipt,
      ResultParameters: { ResultParameter: parameters },
    },
  };
}
