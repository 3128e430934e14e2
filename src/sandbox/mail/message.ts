import PostalMime, { type Address } from 'postal-mime';

/** A message as it was taken in. */
export interface MailMessage {
  /** Ours, for the mailbox page; two deliveries of one message have two. */
  readonly id: string;
  readonly at: Date;
  /** As the message itself says. */
  readonly from: string;
  readonly to: string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  /** By lower-case name; the last of several. */
  readonly headers: Readonly<Record<string, string>>;
  /** As the SMTP dialogue said. */
  readonly envelope: { readonly from: string; readonly to: string[] };
}

export async function parseMessage(
  raw: Buffer,
  delivery: Pick<MailMessage, 'id' | 'at' | 'envelope'>,
): Promise<MailMessage> {
  const { from, to, subject = '', text = '', html = '', messageId = '', headers } = await PostalMime.parse(raw);
  return {
    ...delivery,
    from: from ? addressesOf(from).join(', ') : '',
    to: (to ?? []).flatMap(addressesOf),
    subject,
    text,
    html,
    messageId,
    headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
  };
}

function addressesOf(address: Address): string[] {
  return address.group?.map((one) => one.address) ?? [address.address ?? ''];
}
