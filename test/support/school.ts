import type { Type } from '@nestjs/common';
import type { CourseDto } from '../../src/courses/catalogue/courses.dto.js';
import type { CreatedSessionDto } from '../../src/payments/checkout/sessions.dto.js';
import {
  mpesaDefaults as mpesa,
  paymobDefaults as paymob,
  type Sandbox,
  startSandbox,
} from '../../src/sandbox/index.js';
import { type Answer, type Override, startTestApp, type TestApp } from './app.js';
import { type Person, person, sql } from './people.js';
import { freePort } from './ports.js';

const keys = {
  secretKey: 'sk_test_of_the_tests',
  webhookSecret: 'whsec_of_the_tests',
  connectSecret: 'whsec_of_connect',
};

/** The application, the provider's stand-in, and the people of a small school. */
export interface School extends TestApp {
  readonly sandbox: Sandbox;
  /** What another process is told so that it works with the same providers, whose news come here. */
  readonly settings: Record<string, string>;
  /** Where its e-mails arrive. */
  readonly mail: Sandbox['mail'];
  readonly admin: Person;
  readonly instructor: Person;
  readonly student: Person;
  /** A published course of the instructor. */
  course(changes?: Partial<Record<string, unknown>>): Promise<CourseDto>;
  begin(
    courseId: string,
    buyer?: Person,
    headers?: Record<string, string>,
  ): Promise<CreatedSessionDto & { stripeId: string }>;
  /** Nothing is under way any more: the provider has settled its charges, every webhook sent is acted on, and every event handled. */
  quiet(): Promise<void>;
  /** The kinds of the entries about a payment, oldest first; what the provider kept is left out, for it comes when it comes. */
  entriesAbout(paymentId: string): Promise<string[]>;
  sql<Row extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Balances of the accounts that are not zero, on their normal side, as "code currency". */
  books(): Promise<Record<string, number>>;
}

/**
 * Where the stand-in sends webhooks and how the application reaches it.
 * @param now the stand-ins' clock; the real one unless told
 */
export async function startSandboxFor(
  apiUrl: string,
  now?: () => Date,
): Promise<{ sandbox: Sandbox; settings: Record<string, string> }> {
  const sandbox = await startSandbox({
    port: 0,
    now,
    mail: { port: 0 },
    stripe: {
      secretKey: keys.secretKey,
      webhooks: [
        { url: `${apiUrl}/api/webhooks/stripe`, secret: keys.webhookSecret },
        { url: `${apiUrl}/api/webhooks/stripe`, secret: keys.connectSecret, connect: true },
      ],
    },
    retryDelays: [200, 400, 800, 1600, 3200],
  });
  const settings = {
    STRIPE_SECRET_KEY: keys.secretKey,
    STRIPE_WEBHOOK_SECRET: `${keys.webhookSecret},${keys.connectSecret}`,
    STRIPE_API_URL: sandbox.url,
    PUBLIC_URL: apiUrl,
    MPESA_API_URL: `${sandbox.url}/daraja`,
    MPESA_CONSUMER_KEY: mpesa.consumerKey,
    MPESA_CONSUMER_SECRET: mpesa.consumerSecret,
    MPESA_SHORTCODE: mpesa.shortcode,
    MPESA_PASSKEY: mpesa.passkey,
    MPESA_INITIATOR: mpesa.initiatorName,
    MPESA_SECURITY_CREDENTIAL: mpesa.securityCredential,
    PAYMOB_API_URL: `${sandbox.url}/paymob`,
    PAYMOB_SECRET_KEY: paymob.secretKey,
    PAYMOB_PUBLIC_KEY: paymob.publicKey,
    PAYMOB_API_KEY: paymob.apiKey,
    PAYMOB_HMAC_SECRET: paymob.hmacSecret,
    PAYMOB_INTEGRATIONS: paymob.integrationIds.join(','),
    PAYMOB_CURRENCY: paymob.currency,
    SMTP_URL: sandbox.mail.url,
    MAIL_FROM: 'School <pay@school.example>',
  };
  return { sandbox, settings };
}

