// Draws the chosen document with Swagger UI, and lends its requests the reader's token.

const { root, base, identities } = document.body.dataset;
const server = new URL(root, location.href).href.replace(/\/$/, '');
const choice = document.getElementById('document');
const token = document.getElementById('token');
const told = document.getElementById('told');

// The document may know the server by another name than the reader's browser does; no browser lets a page ask there.
const here = (url) => (base && url.startsWith(base) ? server + url.slice(base.length) : url);

const ui = SwaggerUIBundle({
  dom_id: '#reference',
  url: choice.value,
  deepLinking: false,
  docExpansion: 'list',
  tryItOutEnabled: true,
  persistAuthorization: false,
  // Otherwise the document would be sent to a service on the web.
  validatorUrl: 'none',
  // Tokens come from the field above: the issuers that the document names do not know this page.
  plugins: [
    () => ({
      wrapComponents: { authorizeBtn: () => () => null, authorizeOperationBtn: () => () => null },
    }),
  ],
  requestInterceptor: (request) => {
    if (request.loadSpec) return request;
    request.url = here(request.url);
    const value = token.value.trim();
    if (value && new URL(request.url, location.href).origin === location.origin) {
      request.headers.Authorization = `Bearer ${value}`;
    }
    return request;
  },
});

choice.addEventListener('change', () => {
  ui.specActions.updateUrl(choice.value);
  ui.specActions.download(choice.value);
});
document.getElementById('choices').addEventListener('submit', (event) => event.preventDefault());

const dark = matchMedia('(prefers-color-scheme: dark)');
const dress = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', dress);
dress();

// Only a server in local mode names a script that knows who one can be.
if (identities) {
  const { known, tokenOf } = await import(new URL(identities, location.href).href);
  const select = document.getElementById('identity');
  const { all } = await known();
  select.append(new Option('nobody', ''), ...all.map((one) => new Option(one.name, one.id)));
  select.addEventListener('change', async () => {
    try {
      token.value = select.value ? await tokenOf(select.value) : '';
      told.textContent = select.value ? 'The token is in its field.' : '';
    } catch (error) {
      told.textContent = error.message;
    }
  });
  document.getElementById('identity-choice').hidden = false;
}
