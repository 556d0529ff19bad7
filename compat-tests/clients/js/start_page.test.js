// The page at `/` of a server that nobody has an account on: its script runs in a document of jsdom and makes the
// administrator and a team. Needs a server of its own: RUSTCHAT_SERVE is the program that starts one.
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const readline = require('node:readline');
const { JSDOM } = require('jsdom');

const program = process.env.RUSTCHAT_SERVE;
const skip = program ? false : 'RUSTCHAT_SERVE names no program';
let server, url;

before(async () => {
  if (skip) return;
  server = spawn(program, ['serve', '--no-client'], { stdio: ['ignore', 'pipe', 'ignore'] });
  [url] = await once(readline.createInterface({ input: server.stdout }), 'line');
});
after(async () => {
  if (!server) return;
  server.kill('SIGTERM');
  await once(server, 'exit');
});

// The page after its script has asked the server what it needs to know.
async function open() {
  const dom = await JSDOM.fromURL(`${url}/`, {
    runScripts: 'dangerously',
    beforeParse(window) { window.fetch = (address, wish) => fetch(String(address), wish); },
  });
  const { document } = dom.window;
  await until(() => /running/.test(document.getElementById('health').textContent), () => document.getElementById('health').textContent);
  return { window: dom.window, find: (id) => document.getElementById(id) };
}

async function until(true_, otherwise) {
  for (let turn = 0; turn < 600; turn++) {
    if (true_()) return;
    await new Promise((go) => setTimeout(go, 50));
  }
  assert.fail(`still: ${otherwise()}`);
}

async function submit({ window, find }, given) {
  for (const [id, value] of Object.entries(given)) find(id).value = value;
  find('admin').dispatchEvent(new window.Event('submit', { bubbles: true, cancelable: true }));
  await until(() => !find('create').disabled && !(find('done').hidden && find('problem').hidden), () => 'no answer');
}

const given = { email: 'first@example.com', username: 'first', password: 'Passw0rd-of-first', again: 'Passw0rd-of-first', team: 'Our Team' };

test('asks for the administrator, and says what is wrong with what was entered', { skip }, async () => {
  const page = await open();
  assert.equal(page.find('setup').hidden, false);
  assert.equal(page.find('connect').hidden, true);
  await submit(page, { ...given, again: 'another' });
  assert.match(page.find('problem').textContent, /differ/);
  await submit(page, { ...given, username: 'all' });
  assert.match(page.find('problem').textContent, /username/);
  assert.equal(page.find('done').hidden, true);
});

test('makes the administrator and the first team, and shows how to connect', { skip }, async () => {
  const page = await open();
  await submit(page, given);
  assert.equal(page.find('problem').hidden, true, page.find('problem').textContent);
  assert.match(page.find('done').textContent, /“first” is there, and so is the team/);
  assert.equal(page.find('connect').hidden, false);
  const login = await fetch(`${url}/api/v4/users/login`, { method: 'POST', body: JSON.stringify({ login_id: 'first', password: given.password }) });
  assert.match((await login.json()).roles, /\bsystem_admin\b/);
  const teams = await fetch(`${url}/api/v4/users/me/teams`, { headers: { Authorization: `Bearer ${login.headers.get('Token')}` } });
  assert.deepEqual((await teams.json()).map((team) => [team.name, team.display_name]), [['our-team', 'Our Team']]);
});

test('asks nobody again, and says how to connect', { skip }, async () => {
  const page = await open();
  assert.equal(page.find('setup').hidden, true);
  assert.equal(page.find('connect').hidden, false);
  assert.ok([...page.window.document.querySelectorAll('.address')].every((place) => place.textContent === url));
});
