// Files: uploaded with a form, shown with their post, downloaded, with thumbnail and preview.
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const zlib = require('node:zlib');
const { meet, part, refuses, Person } = require('./world');

let alice, bob, team, channel, note, picture, post;
before(async () => { ({ alice, bob, team, channel } = await meet('files')); });
after(part);

// A grey picture as PNG, by hand.
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), out.length - 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8; // bits, of grey
  const rows = Buffer.alloc((width + 1) * height, 0x80);
  for (let y = 0; y < height; y++) rows[y * (width + 1)] = 0; // no filter
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head), chunk('IDAT', zlib.deflateSync(rows)), chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

async function upload(name, ...content) {
  const form = new FormData();
  form.append('channel_id', channel.id);
  form.append('client_ids', 'mine');
  form.append('files', new Blob(content), name);
  const { file_infos: [info], client_ids: ids } = await alice.client.uploadFile(form);
  assert.deepEqual(ids, ['mine']);
  return info;
}

test('upload and post', async () => {
  note = await upload('note.txt', 'content of the walrus note');
  picture = await upload('picture.png', png(640, 480));
  assert.equal(note.size, 26);
  assert.deepEqual([picture.width, picture.height, picture.has_preview_image], [640, 480, true]);
  post = await alice.post(channel, 'two files', { file_ids: [note.id, picture.id] });
  assert.deepEqual(post.metadata.files.map((f) => f.name), ['note.txt', 'picture.png']);
  const told = await bob.hearsPost(post.id);
  assert.equal(JSON.parse(told.data.post).file_ids.length, 2);
  assert.equal((await bob.client.getFileInfosForPost(post.id)).length, 2);
});

test('download, thumbnail, preview', async () => {
  const file = await bob.download(bob.client.getFileUrl(note.id));
  assert.match(file.headers.get('content-type'), /^text\/plain/);
  assert.equal(await file.text(), 'content of the walrus note');
  const whole = await bob.download(bob.client.getFileUrl(picture.id));
  assert.deepEqual(Buffer.from(await whole.arrayBuffer()), png(640, 480));
  for (const address of [bob.client.getFileThumbnailUrl(picture.id), bob.client.getFilePreviewUrl(picture.id)]) {
    const small = await bob.download(address);
    assert.equal(small.status, 200);
    assert.equal(small.headers.get('content-type'), 'image/jpeg');
    assert.ok((await small.arrayBuffer()).byteLength > 100);
  }
});

test('files are found by their names', async () => {
  const found = await bob.client.searchFiles(team.id, 'note', false);
  assert.deepEqual(found.order, [note.id]);
});

test('somebody outside gets nothing', async () => {
  const mallory = await Person.signUp('mallory');
  assert.equal((await mallory.download(mallory.client.getFileUrl(note.id))).status, 403);
  await refuses(mallory.client.getFileInfosForPost(post.id), 403);
});

test('a picture of oneself', async () => {
  await alice.client.uploadProfileImage(alice.user.id, new Blob([png(200, 200)]));
  const image = await bob.download(bob.client.getProfilePictureUrl(alice.user.id, Date.now()));
  assert.equal(image.status, 200);
  assert.match(image.headers.get('content-type'), /^image\//);
  await bob.hears('user_updated', (d) => d.user.id === alice.user.id && d.user.last_picture_update > 0);
});
