import type { MailMessage } from '../mail/message.js';
import { html, page, type Html } from './html.js';

/** Newest first. */
export function mailboxPage(messages: MailMessage[]): string {
  const body = html`<main class="board">
    <header>
      <h1>Mailbox</h1>
      <nav><a href="/">Sandbox</a> <a href="/mail">Refresh</a></nav>
    </header>
    <section class="card" aria-labelledby="messages">
      <div class="line">
        <h2 id="messages">E-mails</h2>
        ${
          messages.length > 0 &&
          html`<form method="post" action="/mail/clear"><button type="submit">Empty the mailbox</button></form>`
        }
      </div>
      ${messages.length === 0 && html`<p class="soft">Nothing has been sent yet.</p>`}
      <ol>
        ${messages.map(messageLine)}
      </ol>
    </section>
  </main>`;
  return page('Mailbox', body);
}

/** The HTML is shown as from a stranger: in a frame without scripts, forms and anything from elsewhere. */
export function messagePage(message: MailMessage): string {
  const { id, subject, text, headers } = message;
  const body = html`<main class="board">
    <header>
      <h1>${subject || '(no subject)'}</h1>
      <nav><a href="/mail">All e-mails</a></nav>
    </header>
    <section class="card" aria-label="Addresses">
      <dl class="addresses">
        ${[
          ['From', message.from],
          ['To', message.to.join(', ')],
          ['Received', timeOf(message.at)],
          ['Message-ID', message.messageId],
        ].map(
          ([label, value]) =>
            html`<dt>${label}</dt>
              <dd class="mono">${value}</dd>`,
        )}
      </dl>
      <details>
        <summary>All headers</summary>
        <pre>${Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`)}</pre>
      </details>
    </section>
    ${
      message.html !== '' &&
      html`<section class="card" aria-labelledby="html">
        <h2 id="html">As HTML</h2>
        <iframe class="letter" sandbox src="/mail/${id}/html" title="The e-mail as HTML"></iframe>
      </section>`
    }
    <section class="card" aria-labelledby="text">
      <h2 id="text">As text</h2>
      <pre class="letter">${text}</pre>
    </section>
  </main>`;
  return page(subject || 'E-mail', body);
}

function messageLine({ id, at, to, subject }: MailMessage): Html {
  return html`<li>
    <div class="line">
      <a href="/mail/${id}"><strong>${subject || '(no subject)'}</strong></a>
      <span class="mono soft">${to.join(', ')}</span>
      <span class="soft when">${timeOf(at)}</span>
    </div>
  </li>`;
}

function timeOf(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}
