import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { secretKey } from './support.js';

let folder: string;
let sandbox: Sandbox;
const start = () =>
  startSandbox({
    port: 0,
    mail: { port: 0 },
    stateFile: join(folder, 'state.json'),
    stripe: { secretKey, webhooks: [] },
  });
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  sandbox = await start();
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const letter: SendMailOptions = {
  from: 'School <pay@school.example>',
  to: 'Ada <ada@example.com>, bob@example.com',
  subject: 'Käse & <Brot>',
  text: 'Guten Tag',
  html: '<p>Guten <b>Tag</b></p><script>alert(1)</script>',
  messageId: '<one@school.example>',
  headers: { 'auto-submitted': 'auto-generated' },
};

function send(changes: SendMailOptions = {}, socketTimeout = 2_000): Promise<unknown> {
  return createTransport({ url: sandbox.mail.url, socketTimeout }).sendMail({ ...letter, ...changes });
}

async function page(path: string): Promise<{ status: number; text: string; policy: string | null }> {
  const answer = await fetch(`${sandbox.url}${path}`);
  return { status: answer.status, text: await answer.text(), policy: answer.headers.get('content-security-policy') };
}

const subjects = () => sandbox.mail.messages().map(({ subject }) => subject);

describe('the SMTP stand-in', () => {
  it('keeps a message as it was meant and as it was sent', async () => {
    await send();
    expect(sandbox.mail.messages()).toMatchObject([
      {
        from: 'pay@school.example',
        to: ['ada@example.com', 'bob@example.com'],
        subject: 'Käse & <Brot>',
        text: 'Guten Tag\n',
        messageId: '<one@school.example>',
        headers: { 'auto-submitted': 'auto-generated' },
        envelope: { from: 'pay@school.example', to: ['ada@example.com', 'bob@example.com'] },
      },
    ]);
    expect(sandbox.mail.messages()[0]!.html).toContain('Guten <b>Tag</b>');
  });

  it('waits for a message that is there or still comes, and not for ever', async () => {
    const waiting = sandbox.mail.waitFor(({ subject }) => subject === 'Second');
    await send();
    await send({ subject: 'Second' });
    expect((await waiting).subject).toBe('Second');
    expect((await sandbox.mail.waitFor(({ subject }) => subject === letter.subject)).id).toBe('1');
    await expect(sandbox.mail.waitFor(({ subject }) => subject === 'Third', 20)).rejects.toThrow(/within 20 ms/);
  });

  it('refuses for now or for good, the address or the message, as often as told', async () => {
    sandbox.mail.refuseNext(2, 451);
    const one = { to: 'ada@example.com' };
    await expect(send(one)).rejects.toMatchObject({ responseCode: 451, command: 'RCPT TO' });
    await expect(send(one)).rejects.toMatchObject({ responseCode: 451, command: 'RCPT TO' });
    sandbox.mail.refuseNext(1, 552, 'message');
    await expect(send()).rejects.toMatchObject({ responseCode: 552, command: 'DATA' });
    expect(subjects()).toEqual([]);
    await send();
    expect(subjects()).toEqual([letter.subject]);
  });

  it('hangs, or keeps the message and says nothing of it', async () => {
    sandbox.mail.hangNext();
    await expect(send({}, 400)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(subjects()).toEqual([]);
    sandbox.mail.dropNext();
    await expect(send()).rejects.toMatchObject({ code: 'ECONNECTION' });
    await send();
    expect(sandbox.mail.messages().map(({ messageId }) => messageId)).toEqual([letter.messageId, letter.messageId]);
  });

  it('goes away and comes back on the same port, with what it had', async () => {
    await send();
    const { url } = sandbox.mail;
    await sandbox.mail.stop();
    await expect(send()).rejects.toMatchObject({ code: 'ESOCKET' });
    await sandbox.mail.start();
    expect(sandbox.mail.url).toBe(url);
    await send({ subject: 'Again' });
    expect(subjects()).toEqual([letter.subject, 'Again']);
  });

  it('keeps its messages over a restart, and their numbers go on', async () => {
    await send();
    await sandbox.close();
    sandbox = await start();
    await send({ subject: 'After' });
    expect(sandbox.mail.messages()).toMatchObject([
      { id: '1', subject: letter.subject, at: expect.any(Date) },
      { id: '2', subject: 'After' },
    ]);
  });

  it('listens only when it is asked for', async () => {
    const quiet = await startSandbox({ port: 0, stripe: { secretKey, webhooks: [] } });
    await expect(createTransport({ url: quiet.mail.url }).sendMail(letter)).rejects.toThrow();
    await quiet.close();
  });
});

describe('the mailbox page', () => {
  it('lists messages, newest first, and is emptied', async () => {
    expect((await page('/mail')).text).toContain('Nothing has been sent yet.');
    await send();
    await send({ subject: 'Second' });
    const { text } = await page('/mail');
    expect(text.indexOf('Second')).toBeLessThan(text.indexOf('Käse &#38; &#60;Brot&#62;'));
    expect(text).toContain('ada@example.com, bob@example.com');
    const cleared = await fetch(`${sandbox.url}/mail/clear`, { method: 'POST', redirect: 'manual' });
    expect([cleared.status, cleared.headers.get('location')]).toEqual([303, '/mail']);
    expect((await page('/mail')).text).toContain('Nothing has been sent yet.');
  });

  it('shows a message as text and as HTML, which can do nothing', async () => {
    await send();
    const { text } = await page('/mail/1');
    expect(text).toContain('Guten Tag');
    expect(text).toContain('&#60;one@school.example&#62;');
    expect(text).toMatch(/<iframe[^>]* sandbox [^>]*src="\/mail\/1\/html"/);
    expect(text).not.toContain('<script>');
    const inner = await page('/mail/1/html');
    expect(inner.text).toContain('Guten <b>Tag</b>');
    expect(inner.policy).toMatch(/^sandbox; default-src 'none'/);
    expect((await page('/mail/9')).status).toBe(404);
    expect((await page('/mail/9/html')).status).toBe(404);
  });

  it('is found from the dashboard', async () => {
    expect((await page('/')).text).toContain('<a href="/mail">Mailbox</a>');
  });
});
