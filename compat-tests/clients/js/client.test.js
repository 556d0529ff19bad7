// The official JavaScript client does what people do, and a second person's client is told of it.
// SERVER_URL names the server; its administrator is admin / Admin-Passw0rd.
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { Client4, WebSocketClient } = require('@mattermost/client');
const WebSocket = require('ws');

const url = process.env.SERVER_URL;
const run = Math.random().toString(36).slice(2, 8).replace(/[0-9]/g, 'x');
const password = 'Passw0rd-of-a-client';
const events = [];
let admin, alice, bob, aliceUser, bobUser, aliceSocket, bobSocket, team, channel, post;

function client() {
  const made = new Client4();
  made.setUrl(url);
  return made;
}

async function signIn(name, secret) {
  const made = client();
  const user = await made.login(name, secret);
  made.setUserId(user.id);
  assert.ok(made.getToken(), 'the client has a token after signing in');
  return [made, user];
}

function listen(token, into) {
  const socket = new WebSocketClient({ newWebSocketFn: (address) => new WebSocket(address) });
  socket.addMessageListener((message) => into.push(message));
  const ready = new Promise((resolve) => socket.addFirstConnectListener(resolve));
  socket.initialize(`${url.replace('http', 'ws')}/api/v4/websocket`, token);
  return ready.then(() => socket);
}

async function event(name, fits = () => true) {
  for (let i = 0; i < 100; i++) {
    const found = events.find((e) => e.event === name && fits(e.data, e.broadcast));
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`no ${name} event; came: ${events.map((e) => e.event).join(' ')}`);
}

before(async () => {
  const first = client();
  try {
    await first.createUser({ username: 'admin', email: 'admin@example.com', password: 'Admin-Passw0rd' });
  } catch { /* there is one */ }
  [admin] = await signIn('admin', 'Admin-Passw0rd');
  for (const name of ['alice', 'bob']) {
    await admin.createUser({ username: `${name}-${run}`, email: `${name}-${run}@example.com`, password });
  }
  [alice, aliceUser] = await signIn(`alice-${run}`, password);
  [bob, bobUser] = await signIn(`bob-${run}@example.com`, password);
  aliceSocket = await listen(alice.getToken(), []);
  bobSocket = await listen(bob.getToken(), events);
});

after(() => {
  aliceSocket?.close();
  bobSocket?.close();
});

test('team and channel', async () => {
  team = await alice.createTeam({ name: `team-${run}`, display_name: 'Team', type: 'O' });
  await alice.addToTeam(team.id, bobUser.id);
  await event('added_to_team', (d) => d.team_id === team.id);
  channel = await alice.createChannel({ team_id: team.id, name: 'dev', display_name: 'Dev', type: 'O' });
  await alice.addToChannel(bobUser.id, channel.id);
  await event('user_added', (d, b) => b.channel_id === channel.id && d.user_id === bobUser.id);
});

test('post, reply, edit', async () => {
  post = await alice.createPost({ channel_id: channel.id, message: `hello @bob-${run} aardvark` });
  const told = await event('posted', (d) => JSON.parse(d.post).id === post.id);
  assert.deepEqual(JSON.parse(told.data.mentions), [bobUser.id]);
  const reply = await bob.createPost({ channel_id: channel.id, root_id: post.id, message: 'a reply' });
  const thread = await alice.getPostThread(post.id);
  assert.ok(thread.posts[reply.id] && thread.posts[post.id]);
  const edited = await alice.patchPost({ id: post.id, message: 'hello aardvark, edited' });
  assert.ok(edited.edit_at > 0);
  await event('post_edited', (d) => JSON.parse(d.post).message.endsWith('edited'));
});

test('reaction', async () => {
  await alice.addReaction(aliceUser.id, post.id, 'smile');
  await event('reaction_added', (d) => JSON.parse(d.reaction).emoji_name === 'smile');
  assert.equal((await bob.getReactionsForPost(post.id)).length, 1);
  await alice.removeReaction(aliceUser.id, post.id, 'smile');
  await event('reaction_removed');
});

test('pin', async () => {
  await alice.pinPost(post.id);
  assert.deepEqual((await bob.getPinnedPosts(channel.id)).order, [post.id]);
  await alice.unpinPost(post.id);
});

test('search', async () => {
  const found = await bob.searchPosts(team.id, 'aardvark', false);
  assert.deepEqual(found.order, [post.id]);
});

test('upload', async () => {
  const form = new FormData();
  form.append('channel_id', channel.id);
  form.append('files', new Blob(['content']), 'note.txt');
  const { file_infos: [info] } = await alice.uploadFile(form);
  const carrier = await alice.createPost({ channel_id: channel.id, message: 'with a file', file_ids: [info.id] });
  assert.equal(carrier.metadata.files[0].name, 'note.txt');
  const reply = await fetch(`${url}/api/v4/files/${info.id}`, { headers: { Authorization: `Bearer ${bob.getToken()}` } });
  assert.equal(await reply.text(), 'content');
});

test('direct message', async () => {
  const direct = await alice.createDirectChannel([aliceUser.id, bobUser.id]);
  assert.equal(direct.type, 'D');
  const sent = await alice.createPost({ channel_id: direct.id, message: 'psst' });
  const told = await event('posted', (d) => JSON.parse(d.post).id === sent.id);
  assert.equal(told.data.channel_type, 'D');
});

test('typing and status', async () => {
  aliceSocket.userTyping(channel.id, '');
  await event('typing', (d) => d.user_id === aliceUser.id);
  await bob.updateStatus({ user_id: bobUser.id, status: 'dnd' });
  assert.equal((await alice.getStatus(bobUser.id)).status, 'dnd');
});

test('preferences', async () => {
  const wanted = { user_id: bobUser.id, category: 'display_settings', name: 'use_military_time', value: 'true' };
  await bob.savePreferences(bobUser.id, [wanted]);
  assert.ok((await bob.getMyPreferences()).some((p) => p.name === wanted.name && p.value === 'true'));
});

test('threads', async () => {
  const mine = await bob.getUserThreads(bobUser.id, team.id, { extended: true });
  assert.ok(mine.threads.some((t) => t.id === post.id));
  await bob.updateThreadReadForUser(bobUser.id, team.id, post.id, Date.now());
});

test('delete and sign out', async () => {
  await alice.deletePost(post.id);
  await event('post_deleted', (d) => JSON.parse(d.post).id === post.id);
  await assert.rejects(bob.getPost(post.id), (error) => error.status_code === 404);
  await alice.logout();
  await assert.rejects(alice.getMe(), (error) => error.status_code === 401);
});
