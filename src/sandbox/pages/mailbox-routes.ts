import express, { type Router } from 'express';
import type { MailStandIn } from '../mail/stand-in.js';
import { notFoundPage } from './checkout-page.js';
import { mailboxPage, messagePage } from './mailbox-page.js';

const shown = 200;
/** Nothing runs and nothing is fetched: what an e-mail asks for beyond itself is not shown. */
const nothingElse = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** `/mail`: what the SMTP stand-in has taken in. */
export function mailboxRoutes(mail: MailStandIn): Router {
  const router = express.Router();
  router.get('/mail', (_req, res) => {
    res.send(mailboxPage(mail.messages().slice(-shown).reverse()));
  });
  router.post('/mail/clear', (_req, res) => {
    mail.clear();
    res.redirect(303, '/mail');
  });
  router.get('/mail/:id', (req, res) => {
    const message = mail.message(req.params.id);
    if (!message) return void res.status(404).send(notFoundPage('e-mail'));
    res.send(messagePage(message));
  });
  router.get('/mail/:id/html', (req, res) => {
    const message = mail.message(req.params.id);
    if (!message) return void res.status(404).send(notFoundPage('e-mail'));
    res.set('content-security-policy', nothingElse).type('html').send(message.html);
  });
  return router;
}
