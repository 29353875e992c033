// Makes elements. Texts of dialogs may be anybody's: they become text and never markup.

/** An element with attributes, listeners (given as functions), and children: texts, elements, lists of them, nothing. */
export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(key, value);
  }
  const isThere = (child) => child !== undefined && child !== null && child !== false;
  element.append(...children.flat(Infinity).filter(isThere));
  return element;
}

/**
 * A link to another site. Only addresses of the web are followed: `javascript:`, `data:` and what stands where an
 * address was hidden stay text.
 */
export function link(address, ...children) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    return h('span', { class: 'no-link' }, children, ' (', String(address), ')');
  }
  return h('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer' }, children);
}

/** A button that says afterwards what came of its work, unless that has said it (and returned null). */
export function button(text, work, attributes) {
  const press = async () => {
    try {
      const outcome = await work();
      if (outcome !== null) tell(outcome ?? '');
    } catch (error) {
      tell(error.message, true);
    }
  };
  return h('button', { type: 'button', click: press, ...attributes }, text);
}

/** Says something to whoever looks or listens. */
export function tell(text, isError = false) {
  const told = document.getElementById('told');
  told.textContent = text;
  told.classList.toggle('error', isError);
}

/** Puts a text on the clipboard; where the browser does not allow that, shows it to be copied by hand. */
export async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    return done;
  } catch {
    const field = h('textarea', { readonly: true, rows: 4, 'aria-label': 'To be copied' });
    field.value = text;
    document.getElementById('told').replaceChildren('Copy this by hand: ', field);
    field.select();
    return null;
  }
}
