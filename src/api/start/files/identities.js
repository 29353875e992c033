// Who one can be, and a token for each.

const root = new URL('../../../', import.meta.url);

async function ask(path, options) {
  const answer = await fetch(new URL(path, root), { cache: 'no-store', ...options });
  if (!answer.ok) throw new Error(`The server answered ${answer.status} when asked for ${path}.`);
  return answer.json();
}

/** Everybody: `all` with end users first, `endUsers`, `owners`, `companies` with those who act for them. */
export async function known() {
  const { identities, hasMore, firstSteps } = await ask('start/identities');
  const endUsers = identities.filter((one) => one.kind !== 'ServiceOwner');
  const companies = new Map();
  for (const one of endUsers) {
    for (const party of one.parties ?? []) {
      if (party.partyType !== 'Organization') continue;
      const company = companies.get(party.party) ?? { ...party, through: [] };
      company.through.push(one);
      companies.set(party.party, company);
    }
  }
  return {
    all: identities.toSorted((a, b) => (a.kind === 'ServiceOwner') - (b.kind === 'ServiceOwner')),
    endUsers,
    owners: identities.filter((one) => one.kind === 'ServiceOwner'),
    companies: [...companies.values()],
    hasMore,
    firstSteps,
  };
}

/** A token for the one with this id. */
export async function tokenOf(id) {
  const { token } = await ask('start/tokens', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ id }),
  });
  return token;
}

/** What stands behind the last colon of an identifier. */
export const number = (id) => id.slice(id.lastIndexOf(':') + 1);
