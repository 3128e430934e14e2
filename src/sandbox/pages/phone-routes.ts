import express, { type Response, type Router } from 'express';
import type { MpesaStandIn } from '../mpesa/stand-in.js';
import { notFoundPage } from './checkout-page.js';
import { messagesTo } from './phone-messages.js';
import { phonePage, phonesPage, wrongPin } from './phone-page.js';

const msisdn = /^254[17]\d{8}$/;

/** `/phone`: the phones that ring when a payment is asked for, in the hands of whoever looks. */
export function phoneRoutes(mpesa: MpesaStandIn): Router {
  const router = express.Router();
  router.use('/phone', express.urlencoded({ extended: false }));

  router.get('/phone', ({ query }, res) => {
    const number = typeof query.number === 'string' ? query.number.replace(/[\s+]/g, '') : '';
    if (msisdn.test(number)) return void res.redirect(303, `/phone/${number}`);
    const alert = number === '' ? null : 'That is no mobile number of Kenya: 254 and nine digits.';
    res.status(alert === null ? 200 : 422).send(phonesPage(phones(mpesa), alert));
  });

  router.get('/phone/:number', (req, res) => {
    if (!msisdn.test(req.params.number)) return void res.status(404).send(notFoundPage('phone'));
    show(res, 200, req.params.number, null);
  });

  router.post('/phone/:number', (req, res) => {
    const { number } = req.params;
    const { push, action, pin = '' } = req.body as Record<string, string | undefined>;
    const ringing = mpesa.ringing(number);
    if (!ringing || ringing.checkoutRequestId !== push) return show(res, 409, number, 'That does not ring any more.');
    if (action === 'pay' && !/^\d{4}$/.test(pin)) return show(res, 422, number, 'A PIN has four digits.');
    if (action === 'pay' && pin === wrongPin) mpesa.wrongPin(push);
    else if (action === 'pay') mpesa.accept(push);
    else if (action === 'cancel') mpesa.cancel(push);
    else if (action === 'ignore') mpesa.noAnswer(push);
    else return show(res, 422, number, 'A phone cannot do that.');
    res.redirect(303, `/phone/${number}`);
  });
  return router;

  function show(res: Response, status: number, phone: string, alert: string | null): void {
    mpesa.sweep();
    const { shortcode } = mpesa.settings;
    const view = { phone, push: mpesa.ringing(phone), shortcode, messages: messagesTo(mpesa, phone), alert };
    res.status(status).send(phonePage(view));
  }
}

/** The last one that was rung or paid to comes first. */
function phones(mpesa: MpesaStandIn): { phone: string; rings: boolean }[] {
  const known = [...mpesa.disbursements(), ...mpesa.pushes()].map(({ phone }) => phone).reverse();
  return [...new Set(known)].map((phone) => ({ phone, rings: mpesa.ringing(phone) !== undefined }));
}
