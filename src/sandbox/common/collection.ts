/** Objects of one kind, oldest first. Objects are replaced, never changed in place: what was handed out stays as it was. */
export class Collection<T extends { id: string }> {
  private readonly byId = new Map<string, T>();

  constructor(private readonly changed: () => void) {}

  /** Adds, or replaces the object of the same id in its place. */
  put(object: T): T {
    this.byId.set(object.id, object);
    this.changed();
    return object;
  }

  update(id: string, changes: Partial<T>): T {
    return this.put({ ...this.get(id), ...changes });
  }

  find(id: string): T | undefined {
    return this.byId.get(id);
  }

  get(id: string): T {
    const object = this.byId.get(id);
    if (!object) throw new Error(`The sandbox has no object '${id}'`);
    return object;
  }

  delete(id: string): void {
    this.byId.delete(id);
    this.changed();
  }

  /** In the order of creation. */
  all(): T[] {
    return [...this.byId.values()];
  }

  /** As lists of providers show them. */
  newestFirst(): T[] {
    return this.all().reverse();
  }

  filter(keep: (object: T) => boolean): T[] {
    const found: T[] = [];
    for (const object of this.byId.values()) if (keep(object)) found.push(object);
    return found;
  }

  restore(objects: T[]): void {
    for (const object of objects) this.byId.set(object.id, object);
  }
}
