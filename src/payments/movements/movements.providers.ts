import { BookMovement } from './book-movement.js';
import { BookMovements } from './book-movements.js';
import { CheckMovements } from './check-movements.js';

/** The provider's own account, line by line. */
export const movements = [CheckMovements, BookMovements, BookMovement];
