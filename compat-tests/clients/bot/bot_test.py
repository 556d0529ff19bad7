"""A bot made with mmpy_bot hears people in channels and direct messages, and answers them.

SERVER_URL names the server; its administrator is admin / Admin-Passw0rd, made here when there is none.
"""
import os
import pathlib
import random
import string
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

import httpx

URL = urllib.parse.urlsplit(os.environ["SERVER_URL"])
RUN = "".join(random.choices(string.ascii_lowercase, k=7))


class Person:
    """Somebody signed in, talking plain HTTP."""

    def __init__(self, name, password):
        self.http = httpx.Client(base_url=f"{URL.geturl()}/api/v4", timeout=20, trust_env=False)
        self.http.post("/users", json={"username": name, "email": f"{name}@example.com", "password": password})
        reply = self.http.post("/users/login", json={"login_id": name, "password": password})
        self.id = reply.raise_for_status().json()["id"]
        self.http.cookies.clear()
        self.http.headers["Authorization"] = "Bearer " + reply.headers["Token"]

    def get(self, path):
        return self.http.get(path).raise_for_status().json()

    def post(self, path, body):
        return self.http.post(path, json=body).raise_for_status().json()


def until(look, what):
    """What `look` gives as soon as it gives something."""
    for _ in range(150):
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come")


class BotTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.admin = Person("admin", "Admin-Passw0rd")
        cls.alice = Person(f"alice-bot-{RUN}", "Passw0rd-of-a-client")
        team = cls.admin.post("/teams", {"name": f"{RUN}-bot", "display_name": "Team", "type": "O"})
        cls.bot = cls.admin.post("/bots", {"username": f"bot-{RUN}", "display_name": "Bot"})
        token = cls.admin.post(f"/users/{cls.bot['user_id']}/tokens", {"description": "bot"})["token"]
        channel = cls.admin.post("/channels", {"team_id": team["id"], "name": "dev", "display_name": "Dev", "type": "O"})
        cls.channel = channel["id"]
        for user_id in [cls.alice.id, cls.bot["user_id"]]:
            cls.admin.post(f"/teams/{team['id']}/members", {"team_id": team["id"], "user_id": user_id})
            cls.admin.post(f"/channels/{cls.channel}/members", {"user_id": user_id})
        cls.direct = cls.alice.post("/channels/direct", [cls.alice.id, cls.bot["user_id"]])["id"]
        cls.start({
            "MATTERMOST_URL": f"{URL.scheme}://{URL.hostname}", "MATTERMOST_PORT": str(URL.port),
            "BOT_TOKEN": token, "BOT_TEAM": team["name"],
        })

    @classmethod
    def start(cls, settings):
        """Starts the bot and waits until its websocket is up, which makes it online; from then on it hears all."""
        cls.log = tempfile.TemporaryFile("w+")
        cls.process = subprocess.Popen(
            [sys.executable, pathlib.Path(__file__).with_name("answering_bot.py")], env={**os.environ, **settings},
            stdin=subprocess.DEVNULL, stdout=cls.log, stderr=subprocess.STDOUT)
        cls.addClassCleanup(cls.stop)
        status = f"/users/{cls.bot['user_id']}/status"
        until(lambda: cls.admin.get(status)["status"] == "online", "the bot")

    @classmethod
    def stop(cls):
        cls.process.kill()
        cls.process.wait()
        cls.log.seek(0)
        print(cls.log.read(), file=sys.stderr)
        cls.log.close()

    def say(self, message, channel):
        return self.alice.post("/posts", {"channel_id": channel, "message": message})

    def answers(self, path, text):
        return [p for p in self.alice.get(path)["posts"].values() if p["message"] == text]

    def test_in_a_channel(self):
        question = self.say("are you there", self.channel)
        thread = f"/posts/{question['id']}/thread"
        [answer] = until(lambda: self.answers(thread, "yes, I am"), "the answer in the channel")
        self.assertEqual(answer["user_id"], self.bot["user_id"])

    def test_in_a_direct_message(self):
        question = self.say("are you there", self.direct)
        thread = f"/posts/{question['id']}/thread"
        until(lambda: self.answers(thread, "yes, I am"), "the answer in the direct message")

    def test_mentioned(self):
        post = self.say(f"@{self.bot['username']} react to me", self.channel)
        reactions = until(lambda: self.alice.get(f"/posts/{post['id']}/reactions"), "the reaction")
        self.assertEqual([r["emoji_name"] for r in reactions], ["thumbsup"])

    def test_answering_in_private(self):
        self.say("tell me a secret", self.channel)
        until(lambda: self.answers(f"/channels/{self.direct}/posts", "nobody else hears this"), "the private answer")


if __name__ == "__main__":
    unittest.main(verbosity=2)
