// Messages from writing to deleting, with reactions, pins, search and threads; Bob hears of all that Alice does.
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { meet, part, refuses } = require('./world');

let alice, bob, team, channel, root, reply;
before(async () => { ({ alice, bob, team, channel } = await meet('messages')); });
after(part);

const about = (id) => (data) => JSON.parse(data.post).id === id;

test('a post with a mention', async () => {
  await bob.client.viewMyChannel(channel.id); // being added to it counts as a mention, too
  await bob.hears('multiple_channels_viewed', (d) => channel.id in d.channel_times);
  root = await alice.post(channel, `hello @${bob.user.username} aardvark #zoo`);
  const told = await bob.hearsPost(root.id);
  assert.deepEqual(JSON.parse(told.data.mentions), [bob.user.id]);
  assert.equal(told.data.sender_name, `@${alice.user.username}`);
  assert.equal(told.broadcast.channel_id, channel.id);
  const { posts, order } = await bob.client.getPosts(channel.id);
  assert.equal(order[0], root.id);
  assert.equal(posts[root.id].hashtags, '#zoo');
  assert.equal((await bob.client.getMyChannelMember(channel.id)).mention_count, 1);
  await bob.client.viewMyChannel(channel.id);
  assert.equal((await bob.client.getMyChannelMember(channel.id)).mention_count, 0);
});

test('a reply, told to those who follow', async () => {
  reply = await bob.post(channel, 'a reply', { root_id: root.id });
  await alice.hearsPost(reply.id);
  const told = await alice.hears('thread_updated', (d) => JSON.parse(d.thread).id === root.id);
  assert.equal(JSON.parse(told.data.thread).reply_count, 1);
  const thread = await alice.client.getPostThread(root.id);
  assert.deepEqual(Object.keys(thread.posts).sort(), [root.id, reply.id].sort());
});

test('threads: list, read, unread, follow', async () => {
  const list = await alice.client.getUserThreads(alice.user.id, team.id, { extended: true });
  const mine = list.threads.find((t) => t.id === root.id);
  assert.equal(mine.unread_replies, 1);
  assert.ok(mine.participants.some((p) => p.username === bob.user.username));
  const read = await alice.client.updateThreadReadForUser(alice.user.id, team.id, root.id, Date.now());
  assert.equal(read.unread_replies, 0);
  await alice.hears('thread_read_changed', (d) => d.thread_id === root.id);
  await alice.client.markThreadAsUnreadForUser(alice.user.id, team.id, root.id, reply.id);
  assert.equal((await alice.client.getUserThread(alice.user.id, team.id, root.id)).unread_replies, 1);
  await alice.client.updateThreadFollowForUser(alice.user.id, team.id, root.id, false);
  await alice.hears('thread_follow_changed', (d) => d.thread_id === root.id && d.state === false);
  await alice.client.updateThreadFollowForUser(alice.user.id, team.id, root.id, true);
  await alice.client.updateThreadsReadForUser(alice.user.id, team.id);
  assert.equal((await alice.client.getUserThreads(alice.user.id, team.id, { unread: true })).threads?.length ?? 0, 0);
});

test('a reaction, added and removed', async () => {
  await alice.client.addReaction(alice.user.id, root.id, 'smile');
  const told = await bob.hears('reaction_added', (d) => JSON.parse(d.reaction).post_id === root.id);
  assert.equal(JSON.parse(told.data.reaction).emoji_name, 'smile');
  assert.equal((await bob.client.getReactionsForPost(root.id)).length, 1);
  assert.equal((await bob.client.getPost(root.id)).metadata.reactions[0].user_id, alice.user.id);
  await alice.client.removeReaction(alice.user.id, root.id, 'smile');
  await bob.hears('reaction_removed', (d) => JSON.parse(d.reaction).post_id === root.id);
});

test('an edit keeps what was there', async () => {
  const edited = await alice.client.patchPost({ id: root.id, message: 'hello aardvark, edited' });
  assert.ok(edited.edit_at >= edited.create_at);
  const told = await bob.hears('post_edited', about(root.id));
  assert.equal(JSON.parse(told.data.post).message, 'hello aardvark, edited');
  const history = await alice.client.getPostEditHistory(root.id);
  assert.match(history[0].message, /^hello @bob/);
  await refuses(bob.client.patchPost({ id: root.id, message: 'not mine' }), 403);
});

test('pins', async () => {
  await alice.client.pinPost(root.id);
  await bob.hears('post_edited', (d) => JSON.parse(d.post).is_pinned);
  assert.deepEqual((await bob.client.getPinnedPosts(channel.id)).order, [root.id]);
  await alice.client.unpinPost(root.id);
  assert.deepEqual((await bob.client.getPinnedPosts(channel.id)).order, []);
});

test('search', async () => {
  const found = async (terms) => (await bob.client.searchPosts(team.id, terms, false)).order;
  assert.deepEqual(await found('aardvark'), [root.id]);
  assert.deepEqual(await found(`aardvark from:${alice.user.username} in:dev`), [root.id]);
  assert.deepEqual(await found('aardvark -edited'), []);
});

test('a message unread again, flagged, found in the list of saved ones', async () => {
  await bob.client.markPostAsUnread(bob.user.id, root.id);
  await bob.hears('post_unread', (d, b) => b.channel_id === channel.id);
  await bob.client.savePreferences(bob.user.id, [
    { user_id: bob.user.id, category: 'flagged_post', name: root.id, value: 'true' },
  ]);
  assert.deepEqual((await bob.client.getFlaggedPosts(bob.user.id)).order, [root.id]);
});

test('a deleted post is gone with its replies', async () => {
  await alice.client.deletePost(root.id);
  await bob.hears('post_deleted', about(root.id));
  await refuses(bob.client.getPost(root.id), 404);
  await refuses(bob.client.getPost(reply.id), 404);
});
