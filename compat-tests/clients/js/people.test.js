// Accounts, teams, channels, statuses and preferences through the official client.
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { Person, meet, part, password, refuses, run } = require('./world');

let admin, alice, bob, team, channel;
before(async () => { ({ admin, alice, bob, team, channel } = await meet('people')); });
after(part);

test('the first account is an administrator, the next ones are not', async () => {
  assert.match(admin.user.roles, /\bsystem_admin\b/);
  assert.equal(alice.user.roles, 'system_user');
  assert.equal((await bob.client.getMe()).id, bob.user.id);
  assert.equal((await bob.client.getUserByUsername(`alice-${run}`)).id, alice.user.id);
});

test('a wrong password and a taken name are refused', async () => {
  await refuses(alice.client.login(`alice-${run}`, 'wrong'), 401);
  const taken = { username: `alice-${run}`, email: `other-${run}@example.com`, password };
  await refuses(admin.client.createUser(taken), 400);
});

test('whoever is added to a team and a channel is told', async () => {
  await bob.hears('added_to_team', (d) => d.team_id === team.id && d.user_id === bob.user.id);
  await bob.hears('user_added', (d, b) => b.channel_id === channel.id && d.user_id === bob.user.id);
  await alice.hears('user_added', (d, b) => b.channel_id === channel.id && d.user_id === bob.user.id);
  assert.ok((await bob.client.getMyTeams()).some((t) => t.id === team.id));
  assert.deepEqual((await bob.client.getMyChannels(team.id)).map((c) => c.name).sort(), ['dev', 'off-topic', 'town-square']);
  assert.equal((await bob.client.getChannelStats(channel.id)).member_count, 2);
});

test('a changed channel is told to its members, and leaving to those who stay', async () => {
  await alice.client.patchChannel(channel.id, { header: 'where the work is' });
  const told = await bob.hears('channel_updated', (d) => d.channel && JSON.parse(d.channel).id === channel.id);
  assert.equal(JSON.parse(told.data.channel).header, 'where the work is');
  const other = await alice.client.createChannel({ team_id: team.id, name: 'other', display_name: 'Other', type: 'P' });
  await alice.client.addToChannel(bob.user.id, other.id);
  await bob.client.removeFromChannel(bob.user.id, other.id);
  await alice.hears('user_removed', (d, b) => b.channel_id === other.id && d.user_id === bob.user.id);
  await refuses(bob.client.getChannel(other.id), 403);
});

test('direct messages', async () => {
  const direct = await alice.client.createDirectChannel([alice.user.id, bob.user.id]);
  assert.equal(direct.type, 'D');
  const sent = await alice.post(direct, 'psst');
  const told = await bob.hearsPost(sent.id);
  assert.equal(told.data.channel_type, 'D');
  assert.deepEqual(JSON.parse(told.data.mentions), [bob.user.id]);
});

test('typing, without an echo', async () => {
  alice.socket.userTyping(channel.id, '');
  const told = await bob.hears('typing', (d, b) => d.user_id === alice.user.id && b.channel_id === channel.id);
  assert.equal(told.data.parent_id, '');
  assert.ok(!alice.heard.some((m) => m.event === 'typing'));
});

test('statuses', async () => {
  await bob.client.updateStatus({ user_id: bob.user.id, status: 'dnd' });
  await bob.hears('status_change', (d) => d.user_id === bob.user.id && d.status === 'dnd');
  assert.equal((await alice.client.getStatus(bob.user.id)).status, 'dnd');
  const [status] = await alice.client.getStatusesByIds([bob.user.id]);
  assert.equal(status.status, 'dnd');
  const reply = await alice.ask((socket, done) => socket.getStatusesByIds([bob.user.id], done));
  assert.equal(reply.data[bob.user.id], 'dnd');
});

test('preferences reach the other devices of the same person', async () => {
  const phone = Object.assign(new Person(), { client: bob.client, user: bob.user });
  await phone.listen();
  const wanted = { user_id: bob.user.id, category: 'display_settings', name: 'use_military_time', value: 'true' };
  await bob.client.savePreferences(bob.user.id, [wanted]);
  const told = await phone.hears('preferences_changed');
  assert.deepEqual(JSON.parse(told.data.preferences), [wanted]);
  assert.ok((await bob.client.getMyPreferences()).some((p) => p.name === wanted.name && p.value === 'true'));
  await bob.client.deletePreferences(bob.user.id, [wanted]);
  await phone.hears('preferences_deleted');
  assert.ok(!alice.heard.some((m) => m.event.startsWith('preferences')));
});

test('signing out ends the session', async () => {
  const carol = await Person.signUp('carol');
  const token = carol.client.getToken();
  await carol.client.logout();
  carol.client.setToken(token);
  await refuses(carol.client.getMe(), 401);
});
