// A broken connection: the client takes up where it was and misses nothing; hears no gap in the numbers either.
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { meet, part } = require('./world');

let alice, bob, channel;
before(async () => { ({ alice, bob, channel } = await meet('resume')); });
after(part);

test('what was said meanwhile is heard after the reconnection', async () => {
  const connection = bob.socket.connectionId;
  bob.socket.conn.terminate();
  const said = [];
  for (const text of ['one', 'two', 'three']) said.push(await alice.post(channel, text));
  for (const post of said) await bob.hearsPost(post.id);
  assert.equal(bob.reconnects, 1);
  assert.equal(bob.socket.connectionId, connection);
  assert.equal(bob.missed, 0, 'nothing has to be fetched again');
  const order = bob.heard.filter((m) => m.event === 'posted').map((m) => JSON.parse(m.data.post).message);
  assert.deepEqual(order.slice(-3), ['one', 'two', 'three']);
});

test('every event of a hundred comes once and in order', async () => {
  const first = bob.heard.length;
  const posts = await Promise.all(Array.from({ length: 100 }, (_, i) => alice.post(channel, `number ${i}`)));
  for (const post of posts) await bob.hearsPost(post.id);
  const numbers = bob.heard.slice(first).map((m) => m.seq);
  assert.deepEqual(numbers, numbers.map((_, i) => numbers[0] + i));
  assert.equal(bob.reconnects, 1, 'the client saw no gap');
});