/** `sharesClock`: the stand-ins' clock is moved with the application's. `providers` are the test's own. */
export async function openSchool(
  settings: Record<string, string> = {},
  overrides: readonly Override[] = [],
  { sharesClock = false, providers = [] }: { sharesClock?: boolean; providers?: Type[] } = {},
): Promise<School> {
  const port = await freePort();
  let clock: Pick<TestApp['clock'], 'now'> = { now: () => new Date() };
  const now = sharesClock ? () => clock.now() : undefined;
  const { sandbox, settings: stripe } = await startSandboxFor(`http://127.0.0.1:${port}`, now);
  const app = await startTestApp({ PORT: String(port), ...stripe, ...settings }, overrides, [], providers).catch(
    async (error: unknown) => {
      // Or its open port keeps Jest from ending.
      await sandbox.close();
      throw error;
    },
  );
  ({ clock } = app);
  const [admin, instructor, student] = await Promise.all([
    person(app, 'ADMIN'),
    person(app, 'INSTRUCTOR'),
    person(app),
  ]);
  return {
    ...app,
    sandbox,
    settings: { ...stripe, ...settings },
    mail: sandbox.mail,
    admin,
    instructor,
    student,
    course: (changes) => publishedCourse(app, instructor, changes),
    begin: (courseId, buyer = student, headers) => beginPurchase(app, courseId, buyer, headers),
    quiet: () => quiet(sandbox, app),
    entriesAbout: async (paymentId) => {
      const about = `SELECT kind FROM ledger_entries WHERE object_id = $1 AND kind <> 'provider.settled' ORDER BY id`;
      return (await sql<{ kind: string }>(app.database, about, [paymentId])).map(({ kind }) => kind);
    },
    sql: (text, values) => sql(app.database, text, values),
    books: () => books(app, admin),
    close: async () => {
      await app.close();
      await sandbox.close();
    },
  };
}

/** What the application does at the provider is told by webhooks in its turn, so once around is not enough. */
async function quiet({ stripe, mpesa, paymob }: Sandbox, app: TestApp): Promise<void> {
  const told = () => stripe.events().length + mpesa.callbacks.attempts().length + paymob.callbacks.attempts().length;
  const idle = () => Promise.all([stripe.webhooksIdle(), mpesa.callbacks.idle(), paymob.callbacks.idle()]);
  for (let heard = -1; heard < told();) {
    heard = told();
    stripe.sweep();
    await idle();
    await app.settle();
    // What was asked of them meanwhile may still be on its way to us, and is not counted until it has come.
    await idle();
  }
}

type Caller = Pick<TestApp, 'post' | 'get'>;

export async function publishedCourse(
  api: Caller,
  instructor: Person,
  changes: Partial<Record<string, unknown>> = {},
): Promise<CourseDto> {
  const course = expectStatus(
    201,
    await api.post<CourseDto>(
      '/courses',
      {
        title: 'Swahili for beginners',
        description: 'From greetings to a market conversation.',
        category: 'languages',
        level: 'Beginner',
        isPremium: true,
        price: 9999,
        currency: 'USD',
        ...changes,
      },
      instructor.token,
    ),
  );
  const withModule = expectStatus(
    201,
    await api.post<CourseDto>(`/courses/${course.id}/modules`, { title: 'Greetings' }, instructor.token),
  );
  const module = withModule.modules[0]!;
  expectStatus(
    201,
    await api.post(`/courses/${course.id}/modules/${module.id}/lectures`, { title: 'Habari' }, instructor.token),
  );
  return expectStatus(200, await api.post<CourseDto>(`/courses/${course.id}/publish`, {}, instructor.token));
}

export async function beginPurchase(
  api: Caller & Pick<TestApp, 'request'>,
  courseId: string,
  buyer: Person,
  headers?: Record<string, string>,
): Promise<CreatedSessionDto & { stripeId: string }> {
  const answer = expectStatus(
    201,
    await api.post<CreatedSessionDto>('/payments/sessions', { courseId }, buyer.token, headers),
  );
  return { ...answer, stripeId: answer.session.providerReference! };
}

export async function books(api: Caller, admin: Person): Promise<Record<string, number>> {
  const { balanced, accounts } = expectStatus(
    200,
    await api.get<{ balanced: boolean; accounts: { code: string; currency: string; balance: number }[] }>(
      '/finance/ledger/trial-balance',
      admin.token,
    ),
  );
  if (!balanced) throw new Error('the trial balance is not zero');
  return Object.fromEntries(
    accounts
      .filter((account) => account.balance !== 0)
      .map(({ code, currency, balance }) => [`${code} ${currency}`, balance]),
  );
}

export function expectStatus<T>(status: number, answer: Answer<T>): T {
  if (answer.status !== status)
    throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Whether it was done, or why not. */
export const told = ({ status, body }: Answer<{ code: string }>): string => (status < 300 ? 'done' : body.code);
