import express, { type Request, type Response, type Router } from 'express';
import { isPayable, latestPayment, statusOf } from '../paymob/intentions.js';
import type { PaymobStandIn } from '../paymob/stand-in.js';
import type { Intention } from '../paymob/store.js';
import { paymobTestWallet, type PaymobMethod } from '../paymob/test-cards.js';
import { cardErrors, filledWith, typedFrom } from './checkout-form.js';
import { notFoundPage } from './checkout-page.js';
import { paymobCheckoutPage, paymobPendingPage, paymobStatusPage, type PaymobField } from './paymob-checkout-page.js';

const methods: PaymobMethod[] = ['card', 'wallet', 'kiosk'];

interface Shown {
  typed: Record<PaymobField, string>;
  errors?: Partial<Record<PaymobField, string>>;
  declined?: { message: string; redirect: string | null };
}

/** `/paymob/unifiedcheckout/?publicKey=…&clientSecret=…`: the hosted page. */
export function paymobCheckoutRoutes(paymob: PaymobStandIn): Router {
  const { merchant } = paymob;
  const router = express.Router();
  router.use('/paymob/unifiedcheckout', express.urlencoded({ extended: false }));

  router.get('/paymob/unifiedcheckout/', (req, res) => {
    const intention = find(req);
    if (!intention) return void res.status(404).send(notFoundPage('payment'));
    if (!isPayable(merchant, intention)) return showStatus(res, intention);
    show(res, 200, intention, { typed: typedIn({}) });
  });

  router.post('/paymob/unifiedcheckout/', (req, res) => {
    const intention = find(req);
    if (!intention) return void res.status(404).send(notFoundPage('payment'));
    if (!isPayable(merchant, intention)) return leave(res, intention);

    const typed = typedIn(req.body);
    const { fill, method: chosen } = req.body as { fill?: unknown; method?: unknown };
    if (typeof fill === 'string') {
      return show(res, 200, intention, { typed: { ...typed, ...filledWith(fill, { ...typed, email: '' }) } });
    }
    const method = methods.find((candidate) => candidate === chosen) ?? 'card';
    const errors = errorsOf(method, typed, new Date(merchant.now()));
    if (Object.keys(errors).length > 0) return show(res, 422, intention, { typed, errors });
    if (method === 'kiosk') {
      const { transaction } = paymob.payPending(intention.clientSecret, { method });
      const pending = merchant.store.transactions.get(String(transaction.id));
      return void res.send(paymobPendingPage(intention, pending));
    }
    const { transaction, redirect } = paymob.pay(intention.clientSecret, {
      method,
      card: typed.cardNumber,
      phone: typed.phone,
    });
    if (transaction.success) return leave(res, intention);
    show(res, 402, intention, { typed, declined: { message: transaction.data.message, redirect } });
  });
  return router;

  /** Only who knows both. */
  function find({ query }: Request): Intention | undefined {
    if (query.publicKey !== merchant.keys.publicKey) return undefined;
    return merchant.store.intentions.all().find(({ clientSecret }) => clientSecret === query.clientSecret);
  }

  function show(res: Response, status: number, intention: Intention, view: Shown): void {
    const { typed, errors = {}, declined = null } = view;
    res.status(status).send(paymobCheckoutPage({ intention, typed, errors, declined }));
  }

  /** To the shop, after paying or with the second click of an impatient buyer. */
  function leave(res: Response, intention: Intention): void {
    const url = backToShop(intention);
    if (url === null) return showStatus(res, intention);
    res.redirect(303, url);
  }

  function showStatus(res: Response, intention: Intention): void {
    const isPaid = statusOf(merchant, intention) === 'paid';
    const [code, status] = isPaid ? ([200, 'paid'] as const) : ([410, 'expired'] as const);
    res.status(code).send(paymobStatusPage(intention, status, backToShop(intention)));
  }

  function backToShop(intention: Intention): string | null {
    const payment = latestPayment(merchant, [intention]);
    return payment?.status === 'success' ? paymob.redirect(payment.id) : null;
  }
}

function typedIn(body: unknown): Record<PaymobField, string> {
  const { cardNumber, cardExpiry, cardCvc } = typedFrom(body);
  const phone: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'phone') : undefined;
  return { cardNumber, cardExpiry, cardCvc, phone: typeof phone === 'string' ? phone.trim() : paymobTestWallet };
}

function errorsOf(
  method: PaymobMethod,
  typed: Record<PaymobField, string>,
  now: Date,
): Partial<Record<PaymobField, string>> {
  if (method === 'card') return cardErrors(typed, now);
  if (method === 'kiosk' || /^01\d{9}$/.test(typed.phone)) return {};
  return { phone: 'A wallet has a phone number of eleven digits, 01….' };
}
