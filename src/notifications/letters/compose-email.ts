import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Eta } from 'eta';
import { Settings } from '../../platform/config/index.js';
import { Database } from '../../platform/database/index.js';
import type { Letter, Reader } from './letter.js';
import { type LetterName, letters } from './letters.js';
import { Links } from './links.js';

export interface ComposedEmail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A paragraph, or lines of `label: value`. */
type Block = { readonly paragraph: string } | { readonly facts: readonly { label: string; value: string }[] };

const views = join(import.meta.dirname, '../templates');
/** A letter's text is plain: nothing is escaped, but no value can begin a line of its own. */
const plain = new Eta({
  views,
  cache: true,
  autoEscape: false,
  autoTrim: false,
  autoFilter: true,
  filterFunction: (value) => String(value).replaceAll(/\s+/g, ' ').trim(),
});
const textLayout = new Eta({ views, cache: true, autoEscape: false, autoTrim: false });
const htmlLayout = new Eta({ views, cache: true, autoEscape: true, autoTrim: false });

/**
 * Makes a letter out of its template: written once, as plain text, and laid out as text and as HTML. The first line is the subject; blank
 * lines part paragraphs; a block of lines that begin with a dash is a table.
 */
@Injectable()
export class ComposeEmail {
  private readonly sender: string;
  private readonly answered: boolean;

  constructor(
    private readonly database: Database,
    private readonly links: Links,
    settings: Settings,
  ) {
    this.sender = settings.MAIL_FROM.split('<')[0]?.trim() || settings.MAIL_FROM;
    this.answered = settings.MAIL_REPLY_TO !== undefined;
  }

  /** @returns undefined when there is nothing to tell any more */
  async execute(name: LetterName, objectId: string, reader: Reader): Promise<ComposedEmail | undefined> {
    const letter: Letter | undefined = letters[name];
    if (!letter) throw new Error(`there is no letter ${name}`);
    const words = await letter(this.database, objectId, reader, this.links);
    if (!words) return undefined;
    const [head = '', ...rest] = plain.render(`${name}.eta`, words).split('\n');
    const subject = head.replace(/^Subject: /, '');
    const { sender, answered } = this;
    const view = {
      subject,
      name: reader.name.replaceAll(/\s+/g, ' '),
      blocks: blocksOf(rest.join('\n')),
      sender,
      answered,
    };
    return {
      subject,
      text: textLayout.render('layout.text.eta', view),
      html: htmlLayout.render('layout.html.eta', view),
    };
  }
}

function blocksOf(body: string): Block[] {
  const blocks = body.split(/\n{2,}/).map((block) => block.split('\n').filter((line) => line !== ''));
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) =>
      lines.every((line) => line.startsWith('- ')) ? { facts: lines.map(factOf) } : { paragraph: lines.join(' ') },
    );
}

function factOf(line: string): { label: string; value: string } {
  const end = line.indexOf(': ');
  return { label: line.slice(2, end), value: line.slice(end + 2) };
}
