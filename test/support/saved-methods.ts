import type { AddedMethodDto, SavedMethodDto } from '../../src/payments/methods/methods.dto.js';
import type { Person } from './people.js';
import { expectStatus, type School } from './school.js';

export const METHODS = '/payments/methods';

export const mastercard = '5555555555554444';

/** Which cards these are, and which is the default. */
export const shown = (methods: SavedMethodDto[]) => methods.map(({ id, isDefault }) => [id, isDefault]);

/** What somebody does with their saved cards, and what is kept of them. */
export class SavedMethods {
  constructor(
    private readonly school: School,
    private readonly owner: Person,
  ) {}

  async add(body: object = {}, who = this.owner, headers?: Record<string, string>) {
    return expectStatus(201, await this.school.post<AddedMethodDto>(METHODS, body, who.token, headers));
  }

  async list(who = this.owner) {
    return expectStatus(200, await this.school.get<{ data: SavedMethodDto[] }>(METHODS, who.token)).data;
  }

  async checkoutOf(setupId: string | null) {
    const [row] = await this.school.sql<{ reference: string }>(
      'SELECT reference FROM payment_method_setups WHERE id = $1',
      [setupId],
    );
    return row!.reference;
  }

  /** A card saved by way of the hosted page, and heard of by webhook. */
  async save(card?: string, who = this.owner) {
    const { setupId } = await this.add({}, who);
    const { setupIntent } = this.school.sandbox.stripe.completeSetup(await this.checkoutOf(setupId), { card });
    await this.school.quiet();
    const externalId = setupIntent.payment_method as string;
    const [row] = await this.school.sql<{ id: string }>('SELECT id FROM payment_methods WHERE external_id = $1', [
      externalId,
    ]);
    return { id: row!.id, externalId };
  }

  async customerOf(who = this.owner) {
    const [row] = await this.school.sql<{ external_id: string }>(
      'SELECT external_id FROM provider_customers WHERE user_id = $1',
      [who.id],
    );
    return row!.external_id;
  }
}
