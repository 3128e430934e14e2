import type { InboxEventDetailDto, InboxEventDto } from '../../src/payments/webhooks/admin/inbox.dto.js';
import type { Person } from './people.js';
import { expectStatus, type School } from './school.js';

interface List {
  data: InboxEventDto[];
  pagination: { total: number };
}

/** The inbox as an admin asks for it. */
export class InboxAdmin {
  constructor(
    private readonly school: School,
    private readonly admin: Person,
  ) {}

  async list(query = '') {
    return expectStatus(200, await this.school.get<List>(`/admin/webhook-events${query}`, this.admin.token));
  }

  async one(id: string) {
    return expectStatus(
      200,
      await this.school.get<InboxEventDetailDto>(`/admin/webhook-events/${id}`, this.admin.token),
    );
  }

  replay(id: string, token = this.admin.token) {
    return this.school.post<InboxEventDetailDto & { code: string }>(`/admin/webhook-events/${id}/replay`, {}, token);
  }

  audits(id: string) {
    return this.school.sql(
      'SELECT actor_id, action, before, after FROM audit_records WHERE object_id = $1 ORDER BY id',
      [id],
    );
  }
}
