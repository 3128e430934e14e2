import express, { type Response, type Router } from 'express';
import type Stripe from 'stripe';
import { intentPaying } from '../stripe/billing/invoicing.js';
import { payInvoice } from '../stripe/billing/paying-invoices.js';
import type { StripeStandIn } from '../stripe/stand-in.js';
import { filledWith, readBuyer, typedFrom, type FieldErrors, type Typed } from './checkout-form.js';
import { notFoundPage } from './checkout-page.js';
import { invoicePage, invoiceStatusPage } from './invoice-page.js';

/** `/stripe/invoices/:id`: where an open invoice can be paid. */
export function invoiceRoutes({ account, billing }: StripeStandIn): Router {
  const router = express.Router();
  router.use('/stripe/invoices', express.urlencoded({ extended: false }));

  router.get('/stripe/invoices/:id', (req, res) => {
    const invoice = find(req.params.id);
    if (!invoice) return void res.status(404).send(notFoundPage('invoice'));
    if (invoice.status !== 'open') return void res.send(invoiceStatusPage(invoice));
    const fromBank = req.query.redirect_status !== undefined;
    const decline = fromBank ? (intentPaying(account, invoice.id)?.last_payment_error?.message ?? null) : null;
    show(res, 200, invoice, { typed: { ...typedFrom({}), email: invoice.customer_email ?? '' }, decline });
  });

  router.post('/stripe/invoices/:id', (req, res) => {
    const invoice = find(req.params.id);
    if (!invoice) return void res.status(404).send(notFoundPage('invoice'));
    // The second click of an impatient buyer.
    if (invoice.status !== 'open') return void res.send(invoiceStatusPage(invoice));
    const typed = typedFrom(req.body);
    const { fill } = req.body as { fill?: unknown };
    if (typeof fill === 'string') return show(res, 200, invoice, { typed: filledWith(fill, typed) });
    const read = readBuyer(typed, account.time());
    if ('errors' in read) return show(res, 422, invoice, { typed, errors: read.errors });
    const attempt = payInvoice(account, invoice.id, read.buyer);
    if (attempt.outcome === 'paid') return res.redirect(303, req.originalUrl);
    const bank = attempt.paymentIntent.next_action?.redirect_to_url?.url;
    if (attempt.outcome === 'requires_action' && bank) return res.redirect(303, bank);
    show(res, 402, attempt.invoice, { typed, decline: attempt.message });
  });
  return router;

  function find(id: string): Stripe.Invoice | undefined {
    billing.sweep();
    return account.store.invoices.find(id);
  }

  function show(
    res: Response,
    status: number,
    invoice: Stripe.Invoice,
    { typed, errors = {}, decline = null }: { typed: Typed; errors?: FieldErrors; decline?: string | null },
  ): void {
    res.status(status).send(invoicePage({ invoice, typed, errors, decline }));
  }
}
