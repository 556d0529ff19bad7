// People, their official clients and what those hear; shared by the tests, tests nothing itself.
// SERVER_URL names the server; its administrator is admin / Admin-Passw0rd, made here when there is none.
const assert = require('node:assert/strict');
const WebSocket = require('ws');
const { Client4, WebSocketClient } = require('@mattermost/client');

// The client counts on these two of a browser; older versions of Node have neither, and without them its
// handler of an opened socket throws before anybody hears of the connection.
globalThis.WebSocket ??= WebSocket;
globalThis.CloseEvent ??= class extends Event {
  constructor(name, { code }) { super(name); this.code = code; }
};
console.log = () => {}; // the client tells of every connection

const url = process.env.SERVER_URL;
const password = 'Passw0rd-of-a-client';
const run = Array.from({ length: 7 }, () => 'abcdefghijklmnopqrstuvwxyz'[Math.floor(Math.random() * 26)]).join('');

function within(ms, promise, what) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`${what}: nothing in ${ms} ms`)), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const sockets = [];

// Somebody with a signed-in client and a socket that remembers what it hears.
class Person {
  heard = [];
  waiting = [];
  reconnects = 0;
  missed = 0;

  static async signUp(name) {
    const person = new Person();
    person.client = new Client4();
    person.client.setUrl(url);
    const username = name === 'admin' ? name : `${name}-${run}`;
    const secret = name === 'admin' ? 'Admin-Passw0rd' : password;
    try {
      await person.client.createUser({ username, email: `${username}@example.com`, password: secret });
    } catch (error) {
      if (name !== 'admin') throw error; // there is one already
    }
    person.user = await person.client.login(username, secret);
    person.client.setUserId(person.user.id);
    return person;
  }

  async listen() {
    this.socket = new WebSocketClient({
      // A browser sends its cookie; only with a session on the upgrade can a connection be resumed.
      newWebSocketFn: (address) => new WebSocket(address, { headers: { Cookie: `MMAUTHTOKEN=${this.client.getToken()}` } }),
      minWebSocketRetryTime: 50,
      reconnectJitterRange: 1,
    });
    sockets.push(this.socket);
    this.socket.addMessageListener((message) => {
      this.heard.push(message);
      this.waiting = this.waiting.filter((wait) => !wait(message));
    });
    this.socket.addReconnectListener(() => { this.reconnects += 1; });
    this.socket.addMissedMessageListener(() => { this.missed += 1; });
    const opened = new Promise((resolve) => this.socket.addFirstConnectListener(resolve));
    const greeted = this.hears('hello');
    this.socket.initialize(this.client.getWebSocketUrl().replace(/^http/, 'ws'), this.client.getToken());
    await within(5000, opened, 'the opening of the websocket');
    await greeted;
  }

  // The first event of this name that fits, come already or coming.
  hears(name, fits = () => true) {
    const good = (m) => m.event === name && fits(m.data, m.broadcast);
    const found = this.heard.find(good);
    if (found) return Promise.resolve(found);
    const comes = new Promise((resolve) => this.waiting.push((m) => good(m) && (resolve(m), true)));
    return within(5000, comes, `${name} for ${this.user.username}, who heard ${this.heard.map((m) => m.event).join(' ')}`);
  }

  hearsPost(id) {
    return this.hears('posted', (data) => JSON.parse(data.post).id === id);
  }

  download(address) {
    return fetch(address, { headers: { Authorization: `Bearer ${this.client.getToken()}` } });
  }

  // Asks over the websocket.
  ask(send) {
    return within(5000, new Promise((resolve) => send(this.socket, resolve)), 'an answer over the websocket');
  }

  post(channel, message, more = {}) {
    return this.client.createPost({ channel_id: channel.id, message, ...more });
  }
}

// Alice and Bob, listening, in a team of Alice's with a channel of hers.
async function meet(name) {
  const [admin, alice, bob] = [await Person.signUp('admin'), await Person.signUp('alice'), await Person.signUp('bob')];
  await alice.listen();
  await bob.listen();
  const team = await alice.client.createTeam({ name: `${run}-${name}`, display_name: name, type: 'O' });
  await alice.client.addToTeam(team.id, bob.user.id);
  const channel = await alice.client.createChannel({ team_id: team.id, name: 'dev', display_name: 'Dev', type: 'O' });
  await alice.client.addToChannel(bob.user.id, channel.id);
  return { admin, alice, bob, team, channel };
}

// Closes every socket, for an open one keeps the program from ending.
function part() {
  for (const socket of sockets) socket.close();
}

async function refuses(call, status) {
  await assert.rejects(call, (error) => {
    assert.equal(error.status_code, status, `${error.server_error_id}: ${error.message}`);
    return true;
  });
}

module.exports = { Person, meet, part, password, refuses, run, url };
