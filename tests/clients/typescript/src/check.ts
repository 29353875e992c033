// Steps and expectations.

import { equal, ok } from 'node:assert/strict';

export { deepEqual, equal, ok } from 'node:assert/strict';

/** Plays a step and says so. */
export async function step(name: string, play: () => Promise<void>): Promise<void> {
  try {
    await play();
  } catch (error) {
    throw new Error(`step ${name}`, { cause: error });
  }
  console.log(`ok ${name}`);
}

/** The only thing of a list. */
export function only<T>(list: readonly T[] | null | undefined): T {
  equal(list?.length, 1);
  return first(list);
}

/** The first of a list. */
export function first<T>(list: readonly T[] | null | undefined): T {
  const found = list?.[0];
  ok(found !== undefined, 'the list is empty');
  return found;
}

/** What must be there. */
export function present<T>(value: T | null | undefined, what: string): T {
  ok(value !== null && value !== undefined, `${what} is missing`);
  return value;
}

/** The revision in an answer's head: a UUID without quotes. */
export function revision(response: Response): string {
  const tag = present(response.headers.get('etag'), 'ETag');
  ok(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(tag), tag);
  return tag;
}
