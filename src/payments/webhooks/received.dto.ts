import { Flag } from '../../platform/http/index.js';

export class ReceivedDto {
  @Flag({ description: 'Always true: the event is stored' })
  received: true;
}
