// The end-user API, as one person with a token asks it.

const root = new URL('../../../api/v1/enduser/', import.meta.url);

/** An answer that is a problem document (RFC 9457). */
export class Refused extends Error {
  constructor(status, problem) {
    const reasons = Object.values(problem?.errors ?? {}).flat();
    super([`${status} ${problem?.title ?? ''}`.trim(), problem?.detail, ...reasons].filter(Boolean).join(' – '));
    this.status = status;
  }
}

export class Api {
  #token;
  #language;

  /** With a token, and the language that texts are wanted in; none: all of them. */
  constructor(token, language) {
    this.#token = token;
    this.#language = language;
  }

  /** Whom the person represents, sub-units included, each once. */
  async parties() {
    const { authorizedParties } = await this.#get('parties');
    const all = authorizedParties.flatMap((party) => [party, ...(party.subParties ?? [])]);
    return [...new Map(all.map((party) => [party.party, party])).values()];
  }

  /** A page of dialogs; `query` is a list of pairs. */
  search(query) {
    return this.#get(`dialogs?${new URLSearchParams(query)}`);
  }

  /** A dialog. The person has seen it afterwards. */
  dialog(id) {
    return this.#get(`dialogs/${encodeURIComponent(id)}`);
  }

  /** Who saw a dialog. */
  seenLog(id) {
    return this.#get(`dialogs/${encodeURIComponent(id)}/seenlog`);
  }

  /** What became of a dialog's labels. */
  labelLog(id) {
    return this.#get(`dialogs/${encodeURIComponent(id)}/context/labellog`);
  }

  /** Changes a dialog's labels, if they still have this revision. */
  async label(id, revision, change) {
    await this.#ask(`dialogs/${encodeURIComponent(id)}/context/systemlabels`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', 'If-Match': revision },
      body: JSON.stringify(change),
    });
  }

  async #get(path) {
    return (await this.#ask(path)).json();
  }

  async #ask(path, { headers, ...options } = {}) {
    const answer = await fetch(new URL(path, root), {
      cache: 'no-store',
      ...options,
      // A comma wishes for nothing; without it the browser would wish for its own language.
      headers: { Authorization: `Bearer ${this.#token}`, 'Accept-Language': this.#language || ',', ...headers },
    });
    if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => null));
    return answer;
  }
}
